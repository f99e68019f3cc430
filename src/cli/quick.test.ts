import { describe, expect, it } from 'vitest';
import type { QuickVerb } from './quick.ts';
import { flagsOf, quickCall, quickVerbs } from './quick.ts';

const reads = (line: string): boolean => quickCall(line === '' ? [] : line.split(' ')) !== undefined;
const verb = (name: string): QuickVerb | undefined => quickVerbs.find((one) => one.name === name);

describe('a line that is read without commander', () => {
  it.each(['lint', 'lint a.yaml b.yaml', 'lint -o json a.yaml', 'lint a.yaml --config c.yaml --env prod', 'list --catalogue x'])(
    'is a plain call: %s',
    (line) => {
      expect(reads(line)).toBe(true);
    },
  );

  it.each([
    ['no verb', ''],
    ['a verb that is not in the table', 'run x'],
    ['help', 'lint --help'],
    ['short help', 'list -h'],
    ['an unknown option', 'lint --outptu json'],
    ['an abbreviation with =', 'lint --output=json'],
    ['a value glued to a short option', 'lint -ojson'],
    ['an option without its value', 'lint a.yaml --output'],
    ['an option where a value belongs', 'lint --output --config'],
    ['the end of options', 'lint -- -a.yaml'],
    ['the end of options before a file', 'lint -- a.yaml'],
    ['an option that takes no value', 'lint --watch a.yaml'],
    ['a lone dash', 'lint -'],
    ['a word that the verb does not take', 'list x'],
  ])('%s is left to commander', (_name, line) => {
    expect(reads(line)).toBe(false);
  });

  it('flags are written as commander reads them', () => {
    expect(verb('lint')?.options.map(flagsOf)).toEqual([
      '-o, --output <form>',
      '--config <file>',
      '-e, --env <name>',
      '--commands',
      '--strict <codes>',
      '--watch',
      '--fix',
      '--dry-run',
      '--catalogue <folder>',
    ]);
  });
});
