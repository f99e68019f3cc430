/** What a running lab consists of, kept in a file so that another process can use it and take it down. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Process } from './servers/process.ts';

export interface Ports {
  readonly kafka: number;
  readonly controller: number;
  readonly redis: number;
  readonly postgres: number;
  readonly prometheus: number;
  readonly alertmanager: number;
  readonly control: number;
}

export interface LabState {
  readonly directory: string;
  readonly startedAt: string;
  readonly ports: Ports;
  /** Each recorded as soon as it is started. */
  readonly processes: readonly Process[];
  /** PostgreSQL's data, outside the directory. */
  readonly postgresData: string;
  /** False while the lab is coming up. */
  readonly ready: boolean;
}

/** `RUNBOOK_LAB_DIR`, else the place for state of this user. */
export const labDirectory = (): string =>
  process.env['RUNBOOK_LAB_DIR'] ?? join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'runbook-lab');

/** Everything that a running lab writes; removed with it. */
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

export function removeState(directory: string): void {
  rmSync(file(directory), { force: true });
}

export const controlUrl = (state: LabState): string => `http://127.0.0.1:${String(state.ports.control)}`;
export const prometheusUrl = (state: LabState): string => `http://127.0.0.1:${String(state.ports.prometheus)}`;

/** Variables to run the runbook with. PATH alone is enough: the programs in it know the lab. */
export function environment(state: LabState): Readonly<Record<string, string>> {
  return {
    PATH: [join(runDirectory(state.directory), 'bin'), process.env['PATH'] ?? ''].join(delimiter),
    RUNBOOK_LAB_DIR: state.directory,
    RUNBOOK_LAB_CONTROL: controlUrl(state),
  };
}
