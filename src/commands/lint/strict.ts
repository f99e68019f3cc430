/** `lint --strict CODES`: warnings that a team does not merge. Only here: what is performed in the night is decided by errors alone. */
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import { tooManyFindings } from '../../interpreter/document/diagnostic.ts';
import { usage } from '../../console/exit-codes.ts';
import { knownCodes } from './known-codes.ts';

/** `codes`: `all`, or codes with commas between them. Refuses a code that does not exist: it would never find anything. */
export function strictly(codes: string, findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const wanted = codes.split(',').map((one) => one.trim());
  const known = new Set(['all', ...knownCodes().map(({ code }) => code)]);
  for (const code of wanted)
    if (!known.has(code))
      throw usage(`--strict: there is no code ${code}`, '`runbook explain` lists all codes; `--strict all` means every warning');
  // What was left out of the findings may be one of those that are wanted.
  const isWanted = ({ code }: Diagnostic): boolean => code === tooManyFindings || wanted.includes('all') || wanted.includes(code);
  return findings.map((one) => (isWanted(one) ? { ...one, severity: 'error' } : one));
}
