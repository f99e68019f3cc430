import { describe, expect, it } from 'vitest';
import { list, planOf } from '../../test/core/plans.ts';
import { simulate } from '../../test/core/simulate.ts';
import { actOf, speak } from './controls.ts';

/** One step waits for an answer that does not come. */
const plan = planOf(list('main', [['one', { has: { confirm: true } }], ['two']]), { inputs: { text: { json: 'old' } } });
const { state } = simulate(plan, { answer: () => undefined });
const context = { plan, state, typeInput: (_: string, text: string) => ({ ok: true, value: text }) as const };
const said = (line: string): unknown => {
  const spoken = speak(line, context);
  return spoken.ok && spoken.act.is === 'control' ? spoken.act.control : spoken;
};

describe('a line of the palette', () => {
  it.each([
    ['input text a b -- because', { is: 'input', name: 'text', value: { json: 'a b' }, reason: 'because' }],
    ['input text a -- b -- because', { is: 'input', name: 'text', value: { json: 'a -- b' }, reason: 'because' }],
    ['sk two not today', { is: 'skip', key: 'two', reason: 'not today' }],
    ['note seen -- twice', { is: 'note', text: 'seen -- twice' }],
    ['pause', { is: 'pause' }],
    ['pause lunch time', { is: 'pause', reason: 'lunch time' }],
    ['undo it is worse', { is: 'abort', undo: true, force: false, reason: 'it is worse' }],
  ])('%s', (line, control) => {
    expect(said(line)).toEqual(control);
  });

  it.each([
    ['input text a', 'a reason is missing: input NAME VALUE -- REASON'],
    ['skip two', 'a reason is missing: skip STEP REASON'],
    ['extend one soon why', '"soon" is not a duration; use for example 30s, 5m or 1h'],
  ])('%s: %s', (line, why) => {
    expect(said(line)).toEqual({ ok: false, why });
  });
});

describe('fields of a command', () => {
  it('are taken as they are', () => {
    const spoken = actOf('input', { name: 'text', value: 'a -- b', reason: 'real' }, context);
    expect(spoken).toMatchObject({ ok: true, act: { control: { value: { json: 'a -- b' }, reason: 'real' } } });
  });
});
