/** Secrets that appear in the document itself: whoever reads the repository has them. */
import type { Json } from '../../core/model/value.ts';
import { unmistakableSecrets } from '../../config/credential-names.ts';
import { escapePointer } from '../../document/nodes.ts';
import type { Checked } from '../finding.ts';

const names = /^(?:.*[-_.])?(?:password|passwd|secret|token|api[-_]?key|private[-_]?key)$/i;

export function checkLiteralSecrets(checked: Checked): void {
  walk(checked.runbook.data, [], (path, text) => {
    if (text.length < shortest) return;
    const found = unmistakableSecrets.find(([, form]) => form.test(text));
    const key = path.findLast((name) => typeof name === 'string');
    const what =
      found?.[0] ?? (key !== undefined && names.test(key) && looksLiteral(text) ? `a literal for "${key}"` : undefined);
    if (what === undefined) return;
    checked.add(
      'secret/literal',
      checked.runbook.at(path.map((name) => `/${escapePointer(String(name))}`).join('')),
      `${what} is in the runbook, and so in its history`,
      'bind it in the configuration (`secrets: { name: env:NAME }`), write {{secrets.name}}, and change the secret: it is known now',
      'warning',
    );
  });
}

/** None of the forms is shorter, characters. */
const shortest = 8;

/** One word with letters and digits mixed: not a sentence, a template or a name. */
const looksLiteral = (text: string): boolean =>
  !text.includes('{{') && /^\S{8,}$/.test(text) && /\d/.test(text) && /[A-Za-z]/.test(text);

/** Keys and indexes from the top down; the list is the same one all the time. */
type Path = readonly (string | number)[];

function walk(json: Json, path: (string | number)[], visit: (path: Path, text: string) => void): void {
  if (typeof json === 'string') visit(path, json);
  else if (Array.isArray(json))
    for (let index = 0; index < json.length; index += 1) below(json[index] as Json, index, path, visit);
  else if (json !== null && typeof json === 'object')
    for (const name of Object.keys(json)) below((json as Readonly<Record<string, Json>>)[name] ?? null, name, path, visit);
}

function below(json: Json, name: string | number, path: (string | number)[], visit: (path: Path, text: string) => void): void {
  path.push(name);
  walk(json, path, visit);
  path.pop();
}
