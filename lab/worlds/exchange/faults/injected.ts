/** A fault of this world with what it does. It returns once the fault is there; what Prometheus shows of it is waited for by the lab. */
import type { Fault } from '../../world.ts';
import type { System } from '../system.ts';

export interface Injected extends Fault {
  readonly inject: (system: System) => Promise<void> | void;
}
