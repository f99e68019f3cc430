/**
 * A run as server-sent events: each is the changed part of the page, rendered for whoever looks. The id of an event is the number of the last record in
 * it; a browser whose line was cut names it when it comes back, and hears at once of what it has missed.
 */
import type { House } from '../house.ts';
import type { Live } from '../http/reply.ts';
import type { Person } from '../identity/who.ts';
import { runSections } from '../pages/run.ts';

export interface Watching {
  readonly run: string;
  readonly person: Person;
  /** Number of the last record that the browser has seen. */
  readonly after: number;
}

/** Told when nothing changes: what is between here and there keeps the line open, and the page knows that it is not cut, ms. */
const beatMs = 20_000;
const retryMs = 1000;

export const runEvents =
  ({ hub, config }: House, { run, person, after }: Watching): Live =>
  async (send, gone) => {
    send(`retry: ${String(retryMs)}\n\n`);
    let last = after;
    const beat = setInterval(() => {
      send(eventText('beat', '', last));
    }, beatMs);
    try {
      await hub.watch(
        run,
        (seen) => {
          if (seen.records.length <= last) return;
          last = seen.records.length;
          send(eventText('change', runSections({ seen, person, roles: config.roles }).html, last));
        },
        gone,
      );
      if (!gone.aborted) send(eventText('end', '', last));
    } finally {
      clearInterval(beat);
    }
  };

const eventText = (name: string, data: string, id: number): string =>
  `id: ${String(id)}\nevent: ${name}\n${data
    .split('\n')
    .map((line) => `data: ${line}`)
    .join('\n')}\n\n`;
