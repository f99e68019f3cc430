/** What the contract test performs and stops: an engine at this port that never answers. */
import type { TrialAt } from '../../interpreter/port/contract.ts';

export const trial: TrialAt = (port) => ({
  target: { host: `tcp://127.0.0.1:${String(port)}` },
  targetType: 'docker',
  params: { restart: 'web' },
});
