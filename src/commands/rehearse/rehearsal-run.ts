/** `runbook rehearsal-run` (started by `rehearse` only): one run as the order on standard input says, in an environment that is marked a rehearsal. */
import { join } from 'node:path';
import { withLoss } from '../../interpreter/rehearsal/mutants.ts';
import { withVariation } from '../../interpreter/rehearsal/variations.ts';
import type { Stamped } from '../../interpreter/core/model/event.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import type { Actor } from '../../interpreter/core/model/value.ts';
import { isTolerant } from '../../interpreter/core/fold/policy.ts';
import { joinOperators, sayingOperator, unattendedOperator } from '../../interpreter/engine/operator.ts';
import { wholeOf } from '../../interpreter/engine/values.ts';
import { actorOfUser } from '../../interpreter/link/account.ts';
import { createRun, newRunId, openRun } from '../../interpreter/store/run-directory.ts';
import { actorOf } from '../../console/actor.ts';
import { exitCodes, usage } from '../../console/exit-codes.ts';
import { writableStateRoot } from '../../console/state-root.ts';
import { print } from '../../console/terminal.ts';
import { answersOf } from '../../session/answers.ts';
import type { Host } from '../../session/host-engine.ts';
import { hostEngine } from '../../session/host-engine.ts';
import { readStored } from '../../session/load-run.ts';
import { baseDirectory, prepare } from '../../session/prepare.ts';
import { pinOf } from '../../session/rebind.ts';
import { secretInputsOf } from '../../session/secret-inputs.ts';
import { refuseMissingSecrets } from '../../session/secrets.ts';
import type { Mutant, RunOrder } from './run.ts';

export async function rehearsalRun(): Promise<number> {
  const order = await readOrder();
  const prepared = await prepare(order.runbook, { config: order.config, env: order.environment, inputFile: order.inputs });
  const { environment, config, text, path } = prepared;
  if (!environment.rehearsal)
    throw usage(`environment "${environment.name}" is not marked as a rehearsal`, `set rehearsal: true in ${order.config}`);
  const root = writableStateRoot();
  const plan = mutantOf(prepared.plan, order.mutant, root);
  const answers = answersOf({ answer: Object.entries(order.answers).map(([step, answer]) => `${step}=${answer}`) }, plan);
  await refuseMissingSecrets(plan, environment);
  const secretInputs = await secretInputsOf(plan, prepared.runbook.data['inputs'], { questions: false });
  const actor = actorOf({});
  const id = newRunId();
  const directory = await createRun(root, id, {
    plan,
    source: text,
    origin: { directory: baseDirectory(path), config: config.path ?? null },
  });
  const approvers = order.approvers.map((name) => actorOfUser({ name, auth: 'claimed' }, process.getuid?.(), environment));
  const unattended = unattendedOperator({ yes: true, answers, actor, approvers });
  const early = order.mutant?.endsEarly === true ? endOnceNoticed(plan, actor) : undefined;
  await hostEngine(
    {
      plan,
      environment,
      roles: config.roles,
      directory,
      root: order.copy === undefined ? root : join(root, 'copies', String(order.copy)),
      actor,
      baseDirectory: baseDirectory(path),
      config: pinOf(config),
      resume: false,
      secretInputs,
    },
    early === undefined
      ? { operator: unattended }
      : { operator: joinOperators([unattended, early.operator]), onRecord: early.onRecord },
  );
  await print(`run ${id}`);
  return exitCodes.succeeded;
}

/** What a mutant is tried for is known at the first failure: the rest of the run, undos included, would only take time. */
function endOnceNoticed(plan: Plan, by: Actor): Pick<Host, 'operator'> & Required<Pick<Host, 'onRecord'>> {
  const { operator, say } = sayingOperator();
  const act = { is: 'abort', undo: false, force: true, reason: 'the mutant was noticed' } as const;
  return {
    operator,
    onRecord: (record, state) => {
      if (!isNoticed(plan, record, state)) return;
      queueMicrotask(() => {
        say({ is: 'control', id: 'noticed', by, act });
      });
    },
  };
}

function isNoticed(plan: Plan, record: Stamped, state: State): boolean {
  if (record.type !== 'step.finished' || (record.status !== 'failed' && record.status !== 'unknown')) return false;
  const node = plan.nodes[state.instances[record.key]?.node ?? -1];
  return node !== undefined && !isTolerant(node) && node.onFailure !== 'continue' && node.lane !== 'postmortem';
}

function mutantOf(plan: Plan, mutant: Mutant | undefined, root: string): Plan {
  const varied = mutant?.variation === undefined ? plan : withVariation(plan, mutant.variation);
  const loss = mutant?.loss;
  if (loss === undefined) return varied;
  const directory = openRun(root, loss.as);
  const whole = wholeFrom(join(directory.path, 'output'));
  return withLoss(varied, { node: loss.node, role: loss.role }, readStored(directory), whole);
}

/** A value that is a file of the other run is taken into the plan; what cannot be (too large, or secret) stays away. */
const wholeFrom = (folder: string) => (value: Parameters<Parameters<typeof withLoss>[3]>[0]) => {
  const { ref, ...rest } = value;
  return ref === undefined ? value : { ...rest, json: wholeOf(value, folder) ?? null };
};

async function readOrder(): Promise<RunOrder> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
  return JSON.parse(text) as RunOrder;
}
