/** Files of this world, and the addresses of its services. */
import { join } from 'node:path';
import type { LabState } from '../../state.ts';
import { addressOf, runDirectory } from '../../state.ts';
import { engines } from './names.ts';
import { configFolder } from './services/told.ts';

export interface Layout {
  readonly run: string;
  readonly config: string;
  readonly checkout: string;
  /** Logs of the engines, a folder for each node. */
  readonly wal: string;
  readonly snapshots: string;
  readonly leaseLog: string;
  readonly audit: string;
  /** Where bundles of evidence go. */
  readonly evidence: string;
  /** Who may what: people, roles, second factors, grants for a time. */
  readonly accessDirectory: string;
  /** Links into the folder that belongs to the user of PostgreSQL. */
  readonly backups: string;
  readonly archive: string;
  readonly data: string;
}

export function layoutOf(state: LabState): Layout {
  const run = runDirectory(state.directory);
  return {
    run,
    config: configFolder(run),
    checkout: join(run, 'checkout'),
    wal: join(run, 'wal'),
    snapshots: join(run, 'snapshots'),
    leaseLog: join(run, 'lease.log'),
    audit: join(run, 'audit.jsonl'),
    evidence: join(run, 'evidence'),
    accessDirectory: join(run, 'access.json'),
    backups: join(run, 'backups'),
    archive: join(run, 'archive'),
    data: join(run, 'data'),
  };
}

export const serviceUrl = (state: LabState, service: string): string => `http://${addressOf(state, service)}`;

/** Admin API, lease and flags. They run in the world's process, and before the world is ready. */
export const controlPlaneUrl = (state: LabState): string => serviceUrl(state, 'control-plane');

export const engineUrls = (state: LabState): Readonly<Record<string, string>> =>
  Object.fromEntries(engines.map((node) => [node, serviceUrl(state, node)]));
