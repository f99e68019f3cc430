/** `runbook schema [type]`: the generated JSON Schema, for editors and other tools; with --config also the step types from outside. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, usage } from '../console/exit-codes.ts';
import { packageRoot } from '../console/package-root.ts';
import { print } from '../console/terminal.ts';

export { packageRoot } from '../console/package-root.ts';

export async function schema(type: string | undefined, options: { readonly config?: string } = {}): Promise<number> {
  if (options.config !== undefined) {
    const { configuredSchema } = await import('./configured-schema.ts');
    await print(await configuredSchema(type, options.config));
    return exitCodes.succeeded;
  }
  const path = join(
    packageRoot(),
    'schema',
    type === undefined ? 'runbook.schema.json' : `step-types/${type.replaceAll('/', '')}.json`,
  );
  if (!existsSync(path))
    throw usage(`there is no step type "${type ?? ''}"`, '`runbook schema` without a type prints the whole schema');
  await print(readFileSync(path, 'utf8'));
  return exitCodes.succeeded;
}
