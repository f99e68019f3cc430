/** What a world that is up consists of, kept in a file so that another process can use it and take it down. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Process } from './servers/process.ts';

/** The real servers that a world may need. */
export const serverNames = ['kafka', 'redis', 'postgres', 'prometheus', 'alertmanager', 'sshd'] as const;
export type ServerName = (typeof serverNames)[number];

export interface LabState {
  readonly world: string;
  readonly directory: string;
  readonly startedAt: string;
  /** On loopback, by name of the server or port; `control` is the one of the world's process. */
  readonly ports: Readonly<Record<string, number>>;
  /** Each recorded as soon as it is started. */
  readonly processes: readonly Process[];
  /** PostgreSQL's data, outside the directory; without it: this world has no PostgreSQL. */
  readonly postgresData?: string;
  /** False while the world is coming up. */
  readonly ready: boolean;
}

/** Folder of all worlds: `RUNBOOK_LAB_DIR`, else the place for state of this user. */
export const labRoot = (): string =>
  process.env['RUNBOOK_LAB_DIR'] ?? join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'runbook-lab');

/** Each world has a folder of its own, so several can be up at once. */
export const worldDirectory = (world: string, root = labRoot()): string => join(root, world);

/** Everything that a running world writes; removed with it. */
export const runDirectory = (directory: string): string => join(directory, 'run');

const file = (directory: string): string => join(directory, 'state.json');

export function readState(directory: string): LabState | undefined {
  try {
    return JSON.parse(readFileSync(file(directory), 'utf8')) as LabState;
  } catch {
    return undefined;
  }
}

/** Replaced as a whole: a reader never sees half of it. */
export function writeState(state: LabState): void {
  mkdirSync(state.directory, { recursive: true });
  const beside = `${file(state.directory)}.${String(process.pid)}`;
  writeFileSync(beside, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(beside, file(state.directory));
}

/** Also the folder, so that a world which is down has left nothing. */
export function removeState(directory: string): void {
  rmSync(file(directory), { force: true });
  rmSync(directory, { recursive: true, force: true });
}

/** Throws for a name that the world does not declare. */
export function portOf(state: LabState, name: string): number {
  const port = state.ports[name];
  if (port === undefined)
    throw new Error(`the world ${state.world} has no port ${name}; it has ${Object.keys(state.ports).join(', ')}`);
  return port;
}

/** `127.0.0.1:PORT` of a server or port. */
export const addressOf = (state: LabState, name: string): string => `127.0.0.1:${String(portOf(state, name))}`;
export const controlUrl = (state: LabState): string => `http://${addressOf(state, 'control')}`;
export const prometheusUrl = (state: LabState): string => `http://${addressOf(state, 'prometheus')}`;

/** Variables to run the runbook with. PATH alone is enough: the programs in it know the world. */
export function environment(state: LabState): Readonly<Record<string, string>> {
  return {
    PATH: [join(runDirectory(state.directory), 'bin'), process.env['PATH'] ?? ''].join(delimiter),
    RUNBOOK_LAB_DIR: dirname(state.directory),
    RUNBOOK_LAB_CONTROL: controlUrl(state),
  };
}
