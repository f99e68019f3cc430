/** `runbook explain CODE`: what a finding means, with a failing and a mended example; without a code, all of them. */
import { areaOf } from '../interpreter/document/diagnostic.ts';
import { suggestion } from '../interpreter/language/suggest.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import { print } from '../console/terminal.ts';
import { knownCodes, pageOf } from './lint/known-codes.ts';

export async function explain(code: string | undefined): Promise<number> {
  const known = knownCodes();
  if (code === undefined) {
    for (const one of known) await print(`${one.code.padEnd(32)} ${one.severity.padEnd(8)} ${one.summary}`);
    return exitCodes.succeeded;
  }
  await print(explained(code));
  return exitCodes.succeeded;
}

/** The section of a code. Throws CommandError (2) when there is no such code. */
export function explained(code: string): string {
  const names = knownCodes().map((one) => one.code);
  if (!names.includes(code))
    throw usage(`there is no code ${code}`, suggestion(code, names) ?? '`runbook explain` lists all codes');
  return sectionOf(pageOf(areaOf(code)), code);
}

/** From the heading of the code to the next one; examples have headings of another form at most. */
function sectionOf(text: string, code: string): string {
  const sections = text.split(/^(?=## [a-z-]+\/[a-z-]+$)/m);
  const section = sections.find((one) => one.startsWith(`## ${code}\n`)) ?? '';
  return section.slice(1).trimEnd();
}
