/** What `aws rds` tells about the production database and changes: instances, events, backups and snapshots. */
import { setTimeout as sleep } from 'node:timers/promises';
import { restoredId } from './layout.ts';
import { endpointOf, productionId } from './names.ts';
import type { Production } from './production.ts';

export interface Network {
  readonly subnetGroup: string;
  readonly securityGroup: string;
}

export interface DatabaseInstance extends Network {
  readonly id: string;
  readonly endpoint: string;
  status: 'available' | 'creating' | 'rebooting' | 'failed';
}

export interface RdsEvent {
  readonly at: Date;
  readonly id: string;
  readonly message: string;
}

export interface Rds {
  instances(): readonly DatabaseInstance[];
  events(): readonly RdsEvent[];
  /** Moments that can be restored; undefined: there is no backup. */
  window(): { readonly earliest: Date; readonly latest: Date } | undefined;
  snapshot(): { readonly id: string; readonly at: Date } | undefined;
  /** Takes the backup and fixes the latest moment that can be restored. */
  backUp(): Promise<void>;
  stop(status: DatabaseInstance['status']): Promise<void>;
  /** Stops now, and comes back so many milliseconds after somebody has asked for the events: whoever has to see it does, on a busy machine too. */
  failOver(after: number): Promise<void>;
  /** Returns at once, as RDS does. */
  restore(id: string, until: Date | undefined, network: Network): DatabaseInstance;
  remove(id: string): Promise<void>;
  reset(): Promise<void>;
}

export const usualNetwork: Network = { subnetGroup: 'kalshi-private', securityGroup: 'sg-0f1e2d3c4b5a69788' };
/** What an instance gets when nobody says: reachable by nobody who needs it. */
export const defaultNetwork: Network = { subnetGroup: 'default', securityGroup: 'sg-00000000000000000' };

export function createRds(production: Production): Rds {
  const usual = (): DatabaseInstance => ({
    id: productionId,
    endpoint: endpointOf(productionId),
    status: 'available',
    ...usualNetwork,
  });
  let main = usual();
  let restored: DatabaseInstance | undefined;
  let events: RdsEvent[] = [];
  let backup: { readonly earliest: Date; readonly latest: Date } | undefined;
  let underWay: Promise<void> = Promise.resolve();
  let failoverLasts: number | undefined;
  const tell = (id: string, message: string): void => {
    events = [...events, { at: new Date(), id, message }];
  };
  const comeBack = async (after: number): Promise<void> => {
    await sleep(after);
    await production.start();
    main.status = 'available';
    tell(main.id, 'Multi-AZ instance failover completed');
  };
  return {
    instances: () => (restored === undefined ? [main] : [main, restored]),
    events: () => {
      if (failoverLasts !== undefined) underWay = comeBack(failoverLasts);
      failoverLasts = undefined;
      return events;
    },
    window: () => backup,
    snapshot: () => (backup === undefined ? undefined : { id: `${productionId}-nightly`, at: backup.earliest }),
    backUp: async () => {
      await production.backUp();
      const earliest = new Date();
      await sleep(300);
      backup = { earliest, latest: new Date() };
      await sleep(300);
      await production.commit();
    },
    stop: async (status) => {
      main.status = status;
      await production.stop();
      tell(main.id, 'The database instance has stopped unexpectedly');
    },
    failOver: async (after) => {
      main.status = 'rebooting';
      await production.stop();
      tell(main.id, 'Multi-AZ instance failover started');
      failoverLasts = after;
    },
    restore: (id, until, network) => {
      if (id !== restoredId) throw new Error(`no address is known for ${id}`);
      if (restored !== undefined) throw new Error(`DB instance already exists: ${id}`);
      const made: DatabaseInstance = { id, endpoint: endpointOf(id), status: 'creating', ...network };
      restored = made;
      underWay = production.restore(until).then(
        () => {
          made.status = 'available';
          tell(id, 'Restored from a backup');
        },
        (problem: unknown) => {
          made.status = 'failed';
          tell(id, `The restore has failed: ${problem instanceof Error ? problem.message : String(problem)}`);
        },
      );
      return made;
    },
    remove: async (id) => {
      if (restored?.id !== id) throw new Error(`DBInstance ${id} not found.`);
      await underWay;
      await production.dropRestored();
      restored = undefined;
    },
    reset: async () => {
      await underWay;
      failoverLasts = undefined;
      if (!production.isRunning()) await production.start();
      await production.dropRestored();
      main = usual();
      restored = undefined;
      events = [];
      backup = undefined;
    },
  };
}
