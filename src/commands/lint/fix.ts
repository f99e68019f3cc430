/** `runbook lint --fix`: writes the edits that findings carry, until a pass finds none. Nothing else in the file changes, not by a byte. */
import { readFileSync, realpathSync } from 'node:fs';
import { replaceFile } from '../../clients/replace-file.ts';
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import { applyFixes } from '../../interpreter/document/fix.ts';

/** A mended key uncovers what stands below it; more rounds than this no file needs. */
const rounds = 10;

export interface Mended<L> {
  readonly text: string;
  readonly looked: L;
  /** Edits made. */
  readonly edits: number;
}

export async function mend<L extends { readonly findings: readonly Diagnostic[] }>(
  text: string,
  lint: (text: string) => Promise<L>,
): Promise<Mended<L>> {
  let state: Mended<L> = { text, looked: await lint(text), edits: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const fixes = state.looked.findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
    if (fixes.length === 0) break;
    const next = applyFixes(state.text, fixes);
    const looked = await lint(next.text);
    // An edit that breaks the text itself would be a mistake of ours: the author's text stays.
    if (looked.findings.some((one) => one.code === 'yaml/syntax')) break;
    state = { text: next.text, looked, edits: state.edits + next.applied };
  }
  return state;
}

/**
 * Writes the mended text through a link to where it lies, with mode and owner of the old file. Returns why not, with the file left alone: an editor
 * has saved meanwhile, its bytes are not UTF-8 and could not be kept, or the folder cannot be written.
 */
export async function writeMended(path: string, before: string, after: string): Promise<string | undefined> {
  const file = realpathSync(path);
  const unchanged = (): boolean => readFileSync(file).equals(Buffer.from(before, 'utf8'));
  let stale = false;
  try {
    await replaceFile(file, after, () => {
      stale = !unchanged();
      return stale ? Promise.reject(new Error('the file was changed')) : Promise.resolve();
    });
    return undefined;
  } catch (problem) {
    return stale ? 'it is not UTF-8 or was changed meanwhile' : (problem as Error).message;
  }
}

/** Lines before and after, as `patch` and `git apply --unidiff-zero` take them. Edits stay within their lines, or take a whole line away. */
export function difference(file: string, before: string, after: string): string {
  const old = before.split('\n');
  const now = after.split('\n');
  const out = [`--- ${file}`, `+++ ${file}`];
  let at = 0;
  for (const [index, line] of old.entries()) {
    if (line === now[at]) {
      at += 1;
      continue;
    }
    const gone = old.length - index > now.length - at && old[index + 1] === now[at];
    if (gone) out.push(`@@ -${String(index + 1)} +${String(at)},0 @@`, `-${line}`);
    else {
      out.push(`@@ -${String(index + 1)} +${String(at + 1)} @@`, `-${line}`, `+${now[at] ?? ''}`);
      at += 1;
    }
  }
  return out.join('\n');
}
