/** What a worker performs: the very functions of the engine, on its replica of the run. */
import { SecretError } from '../../interpreter/config/secrets.ts';
import type { Observation } from '../../interpreter/core/model/event.ts';
import { systemClock } from '../../interpreter/engine/clock.ts';
import { maskSaid } from '../../interpreter/engine/from-operators.ts';
import { survivorsOf } from '../../interpreter/engine/orphans.ts';
import { typedAct } from '../../interpreter/link/permission.ts';
import type { Act } from '../../interpreter/link/protocol.ts';
import { inOrder } from '../../interpreter/plan/locks.ts';
import { bootId } from '../../interpreter/store/processes.ts';
import { CommandError, exitCodes } from '../../console/exit-codes.ts';
import { doctorHint } from '../../session/secrets.ts';
import { typeInput } from '../../session/type-input.ts';
import type { Activities, Masked, Opening, TeamOrder } from '../protocol.ts';
import type { ActivitySdk } from '../sdk.ts';
import { releaseLocks, takeTeamLock } from './locks.ts';
import { performHere } from './perform.ts';
import type { Here, Replicas, Worker } from './replicas.ts';
import type { Signs } from './signs.ts';
import { giveSigns } from './signs.ts';

export function activitiesOf(worker: Worker, replicas: Replicas, sdk: ActivitySdk): Activities {
  const alive = async <T>(work: (signs: Signs) => Promise<T>): Promise<T> => {
    const signs = giveSigns(sdk.Context.current(), { host: worker.host });
    try {
      return await work(signs);
    } finally {
      signs.end();
    }
  };
  return {
    open: (order) => alive(() => openRun(worker, replicas, order)),
    perform: (performing) =>
      alive(async (signs) => performHere(worker, await replicas.caughtUp(performing.catching), performing, signs)),
    mask: ({ act }, catching) => alive(async () => maskedBy(await replicas.caughtUp(catching), act)),
    survivors: (run, key, n) => alive(() => survivorsOf(run, new Set([`${key}#${String(n)}`]), systemClock())),
    close: (run, locks) =>
      alive(async () => {
        await releaseLocks(worker.client, worker.sdk, run, locks);
        await replicas.drop(run);
      }),
  };
}

/** Everything by which a run can be refused before it has a record: bindings, secrets, locks. */
async function openRun(worker: Worker, replicas: Replicas, order: TeamOrder): Promise<Opening> {
  const { run, plan, actor } = order;
  const taken: string[] = [];
  try {
    const { replica } = await replicas.open(run, { ...order, parts: [] }, actor.name);
    for (const name of inOrder([plan.lock, ...(plan.locks ?? [])])) {
      const held = await takeTeamLock(worker, name, { run, operator: actor.name });
      if (held !== undefined) throw new CommandError({ exitCode: exitCodes.lockHeld, ...held });
      taken.push(name);
    }
    const { secrets, config } = replica.bindings;
    return { is: 'open', pid: process.pid, boot: bootId(), secrets: secrets.names, config };
  } catch (problem) {
    await releaseLocks(worker.client, worker.sdk, run, taken);
    await replicas.drop(run);
    if (problem instanceof CommandError) return { is: 'refused', ...problem.problem };
    if (problem instanceof SecretError)
      return { is: 'refused', exitCode: exitCodes.usage, message: problem.message, hint: doctorHint };
    throw problem;
  }
}

function maskedBy(here: Here, act: Act): Masked {
  const typed = typedAct(act, (name, value) => typeInput(here.replica.directory, name, value));
  return typed.ok ? { is: 'masked', act: masked(typed.act, here) } : { is: 'refused', why: typed.why };
}

function masked(act: Act, { replica }: Here): Act {
  const { redactor } = replica.engine;
  const by = { name: '', host: '', auth: 'claimed' } as const;
  if (act.is === 'control') {
    const said = maskSaid({ type: 'control', id: '', by, act: act.control }, redactor) as Extract<
      Observation,
      { type: 'control' }
    >;
    return { ...act, control: said.act };
  }
  if (act.is !== 'answer') return act;
  const { value, reason } = act;
  const said = maskSaid(
    {
      ...{ type: 'question.closed', id: '', verdict: act.verdict, by, shown: act.shown },
      ...(value === undefined ? {} : { value }),
      ...(reason === undefined ? {} : { reason }),
    },
    redactor,
  ) as Extract<Observation, { type: 'question.closed' }>;
  return {
    ...act,
    ...(said.value === undefined ? {} : { value: said.value }),
    ...(said.reason === undefined ? {} : { reason: said.reason }),
  };
}
