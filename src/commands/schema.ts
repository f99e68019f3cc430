/** `runbook schema [type]`: the generated JSON Schema, for editors and other tools; with --config also the step types from outside. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, usage } from '../console/exit-codes.ts';
import { packageRoot } from '../console/package-root.ts';
import { printJsonText } from '../console/terminal.ts';
import type { JsonSchema } from './step-schema.ts';
import { schemaOfStep } from './step-schema.ts';

export async function schema(type: string | undefined, options: { readonly config?: string } = {}): Promise<number> {
  if (options.config !== undefined) {
    const { configuredSchema } = await import('./configured-schema.ts');
    await printJsonText(await configuredSchema(type, options.config));
    return exitCodes.succeeded;
  }
  const whole = readFileSync(join(packageRoot(), 'schema', 'runbook.schema.json'), 'utf8');
  if (type === undefined) await printJsonText(whole);
  else {
    const found = schemaOfStep(JSON.parse(whole) as JsonSchema, type);
    if (found === undefined)
      throw usage(`there is no step type "${type}"`, '`runbook schema` without a type prints the whole schema');
    await printJsonText(`${JSON.stringify(found, null, 2)}\n`);
  }
  return exitCodes.succeeded;
}
