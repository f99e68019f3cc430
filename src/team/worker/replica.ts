/**
 * A run as one worker knows it: a folder like that of a local run, and its state folded. It is a copy and may be behind, or ahead by what was never kept;
 * each command says up to where the journal must be, and what differs from that is cut off.
 */
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Decision, Observation, Stamped } from '../../interpreter/core/model/event.ts';
import { genesis } from '../../interpreter/core/model/journal-line.ts';
import { fold } from '../../interpreter/core/fold/fold.ts';
import { initialState } from '../../interpreter/core/model/initial.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import type { Ms, Sha } from '../../interpreter/core/model/value.ts';
import type { TakeLock } from '../../interpreter/engine/call-locks.ts';
import { systemClock } from '../../interpreter/engine/clock.ts';
import type { Engine } from '../../interpreter/engine/context.ts';
import { createContext } from '../../interpreter/engine/engine.ts';
import { sha256 } from '../../interpreter/plan/hash.ts';
import type { RunDirectory } from '../../interpreter/store/run-directory.ts';
import { createRun } from '../../interpreter/store/run-directory.ts';
import { attachmentsOf } from '../../session/write-report.ts';
import type { Catching, FileOf, JournalPlace, RunStart } from '../protocol.ts';
import type { WorkerBindings } from './bindings.ts';
import { writeFiles } from './files.ts';

/** What an attempt prints, as far as it goes with the history of the run, bytes. */
const outputLimit = 512 * 1024;

export interface Replica {
  readonly engine: Engine;
  readonly bindings: WorkerBindings;
  readonly directory: RunDirectory;
  place(): JournalPlace;
  /** False: lines before these are missing here; nothing was changed. */
  catchUp(sent: Pick<Catching, 'after' | 'lines'> & { readonly files?: readonly FileOf[] }): boolean;
  /** The run clock stands at `t` or later now. */
  set(t: Ms): void;
  /** Who hears what the performers of one step observe meanwhile. */
  hear(key: string, listener: (event: Observation | Decision) => void): () => void;
  remove(): Promise<void>;
}

export async function createReplica(
  root: string,
  run: string,
  start: RunStart,
  made: { readonly bindings: WorkerBindings; readonly takeLock: TakeLock },
): Promise<Replica> {
  const { plan, source, origin, roles } = start;
  const directory = await createRun(root, run, { plan, source, origin });
  const listeners = new Map<string, (event: Observation | Decision) => void>();
  const clock = systemClock();
  const context: { state: State; base: Ms; openedAt: string; push: (event: Observation | Decision) => void } = {
    state: initialState(plan),
    base: Number.POSITIVE_INFINITY,
    openedAt: '',
    push: (event) => {
      if ('key' in event && event.key !== undefined) listeners.get(event.key)?.(event);
    },
  };
  const engine = createContext(
    {
      plan,
      directory,
      clock,
      roles,
      ...made.bindings,
      baseDirectory: origin.directory,
      takeLock: made.takeLock,
      outputLimit,
      attachments: (kinds) => attachmentsOf(directory, kinds),
    },
    context,
  );
  const lines: string[] = [];
  const heads: Sha[] = [genesis];
  const take = (line: string): void => {
    const record = JSON.parse(line) as Stamped;
    if (record.type === 'run.opened') context.openedAt = record.wall;
    fold(plan, context.state, record);
    lines.push(line);
    heads.push(sha256(line));
  };
  const cutTo = (seq: number): void => {
    const kept = lines.slice(0, seq);
    lines.length = 0;
    heads.length = 1;
    context.state = initialState(plan);
    kept.forEach(take);
    writeFileSync(directory.journalPath, kept.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  };
  return {
    engine,
    bindings: made.bindings,
    directory,
    place: () => ({ seq: lines.length, head: heads.at(-1) ?? genesis }),
    catchUp: ({ after, lines: sent, files = [] }) => {
      if (heads[after.seq] !== after.head) return false;
      writeFiles(directory.path, files);
      const same = sent.findIndex((line, index) => lines[after.seq + index] !== line);
      if (same < 0) return true;
      if (lines.length > after.seq + same) cutTo(after.seq + same);
      const more = sent.slice(same);
      more.forEach(take);
      appendFileSync(directory.journalPath, more.map((line) => `${line}\n`).join(''), { mode: 0o600 });
      return true;
    },
    set: (t) => {
      context.base = Math.min(context.base, clock.now() - t);
    },
    hear: (key, listener) => {
      listeners.set(key, listener);
      return () => listeners.delete(key);
    },
    remove: async () => {
      await engine.sessions.close();
      rmSync(directory.path, { recursive: true, force: true });
    },
  };
}
