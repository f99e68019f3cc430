/** What a comment cites can be read in this repository: codes of docs/design, traps, measures of the scoreboard, and pages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const folders = ['src', 'test', 'lab', 'bench', 'scripts', 'docs', 'runbooks.yaml.d'];
const design = ['laws', 'failures', 'threats', 'measurements'];

const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:tsx?|mjs|cjs|md|yaml)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/\.generated\.|node_modules|^src\/clients\/programs\//.test(file)),
);

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** All of a page and of a runbook; of code only its comments. */
const proseOf = (file: string): string =>
  /\.(?:md|yaml)$/.test(file) ? textOf(file) : (textOf(file).match(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/ .*/g) ?? []).join('\n');

const known = new Set([
  ...[...textOf('docs/traps.md').matchAll(/^\| (T-\d\d) \|/gm)].map((found) => found[1]),
  ...design.flatMap((page) => [...textOf(`docs/design/${page}.md`).matchAll(/^### ([LFTM]\d+)\. /gm)].map((found) => found[1])),
  ...readdirSync(join(root, 'test/scoreboard')).flatMap((name) => {
    const found = /^s(\d\d)-/.exec(name)?.[1];
    return found === undefined ? [] : [`S${String(Number(found))}`];
  }),
]);

/** "F38 to F43" cites its ends. */
const codesIn = (text: string): readonly string[] => text.match(/\b[FTLMS](?:-\d+|\d{1,2})\b(?![:.]\d)/g) ?? [];

it.each(files.filter((file) => !file.startsWith('docs/design/README')))('%s cites what can be read here', (file) => {
  const prose = proseOf(file);
  expect(codesIn(prose).filter((code) => !known.has(code))).toEqual([]);
  // A tutorial has its reader write pages.
  const written = new Set([...prose.matchAll(/Save this as `([^`]+)`/g)].map((found) => found[1] ?? ''));
  const pages = [...prose.matchAll(/(?<![\w/.-])((?:[\w.-]+\/)*[\w-]+\.md)\b/g)].map((found) => found[1] ?? '');
  // The README of a step type is published in docs/step-types: its links are relative to that folder.
  const lost = pages.filter(
    (page) =>
      !written.has(page) &&
      ![root, join(root, dirname(file)), join(root, 'docs/step-types')].some((at) => existsSync(join(at, page))),
  );
  expect(lost).toEqual([]);
});

it('no code of the design has two headings', () => {
  const headings = design.flatMap((page) => textOf(`docs/design/${page}.md`).match(/^### [LFTM]\d+/gm) ?? []);
  expect(new Set(headings).size).toBe(headings.length);
});
