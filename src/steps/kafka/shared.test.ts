/** Reading back: what a cluster shows late is waited for, what it never shows is unknown. */
import { expect, it } from 'vitest';
import { openStep } from '../../../test/rig/session.ts';
import type { RunContext } from '../../interpreter/port/step-type.ts';
import { stepType } from './index.ts';
import { readBack } from './shared.ts';

const context = async (): Promise<RunContext> => (await openStep(stepType, { brokers: ['127.0.0.1:1'] })).context();
/** What successive readings answer; the last one stays. */
function reading(...answers: readonly (string | Error)[]): () => Promise<string> {
  let at = -1;
  return async () => {
    at = Math.min(at + 1, answers.length - 1);
    const answer = answers[at] ?? '';
    if (typeof answer === 'string') return answer;
    throw answer;
  };
}
const shown = { shows: (now: string) => now === 'new', words: (now: string) => `it is ${now}` };
const answered = (type: string): Error => Object.assign(new Error(`broker says ${type}`), { type });

it('ends as soon as the cluster shows it, over brokers that have not heard yet', async () => {
  const read = reading('old', answered('UNKNOWN_TOPIC_OR_PARTITION'), 'old', 'new');
  expect(await readBack(await context(), { ...shown, read })).toBeUndefined();
});

it('is bounded, and then unknown with what is there instead', async () => {
  expect(await readBack(await context(), { ...shown, read: reading('old') }, 120)).toMatchObject({
    ok: false,
    wire: 'unknown',
    code: 'not-visible',
    message: 'acknowledged, but 0.12 s later the cluster shows: it is old',
  });
});

it('leaves a lost connection to the caller', async () => {
  const lost = new Error('Closed connection');
  await expect(readBack(await context(), { ...shown, read: reading('old', lost, 'new') })).rejects.toBe(lost);
});
