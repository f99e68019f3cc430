/** Opens or resumes a run and carries it to its end. */
import { randomBytes } from 'node:crypto';
import type { Environment } from '../config/config.ts';
import type { Decision, Observation, Stamped } from '../core/model/event.ts';
import { fold } from '../core/fold/fold.ts';
import { initialState } from '../core/model/initial.ts';
import { exitCodeOf } from '../core/model/outcome.ts';
import type { Plan } from '../core/model/plan.ts';
import type { State } from '../core/model/state.ts';
import type { Actor, FilePin, Ms } from '../core/model/value.ts';
import type { Registry } from '../port/registry.ts';
import { readJournal } from '../store/journal-read.ts';
import { openJournal } from '../store/journal-write.ts';
import { pinnedConfig } from '../store/pins.ts';
import { bootId } from '../store/processes.ts';
import type { RunDirectory } from '../store/run-directory.ts';
import type { Roles } from './approval.ts';
import type { TakeLock } from './call-locks.ts';
import type { Clock } from './clock.ts';
import type { Attachments, Engine } from './context.ts';
import { createInbox, loop } from './loop.ts';
import type { KnownSecrets } from './known-secrets.ts';
import type { OperatorPort } from './operator.ts';
import { createPerformers } from './perform.ts';
import { openingRecord } from './opening.ts';
import { createSessions } from './sessions.ts';
import { refuseMutant } from './stand-in.ts';
import { survivorsOf, unfinishedIn } from './orphans.ts';
import { undoSeed } from './undo-run.ts';

export interface EngineOptions {
  readonly plan: Plan;
  readonly registry: Registry;
  readonly environment: Environment;
  readonly directory: RunDirectory;
  readonly operator: OperatorPort;
  readonly actor: Actor;
  readonly clock: Clock;
  readonly resume: boolean;
  /** Directory of the runbook file. */
  readonly baseDirectory: string;
  /** The configuration that environment and roles were read from. */
  readonly config?: FilePin | null;
  /** Who has which role, for approvals. */
  readonly roles?: Roles;
  /** Undo runs: the run whose registered undos are performed. */
  readonly undoOf?: RunDirectory;
  /** Renders what messages attach; the engine knows no documents. */
  readonly attachments?: Attachments;
  readonly secrets: KnownSecrets;
  /** Takes the lock of a runbook that is called, when the call is reached. */
  readonly takeLock?: TakeLock;
  /** Called with durable records only, in order. */
  readonly onRecord?: (record: Stamped, state: State) => void;
}

/** The caller holds the lock. Throws JournalError when records cannot be kept (exit 10). */
export async function runEngine(options: EngineOptions): Promise<{ readonly state: State; readonly exitCode: number }> {
  const { plan, directory, clock } = options;
  const refused = refuseMutant(plan);
  if (refused !== undefined) throw new Error(refused);
  const state = initialState(plan);
  const before = readJournal(directory.journalPath).records;
  for (const record of before) fold(plan, state, record);
  const { secrets } = options;
  const journal = openJournal(directory.journalPath);
  const gap = gapSince(before.at(-1), clock);
  const base = clock.now() - state.t - gap;
  const inbox = createInbox();
  const openedAt = before[0]?.wall ?? clock.wall().toISOString();
  const engine = createContext(options, { state, base, openedAt, push: inbox.push });
  const { sessions } = engine;
  const performers = createPerformers(engine);
  const epoch = state.epoch + 1;
  const survivors = options.resume ? await survivorsOf(directory.id, unfinishedIn(before), clock) : [];
  const opening: readonly (Observation | Decision)[] = [
    ...(before.length === 0 ? [opened(options)] : []),
    started(options, gap, before, secrets.names),
    ...survivors,
    ...(before.length === 0 && options.undoOf !== undefined ? undoSeed(options.undoOf, options.actor) : []),
  ];
  try {
    const after = await loop(
      {
        engine,
        journal,
        operator: options.operator,
        clock,
        performers,
        epoch,
        opening,
        ...(options.onRecord === undefined ? {} : { onRecord: options.onRecord }),
      },
      inbox,
    );
    return { state: after, exitCode: after.exitCode ?? exitCodeOf(after.outcome ?? 'unknown') };
  } finally {
    await performers.close();
    await sessions.close();
    journal.close();
  }
}

/** What the performers of a run share; also made by `check`, which performs reads without a run of its own. */
export function createContext(
  options: Pick<
    EngineOptions,
    'plan' | 'registry' | 'environment' | 'directory' | 'clock' | 'baseDirectory' | 'attachments' | 'roles' | 'takeLock'
  > & { readonly secrets: KnownSecrets } & Pick<Engine, 'outputLimit'>,
  run: {
    readonly state: State;
    readonly base: Ms;
    readonly openedAt: string;
    readonly push: (event: Observation | Decision) => void;
  },
): Engine {
  const { redactor, vault } = options.secrets;
  return {
    plan: options.plan,
    registry: options.registry,
    environment: options.environment,
    directory: options.directory,
    baseDirectory: options.baseDirectory,
    roles: options.roles ?? {},
    ...(options.attachments === undefined ? {} : { attachments: options.attachments }),
    ...(options.takeLock === undefined ? {} : { takeLock: options.takeLock }),
    ...(options.outputLimit === undefined ? {} : { outputLimit: options.outputLimit }),
    clock: options.clock,
    redactor,
    vault,
    sessions: createSessions(options.registry, options.environment, vault, options.baseDirectory),
    state: () => run.state,
    openedAt: () => run.openedAt,
    now: () => options.clock.now() - run.base,
    observed: run.push,
  };
}

/** A configuration that differs from the one before was named by whoever started this engine; the record has both. */
function started({ config }: EngineOptions, gap: Ms, before: readonly Stamped[], secrets: readonly string[]): Observation {
  const pinned = pinnedConfig(before);
  const differs = config !== undefined && pinned !== undefined && (config?.sha !== pinned?.sha || config?.path !== pinned?.path);
  return {
    type: 'engine.started',
    pid: process.pid,
    boot: bootId(),
    gap,
    ...(config === undefined ? {} : { config }),
    ...(differs ? { configBefore: pinned } : {}),
    ...(secrets.length === 0 ? {} : { secrets }),
  };
}

const opened = (options: EngineOptions): Observation =>
  openingRecord({
    run: options.directory.id,
    plan: options.plan,
    actor: options.actor,
    seed: randomBytes(8).toString('hex'),
    baseDirectory: options.baseDirectory,
    ...(options.config === undefined ? {} : { config: options.config }),
  });

/** Time that passed without an engine, by the wall clock, never negative. */
function gapSince(last: Stamped | undefined, clock: Clock): Ms {
  if (last === undefined) return 0;
  return Math.max(0, clock.wall().getTime() - Date.parse(last.wall));
}
