import { describe, expect, it } from 'vitest';
import { expire, observe, type ObservePolicy, type Sample, startWait, type WaitState } from './observe.ts';

const policy: ObservePolicy = { every: 10, hold: 30, until: 200, onNoData: 'fail' };
function play(rules: ObservePolicy, samples: readonly Sample[]): WaitState {
  return samples.reduce((wait, sample) => observe(rules, wait, sample), startWait(0));
}
const at = (t: number, holds: Sample['holds'], more: Partial<Sample> = {}): Sample => ({ t, holds, ...more });

describe('waiting for a condition', () => {
  it('holds only after the whole time without a break', () => {
    expect(play(policy, [at(0, 'true'), at(29, 'true')]).end).toBeUndefined();
    expect(play(policy, [at(0, 'true'), at(30, 'true')]).end).toBe('held');
    expect(play(policy, [at(0, 'true'), at(20, 'false'), at(30, 'true'), at(59, 'true')]).end).toBeUndefined();
  });
  it('is held at once without a hold time', () => {
    expect(play({ ...policy, hold: 0 }, [at(0, 'true')]).end).toBe('held');
  });
  it('fails when its time is over', () => {
    expect(play(policy, [at(200, 'false')]).end).toBe('timeout');
    expect(expire(policy, startWait(0), 200).end).toBe('timeout');
    expect(expire(policy, startWait(0), 199).end).toBeUndefined();
  });
  it('ends early when abortWhen holds', () => {
    expect(play(policy, [at(0, 'false', { abort: 'true' })]).end).toBe('aborted');
  });
  it.each([
    ['connection', undefined],
    ['timeout', undefined],
    ['expression', 'error'],
  ] as const)('reads an error of class %s as %s', (fault, end) => {
    expect(play(policy, [at(0, 'error', { fault })]).end).toBe(end);
  });
  it('waits for data only when the runbook says so', () => {
    expect(play(policy, [at(0, 'noData')]).end).toBe('noData');
    expect(play({ ...policy, onNoData: 'wait' }, [at(0, 'noData')]).end).toBeUndefined();
  });
  it('no data breaks the hold', () => {
    const wait = play({ ...policy, onNoData: 'wait' }, [at(0, 'true'), at(20, 'noData'), at(31, 'true')]);
    expect(wait.end).toBeUndefined();
  });
  it('reads next after every, not after the end of the wait', () => {
    expect(play(policy, [at(0, 'false')]).next).toBe(10);
    expect(play(policy, [at(195, 'false')]).next).toBe(200);
  });
  it('stays ended', () => {
    expect(play({ ...policy, hold: 0 }, [at(0, 'true'), at(10, 'false')])).toMatchObject({ end: 'held', samples: 1 });
  });
});
