/** What a worker brings to a run: the environment, secrets and step types of its own configuration, as far as its zone needs them. */
import type { Environment } from '../../interpreter/config/config.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { FilePin } from '../../interpreter/core/model/value.ts';
import type { KnownSecrets } from '../../interpreter/engine/known-secrets.ts';
import { openSecrets } from '../../interpreter/engine/known-secrets.ts';
import type { Registry } from '../../interpreter/port/registry.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { registryFor } from '../../catalogue/step-types.ts';
import { bindingsOf } from '../../session/rebind.ts';
import { secretInputsOf } from '../../session/secret-inputs.ts';
import type { RunStart } from '../protocol.ts';

export interface WorkerBindings {
  readonly environment: Environment;
  readonly registry: Registry;
  readonly secrets: KnownSecrets;
  readonly config: FilePin | null;
}

export interface Reach {
  /** The worker's own configuration; absent: the file that the run names. */
  readonly config?: string;
  /** Absent: what has no zone. */
  readonly zone?: string;
}

/** Throws CommandError or SecretError where this worker cannot perform the run. */
export async function bindWorker(start: RunStart, reach: Reach): Promise<WorkerBindings> {
  const plan = partOf(start.plan, zonesIn(start), reach.zone);
  const { environment, config } = await bindingsOf(plan, { origin: start.origin, pinned: undefined }, reach.config);
  const declared = loadRunbook(start.source, 'runbook.yaml').runbook?.data['inputs'];
  const inputs = await secretInputsOf(plan, declared, { questions: false });
  const secrets = await openSecrets(plan, environment, { inputs });
  return { environment, registry: await registryFor(plan, environment.stepTypes), secrets, config };
}

const zonesIn = ({ zones }: RunStart): Readonly<Record<string, string>> => zones;

/** Secrets never leave the workers of their zone: no other worker is asked to have them. */
function partOf(plan: Plan, zones: Readonly<Record<string, string>>, zone: string | undefined): Plan {
  const isOurs = (target: string | undefined): boolean => (target === undefined ? undefined : zones[target]) === zone;
  return {
    ...plan,
    nodes: plan.nodes.filter(({ target }) => isOurs(target)),
    targets: Object.fromEntries(Object.entries(plan.targets).filter(([target]) => isOurs(target))),
  };
}
