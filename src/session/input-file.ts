/** `--input-file`: a mapping in YAML or JSON, held to the same rules as a runbook, because a value that is not what was written is worse than none. */
import { readFileSync } from 'node:fs';
import type { Json } from '../interpreter/core/model/value.ts';
import type { Diagnostic } from '../interpreter/document/diagnostic.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { usage } from '../console/exit-codes.ts';

/** Throws CommandError (2) that names the place of every mistake. */
export function readInputFile(path: string): Readonly<Record<string, Json>> {
  const loaded = loadRunbook(textOf(path), path, { anyMapping: true });
  if (loaded.diagnostics.length > 0)
    throw usage(loaded.diagnostics.map(lineOf).join('\nrunbook: '), 'no input was taken from the file, and nothing was executed');
  return loaded.runbook?.data ?? {};
}

function textOf(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (problem) {
    throw usage(`--input-file ${path}: cannot be read (${(problem as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw usage(`--input-file ${path}: is not UTF-8`, 'save the file as UTF-8');
  }
}

const lineOf = ({ file, line, column, message, hint }: Diagnostic): string =>
  `--input-file ${file}:${String(line)}:${String(column)}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
