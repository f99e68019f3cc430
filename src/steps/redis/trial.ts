/** What the contract test performs and stops, against a server at this port that never answers. */
import type { TrialAt } from '../../interpreter/port/contract.ts';

export const trial: TrialAt = (port) => ({
  target: { url: `redis://127.0.0.1:${String(port)}` },
  params: { command: ['SET', 'a', 'b'] },
});
