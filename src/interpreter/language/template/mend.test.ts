/** What is certain enough to be written without asking, and what is not. */
import { describe, expect, it } from 'vitest';
import { duration, onlyWord, otherKind } from './mend.ts';

describe('a word of a closed vocabulary', () => {
  it.each([
    ['timout', ['timeout', 'title'], 'timeout'],
    ['done_when', ['doneWhen', 'when'], 'doneWhen'],
    ['Steps', ['steps', 'step'], 'steps'],
    ['precondtions', ['preconditions', 'validations'], 'preconditions'],
  ])('%s among %j is %s', (name, known, meant) => {
    expect(onlyWord(name, known)).toBe(meant);
  });

  it.each([
    ['two are as near', 'tile', ['title', 'time']],
    ['short words differ by one letter from too many', 'at', ['as', 'to']],
    ['another number is another thing', 'runbook/v2', ['runbook/v1']],
    ['too far away', 'wait', ['timeout', 'when']],
    ['two spellings of it are known', 'doneWhen', ['done-when', 'done_when']],
  ])('%s: nothing', (_why, name, known) => {
    expect(onlyWord(name, known)).toBeUndefined();
  });
});

describe('a value in the clothes of another kind', () => {
  it.each([
    ['3', ['integer'], '"3"', '3'],
    ['-0.5', ['number'], "'-0.5'", '-0.5'],
    ['yes', ['boolean'], 'yes', 'true'],
    ['False', ['boolean'], '"False"', 'false'],
    [1.1, ['string'], '1.10', '"1.10"'],
    [7, ['string'], '0o7', '"0o7"'],
    [true, ['string'], 'true', '"true"'],
  ])('%j, wanted %j, written %s: %s', (value, wanted, source, meant) => {
    expect(otherKind(value, wanted, source)).toBe(meant);
  });

  it.each([
    ['1.5', ['integer'], '"1.5"'],
    ['007', ['integer'], '"007"'],
    ['9007199254740993', ['integer'], '"9007199254740993"'],
    ['3', ['integer', 'boolean'], '"3"'],
    ['maybe', ['boolean'], 'maybe'],
    [null, ['string'], ''],
    ['team', ['array'], 'team'],
  ])('%j, wanted %j, written %s: nothing', (value, wanted, source) => {
    expect(otherKind(value, wanted, source)).toBeUndefined();
  });
});

describe('a duration', () => {
  it.each([
    ['5 min', '5m'],
    ['1.5h', '1h30m'],
    ['30s 5m', '5m30s'],
    ['2 hours and 10 minutes', '2h10m'],
    ['PT5M', '5m'],
    ['P1DT12H', '1d12h'],
    ['30S', '30s'],
    ['250 millis', '250ms'],
  ])('%s is %s', (text, meant) => {
    expect(duration(text)).toBe(meant);
  });

  it.each(['5', '5M', '5m 5m', 'soon', '1 month', '5m ago', '-5m', '0.0001s', 'P1M', 'P', 'PT', '99999d', ''])(
    '%s may mean several things, or nothing',
    (text) => {
      expect(duration(text)).toBeUndefined();
    },
  );
});
