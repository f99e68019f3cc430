import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRunbook } from '../interpreter/document/load.ts';
import { runbookFiles } from './catalogue.ts';
import type { FrontMatter } from './front-matter.ts';
import { frontMatterOf } from './front-matter.ts';

/** What the YAML parser says. */
function parsed(text: string): FrontMatter | undefined {
  const data = loadRunbook(text, 'x.yaml').runbook?.data;
  const word = (name: string): string => (typeof data?.[name] === 'string' ? data[name] : '');
  return data === undefined ? undefined : { id: word('id'), title: word('title'), severity: word('severity') };
}

describe('the head of a runbook', () => {
  it('is known of every runbook of the catalogue, and is what YAML says', () => {
    const files = runbookFiles(resolve('runbooks.yaml.d'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      expect(frontMatterOf(text), file).toEqual(parsed(text));
    }
  });

  it.each([
    ['plain words', 'id: a\ntitle: Some thing\nseverity: SEV1\n'],
    ['double quotes', 'title: "with: colon # and hash"\n'],
    ['single quotes', "title: 'it is'\n"],
    ['a comment behind', 'title: Some thing   # why\n'],
    ['blanks behind', 'title: Some thing   \n'],
    ['carriage returns', 'id: a\r\ntitle: Some thing\r\n'],
    ['the same key twice', 'title: One\nid: a\ntitle: Two\n'],
    ['keys of steps', 'title: One\nsteps:\n  - id: inner\n    title: Inner\n'],
  ])('is read from %s', (_name, text) => {
    expect(frontMatterOf(text)).toEqual(parsed(text));
    expect(frontMatterOf(text)).toBeDefined();
  });

  it.each([
    ['a text over several lines', 'title: One\n  two\n'],
    ['a text with an empty line', 'title: One\n\n  two\n'],
    ['a block', 'title: |\n  One\n'],
    ['an escape', 'title: "a\\tb"\n'],
    ['a doubled quote', "title: 'it''s'\n"],
    ['a number', 'title: 12\n'],
    ['a boolean', 'title: true\n'],
    ['a mapping inside', 'title: a: b\n'],
    ['a quoted key', '"title": One\n'],
    ['blanks before the colon', 'title : One\n'],
    ['nothing', 'title:\n'],
    ['a second document', 'title: One\n---\ntitle: Two\n'],
    ['a mapping in braces', '{ title: One }\n'],
    ['no title', 'id: a\n'],
    ['a byte order mark', '\ufefftitle: One\n'],
  ])('is left to the parser for %s', (_name, text) => {
    expect(frontMatterOf(text)).toBeUndefined();
  });

  it('is never another one than YAML reads', () => {
    const piece = fc.constantFrom(
      'id',
      'title',
      'severity',
      'a',
      ':',
      ' ',
      '\n',
      '  ',
      '"',
      "'",
      '#',
      '-',
      '|',
      '[',
      '}',
      ',',
      '&',
      '!',
      '1',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join('');
        const head = frontMatterOf(text);
        const truth = parsed(text);
        if (head !== undefined && truth !== undefined) expect(head).toEqual(truth);
      }),
      { numRuns: 3000 },
    );
  });
});
