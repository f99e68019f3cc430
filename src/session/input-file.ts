/** `--input-file`: a mapping in YAML or JSON, held to the same rules as a runbook, because a value that is not what was written is worse than none. */
import type { Json } from '../interpreter/core/model/value.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { readText } from '../interpreter/document/read-text.ts';
import { numbersForText } from '../interpreter/plan/text-inputs.ts';
import type { Position } from '../interpreter/port/step-type.ts';
import { usage } from '../console/exit-codes.ts';

/** `declared`: the inputs of the runbook. Throws CommandError (2) that names the place of every mistake. */
export function readInputFile(path: string, declared: Json | undefined): Readonly<Record<string, Json>> {
  const { runbook, diagnostics } = loadRunbook(textOf(path), path, { anyMapping: true, digits: true });
  const numbers =
    runbook === undefined
      ? []
      : numbersForText(runbook.rewritten, declared).map(({ pointer, source }) => ({
          ...runbook.at(pointer),
          message: `${source} is read as the number ${String(Number(source))}, and the input is text`,
          hint: `quote it: "${source}"`,
        }));
  const lines = [...diagnostics, ...numbers].map(lineOf);
  if (lines.length > 0) throw usage(lines.join('\nrunbook: '), 'no input was taken from the file, and nothing was executed');
  return runbook?.data ?? {};
}

function textOf(path: string): string {
  const read = readText(path, path);
  if (read.ok) return read.text;
  throw usage(
    `--input-file ${path}: ${read.diagnostic.message}`,
    read.diagnostic.hint ?? 'name a YAML file of `name: value` lines',
  );
}

const lineOf = ({ file, line, column, message, hint }: Position & { readonly message: string; readonly hint?: string }): string =>
  `--input-file ${file}:${String(line)}:${String(column)}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
