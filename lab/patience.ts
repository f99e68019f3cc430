/** Looks at a world that a busy machine may not have brought to rest yet. */
import { setTimeout as sleep } from 'node:timers/promises';

/** How often it is looked at, and how long it is left alone between, ms. */
const patience = { tries: 8, pause: 1500 };

/** What a service says in the end: it may have just begun, or answer too late. */
export async function eventually<T>(ask: () => Promise<T | undefined>, tries = patience.tries): Promise<T | undefined> {
  const found = await ask();
  if (found !== undefined || tries <= 1) return found;
  await sleep(patience.pause);
  return eventually(ask, tries - 1);
}

/** What is wrong now may be on its way to being right: only what stays wrong counts. */
export async function untilNothing(look: () => Promise<readonly string[]>, tries = patience.tries): Promise<readonly string[]> {
  const found = await look();
  if (found.length === 0 || tries <= 1) return found;
  await sleep(patience.pause);
  return untilNothing(look, tries - 1);
}
