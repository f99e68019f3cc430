/** What the contract test performs and stops. */
import type { TrialAt } from '../../interpreter/port/contract.ts';

export const trial: TrialAt = () => ({ target: null, params: { argv: ['sleep', '60'] } });
