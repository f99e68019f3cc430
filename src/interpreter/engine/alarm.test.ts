import { describe, expect, it } from 'vitest';
import { createAlarm } from './alarm.ts';
import type { Clock } from './clock.ts';

/** A clock whose timers fire `early` milliseconds before their time, as those of Node may. */
function hastyClock(early: number) {
  let now = 0;
  const slept: number[] = [];
  const clock: Clock = {
    now: () => now,
    wall: () => new Date(0),
    sleep: async (ms) => {
      slept.push(ms);
      await Promise.resolve();
      now += ms - early;
    },
  };
  return { clock, slept };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the alarm of the loop', () => {
  it('never rings before its moment, although the timer fires early', async () => {
    const { clock } = hastyClock(0.7);
    const rung: number[] = [];
    createAlarm(
      clock,
      () => clock.now(),
      () => rung.push(clock.now()),
    ).set(100);
    await settled();
    expect(rung).toHaveLength(1);
    expect(rung[0]).toBeGreaterThanOrEqual(100);
  });

  it('rings again when it is set to the moment at which it has just rung', async () => {
    const { clock } = hastyClock(0);
    let rings = 0;
    const alarm = createAlarm(
      clock,
      () => clock.now(),
      () => (rings += 1),
    );
    alarm.set(100);
    await settled();
    expect({ rings, armed: alarm.armed() }).toEqual({ rings: 1, armed: false });
    alarm.set(100);
    await settled();
    expect(rings).toBe(2);
  });

  it('keeps the timer that is in force when the same moment is asked for again', () => {
    const { clock, slept } = hastyClock(0);
    const alarm = createAlarm(
      clock,
      () => clock.now(),
      () => undefined,
    );
    alarm.set(100);
    alarm.set(100);
    expect(slept).toEqual([100]);
  });

  it('does not ring for a moment that nobody waits for any more', async () => {
    const { clock } = hastyClock(0);
    let rings = 0;
    const alarm = createAlarm(
      clock,
      () => clock.now(),
      () => (rings += 1),
    );
    alarm.set(100);
    alarm.set(undefined);
    await settled();
    expect({ rings, armed: alarm.armed() }).toEqual({ rings: 0, armed: false });
  });
});
