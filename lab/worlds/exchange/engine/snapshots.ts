/** Snapshots of an engine: what was there after a trade, so that a node that lost its state needs only the log since. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Snapshot {
  readonly seq: number;
  readonly hash: string;
  readonly openOrders: Readonly<Record<string, readonly string[]>>;
}

/** Snapshots that are kept. */
const kept = 3;

export function writeSnapshot(folder: string, snapshot: Snapshot): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `snapshot-${String(snapshot.seq).padStart(8, '0')}.json`), `${JSON.stringify(snapshot, null, 2)}\n`);
  for (const name of readdirSync(folder).sort().slice(0, -kept)) rmSync(join(folder, name));
}
