import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import type { Done } from '../port/step-type.ts';
import { limited, settle } from './settle.ts';

const done: Done = { ok: true, result: null, changed: false };
const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

it('leaves nothing on the signals of a runner that ended', async () => {
  const cancel = new AbortController();
  const force = new AbortController();
  const limit = limited(cancel.signal, 60_000);
  expect(await settle(Promise.resolve(done), limit.signal, force.signal)).toEqual({ is: 'done', done });
  limit.end();
  expect([cancel.signal, limit.signal, force.signal].map(listeners)).toEqual([0, 0, 0]);
});

it('leaves nothing on the signals of a runner that threw', async () => {
  const limit = limited(new AbortController().signal, Number.MAX_SAFE_INTEGER);
  expect(await settle(Promise.reject(new Error('broken')), limit.signal)).toEqual({ is: 'threw', message: 'broken' });
  limit.end();
  expect(listeners(limit.signal)).toBe(0);
});

it('passes the reason of a cancellation on, which is not a deadline', () => {
  const cancel = new AbortController();
  const limit = limited(cancel.signal, 60_000);
  cancel.abort(new Error('stop'));
  expect(limit.signal.reason).toEqual(new Error('stop'));
  expect(limit.isOver()).toBe(false);
  limit.end();
});

it('is cancelled from the start when it was cancelled before', () => {
  const limit = limited(AbortSignal.abort(), 60_000);
  expect(limit.signal.aborted).toBe(true);
  limit.end();
});
