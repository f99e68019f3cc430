/** What the contract test performs and stops, against a server at this port that never answers. */
import type { TrialAt } from '../../interpreter/port/contract.ts';

export const trial: TrialAt = (port) => ({
  target: { url: `ws://127.0.0.1:${String(port)}` },
  params: { subscribe: 'x', collect: { count: 1, timeout: 60_000 } },
});
