/**
 * What authors do wrong, made in the runbooks of this repository wherever it can be made: each mistake is exactly one finding, at its place, and of two
 * mistakes neither hides the other. With RUNBOOK_PROPERTY_RUNS=20000 so many pairs.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLinter } from '../../src/commands/lint/one.ts';
import type { Diagnostic } from '../../src/interpreter/document/diagnostic.ts';
import { offsetOf } from '../../src/interpreter/document/fix.ts';
import type { Made, Mistake } from '../rig/mistakes.ts';
import { applied, mistakes } from '../rig/mistakes.ts';
import { realRunbooks } from '../rig/mutations.ts';

const linter = await createLinter({}, '/');
const books = realRunbooks();

const found = async (text: string, name: string): Promise<readonly Diagnostic[]> => (await linter.look(text, name)).findings;

/** Whether the finding stands where the mistake was made: on its very place, or at the step that lacks something. */
function isThere(one: Diagnostic, wrong: string, { from, by, at }: Made): boolean {
  const start = offsetOf(wrong, one.line, one.column);
  const end = offsetOf(wrong, one.endLine, one.endColumn);
  if (at === 'document') return wrong.slice(start).startsWith('apiVersion: ');
  if (at !== undefined) return start <= from + at && end > from + at;
  const [first, last] = around(wrong, from + by.length);
  return start >= first && start <= last;
}

/** The step, or the key of the document, in whose lines something stands. */
function around(text: string, at: number): readonly [number, number] {
  const starts = [...text.matchAll(/^(?: *- |[a-zA-Z])/gm)].map(({ index }) => index);
  const first = starts.findLast((start) => start <= at) ?? 0;
  // What was taken away at the end of one line may be missed at the beginning of the next.
  const next = starts.find((start) => start > at);
  return [first, next === undefined ? text.length : text.indexOf('\n', next)];
}

interface Site {
  readonly book: string;
  readonly text: string;
  readonly mistake: Mistake;
  readonly made: Made;
  /** Of the step. */
  readonly span: readonly [number, number];
}
const longRun = process.env['RUNBOOK_PROPERTY_RUNS'];

/** So many places of each mistake are tried here, evenly over all runbooks; with RUNBOOK_PROPERTY_RUNS every place. */
const most = 40;

function tried(sites: readonly Site[]): readonly Site[] {
  if (longRun !== undefined || sites.length <= most) return sites;
  return Array.from({ length: most }, (_, index) => sites[Math.floor((index * sites.length) / most)]).filter(
    (one) => one !== undefined,
  );
}

const sitesOf = (mistake: Mistake): readonly Site[] =>
  books.flatMap(([book, text]) =>
    mistake.find(text).map((made) => ({ book, text, mistake, made, span: around(text, made.from) })),
  );

/**
 * At how many of the places that are tried a mistake is told more than once, by what follows from it, or not at all: `expect: value` is right where
 * nobody knows the type of the value. These numbers only fall.
 */
const repeatedAt: Readonly<Record<string, number>> = {
  'a misspelt common key of a step': 8,
  'a misspelt key of a step type': 8,
  'a misspelt key of the document': 1,
  'a misspelt step in a condition': 1,
  'a type of input that does not exist': 3,
  'a template that is not closed': 1,
  'no id of a step': 2,
  'a word for an operator': 1,
  'a condition that is not a condition': 5,
  'a word that is true to some': 1,
  'SQL that does not parse': 3,
  'a hyphen in an id': 1,
};

describe.each(mistakes)('$name', (mistake) => {
  const all = sitesOf(mistake);
  const sites = tried(all);
  it(`is one finding, at its place (${String(sites.length)} of ${String(all.length)} places)`, async () => {
    expect(sites.length).toBeGreaterThan(0);
    const otherwise: string[] = [];
    for (const { book, text, made } of sites) {
      const wrong = applied(text, [made]);
      const all = await found(wrong, book);
      const [one] = all;
      if (all.length === 1 && one !== undefined && mistake.codes.includes(one.code) && isThere(one, wrong, made)) continue;
      const said = all.map(({ line, column, code, message }) => `${String(line)}:${String(column)} ${code}: ${message}`);
      otherwise.push(`${book}:${String(text.slice(0, made.from).split('\n').length)} -> ${said.join(' | ') || 'nothing'}`);
    }
    expect(otherwise.length, otherwise.join('\n')).toBeLessThanOrEqual(repeatedAt[mistake.name] ?? 0);
  });
});

it('there are enough of them, in several runbooks each', () => {
  expect(mistakes.length).toBeGreaterThanOrEqual(40);
  const several = mistakes.filter((mistake) => new Set(sitesOf(mistake).map(({ book }) => book)).size >= 3);
  expect(several.length).toBeGreaterThanOrEqual(25);
});

/** Nothing can be said of what stands in a file that cannot be read, or under a key that nothing reads. */
const readable = mistakes.filter(
  ({ name, codes }) => !codes.includes('yaml/syntax') && name !== 'a misspelt key of the document',
);

describe('two mistakes', () => {
  const all = readable.flatMap(sitesOf);
  const runs = longRun === undefined ? { numRuns: 150, seed: 2024 } : { numRuns: Number(longRun) };
  const known = new Map<Site, readonly string[]>();
  const alone = async (site: Site): Promise<readonly string[]> => {
    const codes = known.get(site) ?? (await found(applied(site.text, [site.made]), site.book)).map(({ code }) => code);
    known.set(site, codes);
    return codes;
  };
  const pairs = fc.tuple(fc.nat(all.length - 1), fc.nat(999_999)).map(([at, other]) => {
    const one = all[at];
    const others = all.filter((site) => one !== undefined && site.book === one.book && isApart(one, site));
    return [one, others[other % Math.max(1, others.length)]] as const;
  });

  it(
    'are two findings, wherever they are made',
    async () => {
      await fc.assert(
        fc.asyncProperty(pairs, async ([one, other]) => {
          if (one === undefined || other === undefined) return;
          const each = [...(await alone(one)), ...(await alone(other))];
          if (each.length !== 2) return; // one of them is told more than once: see above
          const both = await found(applied(one.text, [one.made, other.made]), one.book);
          const codes = both.map(({ code }) => code).sort();
          expect(codes).toEqual(each.sort());
        }),
        runs,
      );
    },
    longRun === undefined ? 60_000 : 3_600_000,
  );
});

const loseName = ['no id of a step'];
const misspellStep = [
  'a misspelt step in a condition',
  'a misspelt step in a template',
  'an undo of a step that does not exist',
  'an unknown moment',
];

/** In different steps, and not a step without a name beside an unknown name: one may be the other, then saying one is enough. */
const isApart = (a: Site, b: Site): boolean =>
  (b.made.from < a.span[0] || b.made.from > a.span[1]) &&
  ![
    [a, b],
    [b, a],
  ].some(([one, other]) => loseName.includes(one?.mistake.name ?? '') && misspellStep.includes(other?.mistake.name ?? ''));
