/** Runs an engine in this process: under the lock, with a socket for viewers, until its end. Shared by the engine process and by runs on pipes. */
import { rmSync } from 'node:fs';
import { SecretError } from '../interpreter/config/secrets.ts';
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { State } from '../interpreter/core/model/state.ts';
import { systemClock } from '../interpreter/engine/clock.ts';
import { openSecrets } from '../interpreter/engine/known-secrets.ts';
import { runEngine } from '../interpreter/engine/engine.ts';
import { StalledError } from '../interpreter/engine/loop.ts';
import type { OperatorPort } from '../interpreter/engine/operator.ts';
import { joinOperators } from '../interpreter/engine/operator.ts';
import { actorOfUser } from '../interpreter/link/account.ts';
import type { Link } from '../interpreter/link/serve.ts';
import { readJournal } from '../interpreter/store/journal-read.ts';
import { isSeedTorn } from '../interpreter/engine/undo-run.ts';
import { JournalError, setAside } from '../interpreter/store/journal-write.ts';
import { engineFile, openLink } from './host-link.ts';
import type { Hosting } from './hosting.ts';
import { locksToStart, openLocks } from './locks.ts';
import { refuseChanged } from './load-run.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { hasBegun } from '../interpreter/store/run-directory.ts';
import { CommandError, exitCodes, usage } from '../console/exit-codes.ts';
import { attachmentsOf, writeReportFile } from './write-report.ts';
import type { CrashGuard } from './crash-guard.ts';
import { guardCrashes } from './crash-guard.ts';
import { doctorHint } from './secrets.ts';
import { abortOnSignals } from './signals.ts';
import { startAnchoring } from './anchoring.ts';
import { recordGuard } from './journal-watch.ts';
import { registryFor } from '../catalogue/step-types.ts';

export interface Host {
  /** Who answers besides viewers and signals. */
  readonly operator: OperatorPort;
  /** The lock is held and viewers may connect; `why` when they cannot. */
  readonly onOpen?: (socket: { readonly ok: true } | { readonly ok: false; readonly why: string }) => void;
  readonly onRecord?: (record: Stamped, state: State) => void;
}

/** Throws CommandError: 5 when the lock is held, 10 when the record cannot be kept. */
export async function hostEngine(hosting: Hosting, host: Host): Promise<{ readonly state: State; readonly exitCode: number }> {
  const { plan, directory, root } = hosting;
  // Whatever the starter handed over: the engine runs as the user who started it.
  const actor = actorOfUser(hosting.actor, process.getuid?.(), hosting.environment);
  const runs = [directory, ...(hosting.undoOf === undefined ? [] : [hosting.undoOf])];
  for (const one of runs) refuseChanged(one);
  const registry = await registryFor(plan, hosting.environment.stepTypes);
  const locks = openLocks(root, { run: directory.id, runbook: plan.runbook.id, operator: actor.name });
  for (const name of locksToStart(hosting)) {
    const held = await locks.take(name);
    if (held === undefined) continue;
    await locks.release();
    discardUnbegun(hosting);
    throw new CommandError({ exitCode: exitCodes.lockHeld, ...held });
  }
  // Before a viewer follows the record.
  if (hosting.undoOf !== undefined && isSeedTorn(plan, readJournal(directory.journalPath).records))
    setAside(directory.journalPath);
  const { link, why } = await openLink(hosting);
  const guard = recordGuard(directory.journalPath, actor);
  const others = link === undefined ? [] : [link.operator];
  const signals = abortOnSignals(joinOperators([host.operator, guard.operator, ...others]), actor);
  const anchoring = startAnchoring(hosting.environment.anchor, directory);
  let refused = false;
  let end: Parameters<Link['close']>[0] = { exitCode: exitCodes.internal, message: 'the engine failed' };
  let crashes: CrashGuard | undefined;
  try {
    const secrets = await openSecrets(plan, hosting.environment, {
      before: runs.flatMap((one) => readJournal(one.journalPath).records),
      inputs: hosting.secretInputs,
    });
    crashes = guardCrashes(secrets.redactor);
    host.onOpen?.(why === undefined ? { ok: true } : { ok: false, why });
    const { state, exitCode: outcome } = await runEngine({
      plan,
      registry,
      environment: hosting.environment,
      roles: hosting.roles,
      directory,
      operator: signals.operator,
      actor,
      clock: systemClock(),
      resume: hosting.resume,
      secrets,
      takeLock: locks.take,
      baseDirectory: hosting.baseDirectory,
      config: hosting.config,
      ...(hosting.undoOf === undefined ? {} : { undoOf: hosting.undoOf }),
      attachments: (kinds) => attachmentsOf(directory, kinds),
      onRecord: (record, after) => {
        link?.onRecord(record, after);
        anchoring.onRecord(record);
        host.onRecord?.(record, after);
      },
    });
    const exitCode = signals.exitCode() ?? outcome;
    if (hosting.report !== undefined) await writeReportFile(directory, hosting.report);
    end = { exitCode };
    return { state, exitCode };
  } catch (problem) {
    crashes?.mask(problem);
    const told = explained(problem, directory);
    refused = told instanceof CommandError;
    end = endOf(told);
    throw told;
  } finally {
    guard.release();
    await anchoring.close();
    rmSync(engineFile(directory), { force: true });
    await link?.close(end);
    await locks.release();
    // Last, so that an impatient Ctrl-C does not kill the engine before its viewer knows the end.
    signals.release();
    crashes?.release();
    if (refused) discardUnbegun(hosting);
  }
}

/** A run that was refused before its first record leaves nothing behind: there is nothing to resume and nothing to tell. */
function discardUnbegun({ directory, resume }: Hosting): void {
  if (!resume && !hasBegun(directory)) rmSync(directory.path, { recursive: true, force: true });
}

function endOf(problem: unknown): Parameters<Link['close']>[0] {
  if (problem instanceof CommandError) return problem.problem;
  return { exitCode: exitCodes.internal, message: problem instanceof Error ? problem.message : String(problem) };
}

/** What the operator can do about a failure of the engine itself. */
function explained(problem: unknown, directory: RunDirectory): unknown {
  if (problem instanceof JournalError) return withoutJournal(problem, directory);
  if (problem instanceof SecretError) return usage(problem.message, doctorHint);
  if (!(problem instanceof StalledError)) return problem;
  const hint = `\`runbook resume ${directory.id}\` continues the run; please report this with the run directory ${directory.path}`;
  return new CommandError({ exitCode: exitCodes.internal, message: problem.message, hint });
}

/** The engine has started nothing since: an intent that is not on disk is not performed. */
function withoutJournal(problem: JournalError, directory: RunDirectory): CommandError {
  return new CommandError({
    exitCode: exitCodes.journal,
    message: problem.message,
    hint: `nothing more was started; when ${directory.path} can be written again, \`runbook resume ${directory.id}\` continues it`,
  });
}
