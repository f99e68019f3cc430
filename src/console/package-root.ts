import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's root: beside dist/ when built, beside src/ in development. */
export function packageRoot(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    if (existsSync(join(at, 'schema', 'runbook.schema.json'))) return at;
    if (dirname(at) === at) throw new Error('the folder schema of runbook is missing beside its program');
  }
}
