/** `runbook schema [type]`: the generated JSON Schema, for editors and other tools. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodes, usage } from './exit.ts';
import { print } from './terminal.ts';

/** The package's root: beside dist/ when built, beside src/ in development. */
export function packageRoot(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    if (existsSync(join(at, 'schema', 'runbook.schema.json'))) return at;
    if (dirname(at) === at) throw new Error('the folder schema of runbook is missing beside its program');
  }
}

export async function schema(type: string | undefined): Promise<number> {
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
