/** The files by which the control plane tells the services what is in force, and the settings that an operator edits. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../layout.ts';
import { symbols } from '../names.ts';
import type { Breakage, Controls } from '../services/told.ts';
import { breakageFile, controlsFile, flagsFile, replicasFile } from '../services/told.ts';

/** Replaced as a whole: a reader never sees half of it. */
export function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

const writeJson = (file: string, content: unknown): void => {
  writeWhole(file, `${JSON.stringify(content, null, 2)}\n`);
};

export const usualControls: Controls = {
  symbols: Object.fromEntries(symbols.map((symbol) => [symbol, { mode: 'NORMAL', throttle: null }])),
  withdrawals: { state: 'off' },
};

export const writeControls = ({ run }: Layout, controls: Controls): void => {
  writeJson(controlsFile(run), controls);
};
export const writeFlags = ({ run }: Layout, flags: Readonly<Record<string, unknown>>): void => {
  writeJson(flagsFile(run), flags);
};
export const writeBreakage = ({ run }: Layout, breakage: Breakage): void => {
  writeJson(breakageFile(run), breakage);
};
export const writeReplicas = ({ run }: Layout, replicas: Readonly<Record<string, number>>): void => {
  writeJson(replicasFile(run), replicas);
};

const password = 'lab-ledger-password-0123456789';

const settings: Readonly<Record<string, string>> = {
  database: `# Where the ledger is: the address of the ledger leads to this server.
primary: postgres
password: ${password}
`,
  engine: `# Settings of both engines.
symbols: [${symbols.join(', ')}]
lease: { ttlSeconds: 5 }
`,
  'ledger-consumer': `# Settings of the ledger consumer, in force at once.
settlement:
  smoke: true # trades of the smoke test get their own row
database:
  user: exchange
  password: ${password}
`,
  'edge-gateway': `# Settings of the edge, in force at once.
stream:
  muted: false
`,
};

/** All settings as they are in the repository; `over`: the text of one of them instead. */
export function writeSettings({ config }: Layout, over: Readonly<Record<string, string>> = {}): void {
  mkdirSync(config, { recursive: true });
  for (const [service, text] of Object.entries({ ...settings, ...over })) writeWhole(join(config, `${service}.yaml`), text);
}

export const brokenSettings = {
  smokeSettlementOff: { 'ledger-consumer': (settings['ledger-consumer'] ?? '').replace('smoke: true', 'smoke: false') },
  streamMuted: { 'edge-gateway': (settings['edge-gateway'] ?? '').replace('muted: false', 'muted: true') },
} as const;

export function emptyFolders({ wal, snapshots, evidence }: Layout): void {
  for (const folder of [wal, snapshots, evidence]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
}
