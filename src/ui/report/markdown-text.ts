/** Text of others inside Markdown. Each kind of place has its own escapes; none can begin a table, a tag, a link or a mention of its own. */
import { oneLine, sanitize } from '../../interpreter/guard/sanitize.ts';
import { xml } from '../xml.ts';

/**
 * Running text, also in a cell of a table. It reads as it was written: no image that a ticket would load, no link under another name, no table, HTML or
 * emphasis of its own, and nobody is called by `@name` (the comment in it shows nowhere). Underscores inside of words mean nothing and stay.
 */
export const markdownText = (raw: string): string =>
  oneLine(raw)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*[\]|~>]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replaceAll(/(?<![\p{L}\p{N}.])@(?=[\p{L}\p{N}])/gu, '@<!-- -->')
    .replace(/^(\s*)([#+-])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2');

/** A value or a command in a cell: nothing in it means anything, but a table still ends a cell at a bar. */
export function code(raw: string): string {
  const line = oneLine(raw).trim();
  if (line === '') return '';
  const fence = '`'.repeat(longestRun(line) + 1);
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${line.replaceAll('|', '\\|')}${padding}${fence}`;
}

/** Several lines as they are. */
export function block(raw: string): readonly string[] {
  const lines = sanitize(raw).split('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(raw) + 1));
  return [fence, ...lines, fence];
}

const longestRun = (raw: string): number => Math.max(0, ...[...raw.matchAll(/`+/g)].map(([run]) => run.length));

/** Cells are escaped already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  row(head),
  `|${'---|'.repeat(head.length)}`,
  ...rows.map(row),
];
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Hidden until somebody asks for it. The title is in HTML, where the escapes of Markdown mean nothing. */
export const folded = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`<details><summary>${xml(oneLine(title))}</summary>`, '', ...lines, '', '</details>'];
