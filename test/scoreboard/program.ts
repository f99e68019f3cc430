/** The built program on one subject, with a fault in it, in folders of its own; and what the ledger says about it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../rig/cli.ts';
import type { Subject } from './runbooks.ts';

const shim = join(import.meta.dirname, 'fault-shim.cjs');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface Counts {
  /** Peak memory of the program, MiB. */
  readonly peak: number;
  readonly write: number;
  readonly sync: number;
  readonly rename: number;
  readonly spawn: number;
}

export interface Ground {
  readonly folder: string;
  /** `fault`: as fault-shim.cjs reads it. */
  run(fault?: string): Promise<Ended>;
  resume(fault?: string): Promise<Ended>;
  /** Starts without waiting for the end: for signals. */
  launch(
    fault?: string,
    ...more: readonly string[]
  ): { readonly kill: (signal: NodeJS.Signals) => void; readonly output: () => string; readonly ended: Promise<Ended> };
  ledger(): readonly string[];
  counts(): Counts;
  /** The run's folder, once there is one. */
  runFolder(): string | undefined;
  remove(): void;
}

/** A run that has not ended after this long stands still: no subject takes longer than a second by itself. */
const limitMs = 60_000;

export function ground(subject: Pick<Subject, 'id' | 'text' | 'args' | 'config'>): Ground {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-board-'));
  const state = join(folder, 'state');
  mkdirSync(state, { mode: 0o700 });
  const file = join(folder, `${subject.id}.yaml`);
  writeFileSync(file, subject.text(folder));
  if (subject.config !== undefined) writeFileSync(join(folder, 'runbook.config.yaml'), subject.config(folder));
  const countsFile = join(folder, 'counts.json');
  const runFolder = (): string | undefined => {
    const runs = join(state, 'runs');
    const name = existsSync(runs) ? readdirSync(runs).find((one) => !one.startsWith('.')) : undefined;
    return name === undefined ? undefined : join(runs, name);
  };
  const launch = (args: readonly string[], fault = 'count'): ReturnType<Ground['launch']> => {
    const child = spawn(process.execPath, ['--require', shim, program, ...args], {
      cwd: folder,
      env: { ...process.env, RUNBOOK_STATE_DIR: state, RUNBOOK_FAULT: fault, RUNBOOK_FAULT_COUNTS: countsFile, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      if (output.length < 20_000) output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    return {
      kill: (signal) => child.kill(signal),
      output: () => output,
      ended: new Promise((done) => {
        child.on('close', (code, signal) => {
          clearTimeout(limit);
          done({ code, signal, output });
        });
      }),
    };
  };
  const again = (): readonly string[] => ['resume', (runFolder() ?? '').split('/').pop() ?? '', '--no-questions'];
  return {
    folder,
    run: (fault) => launch(['run', file, ...subject.args, '--no-questions'], fault).ended,
    launch: (fault, ...more) => launch(['run', file, ...subject.args, '--no-questions', ...more], fault),
    resume: (fault) => launch([...again(), ...subject.args], fault).ended,
    ledger: () => {
      const path = join(folder, 'ledger');
      return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
    },
    counts: () => JSON.parse(readFileSync(countsFile, 'utf8')) as Counts,
    runFolder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** What is wrong with the ledger after a run that was disturbed and resumed; `ended` is the last end. */
export function judge(subject: Subject, ledger: readonly string[], ended: Ended): readonly string[] {
  const times = (id: string): number => ledger.filter((one) => one === id).length;
  const wrong = subject.ledger
    .filter((id) => times(id) > 1 && !subject.repeatable.includes(id))
    .map((id) => `${id} was done ${String(times(id))} times`);
  if (ended.code === 0)
    wrong.push(
      ...subject.ledger
        .filter((id) => times(id) === 0 && subject.messages?.includes(id) !== true)
        .map((id) => `${id} was lost, and the run says that it succeeded`),
    );
  if (ended.code === 6)
    wrong.push(
      ...ledger
        .filter((id) => subject.ledger.includes(`un-${id}`) && times(`un-${id}`) === 0)
        .map((id) => `${id} was not taken back, and the run says so`),
    );
  return wrong;
}

/** Exit codes that are true of a disturbed run: its own, and "unknown" where a step that must not be repeated was under way. */
export const honest = (subject: Subject, ended: Ended): boolean =>
  ended.code === subject.code || ended.code === 9 || (subject.code === 6 && ended.code === 7);
