/** Secrets that stand in the document itself: whoever reads the repository has them. */
import type { Json } from '../../core/value.ts';
import type { Checked } from '../finding.ts';

/** Forms that are nothing else. */
const unmistakable: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['an AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36,}\b/],
  ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ['a password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@{]+:[^\s/@{]{3,}@/i],
  ['a bearer token', /\bBearer\s+[A-Za-z0-9._~+/-]{16,}=*/],
];

const names = /^(?:.*[-_.])?(?:password|passwd|secret|token|api[-_]?key|private[-_]?key)$/i;

export function checkLiteralSecrets(checked: Checked): void {
  walk(checked.runbook.data, '', undefined, (pointer, key, text) => {
    const found = unmistakable.find(([, form]) => form.test(text));
    const what =
      found?.[0] ?? (key !== undefined && names.test(key) && looksLiteral(text) ? `a literal for "${key}"` : undefined);
    if (what === undefined) return;
    checked.add(
      'secret/literal',
      checked.runbook.at(pointer),
      `${what} stands in the runbook, and so in its history`,
      'bind it in the configuration (`secrets: { name: env:NAME }`), write {{secrets.name}}, and change the secret: it is known now',
      'warning',
    );
  });
}

/** One word with letters and digits mixed: not a sentence, a template or a name. */
const looksLiteral = (text: string): boolean =>
  !text.includes('{{') && /^\S{8,}$/.test(text) && /\d/.test(text) && /[A-Za-z]/.test(text);

function walk(
  json: Json,
  pointer: string,
  key: string | undefined,
  visit: (pointer: string, key: string | undefined, text: string) => void,
): void {
  if (typeof json === 'string') visit(pointer, key, json);
  else if (Array.isArray(json))
    (json as readonly Json[]).forEach((one, index) => walk(one, `${pointer}/${String(index)}`, key, visit));
  else if (json !== null && typeof json === 'object')
    for (const [name, one] of Object.entries(json)) walk(one, `${pointer}/${escaped(name)}`, name, visit);
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
