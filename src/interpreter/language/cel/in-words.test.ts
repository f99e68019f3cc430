import { expect, it } from 'vitest';
import { inWords } from './in-words.ts';

it.each([
  ['value > 0.02', 'the value is more than 0.02'],
  ['value == "yes"', 'the value is "yes"'],
  ['value != null', 'there is a value'],
  ['result.gaps == 0', '`gaps` of the result is 0'],
  ['value == steps.head.value[item]', 'the value is the value of step head for the item'],
  ['value.all(v, v > 0.02 && v < 1.0)', 'for every `v` of the value: `v` is more than 0.02, and `v` is less than 1'],
  [
    'inputs.venue == "all" || inputs.venue in value',
    'the input venue ("alpha") is "all", or the input venue ("alpha") is in the value',
  ],
  [
    '(value > 1 || value < 0) && !inputs.force',
    '(the value is more than 1, or the value is less than 0), and the input force is false',
  ],
  ['run.elapsed < inputs.limit', 'the time since the start is less than the input limit'],
  ['size(value) >= 3', 'the length of the value is at least 3'],
  ['int(result.stdout) == 4', '`stdout` of the result is 4'],
  ['value in ["a", "b"]', 'the value is one of "a", "b"'],
  ['result.stdout.startsWith("ok")', '`stdout` of the result begins with "ok"'],
  ['none', 'the value is empty'],
  // What has no words is shown as written.
  ['value * 2 < steps.one.value + 1', '`value * 2` is less than `steps.one.value + 1`'],
  ['steps.one.value["a.b"].levels == env.region', '`a.b.levels` of the value of step one is `env.region`'],
])('%s', (source, words) => {
  expect(inWords(source, { venue: 'alpha' })).toBe(words);
});

it.each(['value ==', 'a b', ''])('%j cannot be read, so there are no words', (source) => {
  expect(inWords(source)).toBeUndefined();
});
