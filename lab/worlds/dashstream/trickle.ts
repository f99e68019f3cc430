/** Malformed messages that keep coming until the websocket-server writes them to the DLQ: without them nobody would see a broken DLQ. */
import { randomUUID } from 'node:crypto';
import type { LabState } from '../../state.ts';
import { healthOf, produce } from './clients.ts';
import { topics } from './names.ts';

export interface Trickle {
  start(): void;
  stop(): void;
}

const everyMs = 1100;
/** So many messages without a failure in between, and it ends. */
const enough = 2;

export function createTrickle(state: LabState): Trickle {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    start: () => {
      stop();
      let before = { at: new Date().toISOString(), failures: 0 };
      let good = 0;
      const drop = async (): Promise<void> => {
        const health = await healthOf(state);
        const at = health?.dlq_health.last_success_at ?? '';
        const failures = health?.dlq_health.failures ?? 0;
        good = at > before.at && failures <= before.failures ? good + 1 : 0;
        before = { at: at > before.at ? at : before.at, failures };
        if (good >= enough) {
          stop();
          return;
        }
        await produce(state, topics.main, [malformed()]);
      };
      timer = setInterval(() => void drop().catch(() => undefined), everyMs);
    },
    stop,
  };
}

const malformed = (): { readonly key: string; readonly value: string } => ({
  key: 'thread-2',
  value: JSON.stringify({ message_id: randomUUID() }),
});
