// docs/catalogue.md: which step covers which row of the source documents, read from the marks in the runbooks (`# 49.1`).
import { readFileSync } from 'node:fs';
import { isMap, isPair, isSeq, parse, parseDocument } from 'yaml';

const root = 'runbooks.yaml.d';

/** The documents in their order, each runbook with its number and the rows 1..n. */
export function sources() {
  let number = 0;
  return parse(readFileSync('docs/catalogue/sources.yaml', 'utf8')).map(({ title, folder, rows }) => ({
    title,
    runbooks: Object.entries(rows).map(([id, count]) => {
      number += 1;
      return { id, number, count, path: `${root}/${folder}/${id}.yaml` };
    }),
  }));
}

/** What a mark stands at: the innermost step around it, else the key of the document. */
function placeAt(node, offset, place) {
  if (isMap(node)) {
    const id = node.get('id');
    const here = typeof id === 'string' && place !== undefined ? { id, type: node.get('type'), title: node.get('title') } : place;
    const pair = node.items.findLast(({ key, value }) => key.range[0] <= offset && offset < (value?.range?.[2] ?? key.range[2]));
    if (pair === undefined || !isPair(pair)) return here;
    const below = placeAt(pair.value, offset, here ?? { id: pair.key.value });
    return below ?? here;
  }
  if (isSeq(node)) {
    const item = node.items.findLast((one) => one.range[0] <= offset && offset < one.range[2]);
    return item === undefined ? place : placeAt(item, offset, place);
  }
  return place;
}

/** The marks of a runbook: row -> the places that cover it. */
export function marksOf(path) {
  const text = readFileSync(path, 'utf8');
  const document = parseDocument(text);
  const marks = new Map();
  for (const comment of text.matchAll(/(^|\s)# *((?:\d\d\.\d+\b).*)$/gm)) {
    const start = text.lastIndexOf('\n', comment.index + comment[1].length) + 1;
    const own = text.slice(start, comment.index + comment[1].length).trim() === '';
    const from = own ? text.slice(start).search(/^(?! *#) *\S/m) : 0;
    const line = start + Math.max(0, from);
    const column = /^[ -]*/.exec(text.slice(line))[0].length;
    // A mark belongs to what its line begins with; one on a line of its own belongs to the line below.
    const place = placeAt(document.contents, line + column, undefined);
    for (const [row] of comment[2].matchAll(/\b\d\d\.\d+\b/g)) marks.set(row, [...(marks.get(row) ?? []), place]);
  }
  return marks;
}

const rowsOf = ({ number, count }) =>
  Array.from({ length: count }, (_, index) => `${String(number).padStart(2, '0')}.${String(index + 1)}`);

const cell = (text) => text.replaceAll('|', '\\|');
const shown = ({ id, type, title }) =>
  [`\`${id}\``, ...(type === undefined ? [] : [` (${type})`]), ...(title === undefined ? [] : [`: ${cell(title)}`])].join('');

function sectionOf(runbook) {
  const { title, triggers = [] } = parse(readFileSync(runbook.path, 'utf8'));
  const marks = marksOf(runbook.path);
  const alerts = triggers.map(({ alert }) => alert).filter((alert) => alert !== undefined);
  return [
    `### ${runbook.id}`,
    '',
    `[${title}](../${runbook.path})${alerts.length === 0 ? '' : `; alert ${[...new Set(alerts)].map((alert) => `\`${alert}\``).join(', ')}`}`,
    '',
    '| Row | Covered by |',
    '|---|---|',
    ...rowsOf(runbook).map((row) => `| ${row} | ${[...new Set((marks.get(row) ?? []).map(shown))].join('; ')} |`),
    '',
  ];
}

export function cataloguePage() {
  const all = sources();
  const runbooks = all.flatMap((source) => source.runbooks);
  const rows = runbooks.reduce((sum, { count }) => sum + count, 0);
  return [
    '# The catalogue',
    '',
    `Five documents told people what to type: ${String(runbooks.length)} procedures with ${String(rows)} rows, one for each thing to do, to check or to say. This page`,
    'shows the step that does each of them. Rows are counted in [sources.yaml](catalogue/sources.yaml), and marked in the runbooks by comments with their number.',
    'What was wrong with the documents, and what the runbooks do about it, is told in [traps.md](traps.md).',
    '',
    ...all.flatMap(({ title, runbooks: own }) => [`## ${title}`, '', ...own.flatMap(sectionOf)]),
  ].join('\n');
}

/** Rows without a step, and marks without a row. */
export function gaps() {
  return sources()
    .flatMap((source) => source.runbooks)
    .flatMap((runbook) => {
      const rows = rowsOf(runbook);
      const marks = marksOf(runbook.path);
      return [
        ...rows.filter((row) => !marks.has(row)).map((row) => `${runbook.path}: nothing is marked ${row}`),
        ...[...marks.keys()].filter((row) => !rows.includes(row)).map((row) => `${runbook.path}: there is no row ${row}`),
      ];
    });
}
