/** The page of a step type, from its manifest and README: docs/step-types of the product, `runbook docs` for types from outside. */
import type { Json } from '../core/model/value.ts';
import type { Manifest } from './step-type.ts';

type Mapping = Readonly<Record<string, Json>>;
const cell = (text: Json | undefined): string => (typeof text === 'string' ? text.replaceAll('|', '\\|') : '');

/** Markdown; `readme` follows without its heading. */
export function stepTypePage(manifest: Manifest, readme?: string): string {
  const params = manifest.params as Mapping;
  const required = new Set((params['required'] ?? []) as readonly string[]);
  const rows = Object.entries((params['properties'] ?? {}) as Readonly<Record<string, Mapping>>).map(
    ([key, one]) => `| \`${key}\`${required.has(key) ? ' (required)' : ''} | ${cell(one['description'])} |`,
  );
  const { target, value } = manifest;
  const talksTo = target === undefined ? 'none' : `${target.types.join(', ')}${target.required ? '' : ' (optional)'}`;
  return [
    `# ${manifest.type}`,
    '',
    manifest.summary,
    '',
    ...(rows.length > 0 ? ['| Key | Meaning |', '|---|---|', ...rows, ''] : []),
    `Principal value: ${value === null ? 'the whole result' : `\`${value}\``}. Target: ${talksTo}. Timeout of an attempt: ${String(manifest.timeout / 1000)} s.`,
    '',
    ...(readme === undefined ? [] : [readme.replace(/^# .*\n+/, '').trimEnd(), '']),
  ].join('\n');
}
