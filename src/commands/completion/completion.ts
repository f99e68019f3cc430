/** `runbook completion SHELL` prints what a shell needs; `runbook complete -- WORDS` is what the shell then asks. */
import { exitCodes, usage } from '../../console/exit-codes.ts';
import { print } from '../../console/terminal.ts';
import { oneLine } from '../../interpreter/guard/sanitize.ts';
import type { VerbShape } from './candidates.ts';
import { candidates } from './candidates.ts';
import { filesToo, scripts, shells } from './scripts.ts';
import { sources } from './sources.ts';

export async function completion(name: string): Promise<number> {
  const shell = shells.find((one) => one === name);
  if (shell === undefined) throw usage(`unknown shell "${name}"`, `shells: ${shells.join(', ')}`);
  await print(scripts[shell].trimEnd());
  return exitCodes.succeeded;
}

/** A shell puts them into the command line as they are, so words that it would read as something else are left out. */
const harmless = /^[A-Za-z0-9_./=@%+,~-]+$/;

/** Never fails: a broken runbook or folder offers nothing. */
export async function complete(verbs: readonly VerbShape[], words: readonly string[]): Promise<number> {
  const { candidates: found, files } = await candidates(verbs, words, sources).catch(() => ({ candidates: [], files: true }));
  const lines = found
    .filter(({ text }) => harmless.test(text))
    .map(({ text, description }) => `${text}\t${oneLine(description ?? '').slice(0, 80)}`);
  // Files only where nothing better fits, as bash does it by itself.
  const all = files && lines.length === 0 ? [filesToo] : lines;
  if (all.length > 0) await print(all.join('\n'));
  return exitCodes.succeeded;
}
