/** What a worker brings to a run: the environment, secrets and step types of its own configuration, as far as its zone needs them. */
import type { Environment } from '../../interpreter/config/config.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { FilePin } from '../../interpreter/core/model/value.ts';
import type { KnownSecrets } from '../../interpreter/engine/known-secrets.ts';
import { openSecrets, secretsNeeded } from '../../interpreter/engine/known-secrets.ts';
import type { Registry } from '../../interpreter/port/registry.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { registryFor } from '../../catalogue/step-types.ts';
import { bindingsOf } from '../../session/rebind.ts';
import { secretInputsOf } from '../../session/secret-inputs.ts';
import type { RunStart } from '../protocol.ts';
import { zoneOf } from '../protocol.ts';

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
export async function bindWorker(start: RunStart, { zone, config: named }: Reach): Promise<WorkerBindings> {
  const isOurs = (target: string | undefined): boolean => zoneOf(start.zones, target) === zone;
  const plan = partOf(start.plan, isOurs);
  const found = await bindingsOf(plan, { origin: start.origin, pinned: undefined }, named);
  const environment = reachedFrom(found.environment, start, zone);
  const declared = loadRunbook(start.source, 'runbook.yaml').runbook?.data['inputs'];
  const inputs = await secretInputsOf(plan, declared, { questions: false });
  const secrets = await openSecrets(plan, environment, { inputs });
  return { environment, registry: await registryFor(plan, environment.stepTypes), secrets, config: found.config };
}

const partOf = (plan: Plan, isOurs: (target: string | undefined) => boolean): Plan => ({
  ...plan,
  nodes: plan.nodes.filter(({ target }) => isOurs(target)),
  targets: Object.fromEntries(Object.entries(plan.targets).filter(([target]) => isOurs(target))),
});

/**
 * Secrets never leave the workers of their zone: what only other zones need is not even looked for here, also where the configuration is the same. A
 * target that this plan does not use is in the zone that the configuration of the worker says.
 */
function reachedFrom(environment: Environment, { plan, zones }: RunStart, zone: string | undefined): Environment {
  const all = { ...environment.zones, ...zones };
  const isOurs = (target: string | undefined): boolean => zoneOf(all, target) === zone;
  const whole = { ...plan, targets: environment.targets };
  const ours = secretsNeeded(partOf(whole, isOurs), environment);
  const foreign = [
    ...secretsNeeded(
      partOf(whole, (target) => !isOurs(target)),
      environment,
    ).keys(),
  ].filter((name) => !ours.has(name));
  return {
    ...environment,
    targets: Object.fromEntries(Object.entries(environment.targets).filter(([target]) => isOurs(target))),
    secrets: Object.fromEntries(Object.entries(environment.secrets).filter(([name]) => !foreign.includes(name))),
  };
}
