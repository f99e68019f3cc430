import { describe, expect, it } from 'vitest';
import type { Call } from '../../../process/call.ts';
import { createLife } from './life.ts';

const call = (path: string, method = 'POST'): Call => ({
  method,
  path: path.split('/'),
  query: new URLSearchParams(),
  ifMatch: undefined,
  authorization: undefined,
  actor: undefined,
  body: undefined,
});

describe('the life of a service', () => {
  it('ends once the work in hand is over, and then forgets', async () => {
    const told: string[] = [];
    const life = createLife({ forget: () => void told.push('forgotten') });
    const finish = new AbortController();
    const finished = new Promise((done) => {
      finish.signal.addEventListener('abort', done);
    });
    const working = life.during(() => finished.then(() => told.push('done')));
    const resting = life.answer(call('lab/rest'));
    expect(life.isResting()).toBe(true);
    finish.abort();
    await Promise.all([working, resting]);
    expect(told).toEqual(['done', 'forgotten']);
  });

  it('does not wait for a pause', async () => {
    const life = createLife();
    const pausing = life.during(() => life.pause(3_600_000));
    const ended = expect(pausing).rejects.toThrow('aborted');
    await life.answer(call('lab/rest'));
    await ended;
  });

  it('begins again, and knows what belongs to a life before', async () => {
    const life = createLife();
    expect(life.since()).toBe(0);
    await life.answer(call('lab/rest'));
    expect((await life.answer(call('lab/begin')))?.status).toBe(200);
    expect(life.isResting()).toBe(false);
    expect(life.since()).toBeGreaterThan(0);
    await expect(life.pause(0)).resolves.toBeUndefined();
  });

  it('leaves every other call to the service', () => {
    const life = createLife();
    for (const other of [call('healthz', 'GET'), call('lab/pretend'), call('lab/rest', 'GET')])
      expect(life.answer(other)).toBeUndefined();
  });
});
