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
    for (const { code: name, severity, summary } of lintCodes())
      await print(`${name.padEnd(32)} ${severity.padEnd(8)} ${summary}`);
    return exitCodes.succeeded;
  }
  const path = join(packageRoot(), documentOf(code));
  if (!/^[a-z-]+\/[a-z-]+$/.test(code) || !existsSync(path)) {
    const known = lintCodes().map((one) => one.code);
    throw usage(`there is no code ${code}`, suggestion(code, known) ?? '`runbook explain` lists all codes');
  }
  await print(readFileSync(path, 'utf8').trimEnd());
  return exitCodes.succeeded;
}

export interface LintCode {
  readonly code: string;
  readonly severity: string;
  readonly summary: string;
}

/** All codes, from the page that lists them. */
export function lintCodes(): readonly LintCode[] {
  const page = readFileSync(join(packageRoot(), 'docs', 'lint', 'README.md'), 'utf8');
  const rows = page.matchAll(/^\| \[([^\]]+)\][^|]*\| (\w+) \| (.*) \|$/gm);
  return [...rows].map(([, code = '', severity = '', summary = '']) => ({ code, severity, summary }));
}
