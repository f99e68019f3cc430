/** `runbook explain CODE`: what a finding means, with a failing and a mended example; without a code, all of them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentOf } from '../interpreter/document/diagnostic.ts';
import { suggestion } from '../interpreter/language/suggest.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import { packageRoot } from './schema.ts';
import { print } from '../console/terminal.ts';

export async function explain(code: string | undefined): Promise<number> {
  if (code === undefined) {
    const rows = [...index().matchAll(/^\| \[([^\]]+)\][^|]*\| (\w+) \| (.*) \|$/gm)];
    for (const [, name = '', severity = '', summary = ''] of rows)
      await print(`${name.padEnd(32)} ${severity.padEnd(8)} ${summary}`);
    return exitCodes.succeeded;
  }
  const path = join(packageRoot(), documentOf(code));
  if (!/^[a-z-]+\/[a-z-]+$/.test(code) || !existsSync(path)) {
    const known = [...index().matchAll(/^\| \[([^\]]+)\]/gm)].map((match) => match[1] ?? '');
    throw usage(`there is no code ${code}`, suggestion(code, known) ?? '`runbook explain` lists all codes');
  }
  await print(readFileSync(path, 'utf8').trimEnd());
  return exitCodes.succeeded;
}

const index = (): string => readFileSync(join(packageRoot(), 'docs', 'lint', 'README.md'), 'utf8');
