/** The codes of lint that are documented, from the list beside their pages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../console/package-root.ts';

export interface KnownCode {
  readonly code: string;
  readonly severity: string;
  readonly summary: string;
}

export const pageOf = (name: string): string => readFileSync(join(packageRoot(), 'docs', 'lint', `${name}.md`), 'utf8');

export function knownCodes(): readonly KnownCode[] {
  const rows = pageOf('README').matchAll(/^\| \[([^\]]+)\][^|]*\| (\w+) \| (.*) \|$/gm);
  return [...rows].map(([, code = '', severity = '', summary = '']) => ({ code, severity, summary }));
}
