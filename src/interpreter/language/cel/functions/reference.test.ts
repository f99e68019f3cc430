/** Every function is documented by an example that is true. */
import { expect, it } from 'vitest';
import { evaluate } from '../condition.ts';
import { macros } from '../ast.ts';
import { globals, methods } from './index.ts';
import { reference } from './reference.ts';

const all = reference.flatMap(({ functions }) => functions);
const scope = { run: { now: new Date('2026-11-29T06:00:00Z') } };

it.each(all.map(({ call, example, gives }) => [call, example, gives]))('%s: %s', (_, example, gives) => {
  expect(evaluate(example, scope)).toMatchObject({ ok: true, value: gives });
});

it('names every function and every method', () => {
  const calls = all.map(({ call }) => call).join(' ');
  const missing = [
    ...[...globals.keys(), 'has', 'now'].filter((name) => !new RegExp(`(?<![.\\w])${name}\\(`).test(calls)),
    ...[...methods.keys(), ...macros].filter((name) => !new RegExp(`\\.${name}\\(`).test(calls)),
  ];
  // Methods that only repeat a function of the same name.
  expect(missing.filter((name) => !globals.has(name))).toEqual([]);
});
