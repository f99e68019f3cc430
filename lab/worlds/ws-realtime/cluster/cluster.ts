/**
 * A very small cluster: ConfigMaps, Secrets and one deployment, whose pods are units of the supervisor. Pods read ConfigMap and Secret when they
 * start, as real ones do; a roll-out replaces one pod after the other (maxSurge 0).
 */
import { createHash } from 'node:crypto';
import type { Supervisor } from '../../../supervisor/supervisor.ts';
import type { ConfigMap, Deployment, Manifest, Secret, Template, Variable } from './manifests.ts';
import type { Pod } from './pod.ts';
import { startPod } from './pod.ts';

export interface Cluster {
  apply(manifests: readonly Manifest[]): readonly string[];
  /** Undefined: there is none. */
  deployment(): Deployment | undefined;
  configMap(): Readonly<Record<string, string>>;
  secret(): Readonly<Record<string, string>>;
  hasSecret(): boolean;
  /** Whether the address in front of the pods exists. */
  hasService(): boolean;
  change(how: (deployment: Deployment) => Deployment): void;
  remove(): void;
  status(): Status;
  pods(): readonly Pod[];
  /** Resolves once no roll-out is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface Status {
  readonly generation: number;
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
}

export interface ClusterOptions {
  /** One for each slot: no more pods than ports. */
  readonly ports: readonly number[];
  readonly command: readonly [string, ...string[]];
  readonly supervisor: Supervisor;
  /** Variables of the lab, for every pod. */
  readonly variables: Readonly<Record<string, string>>;
  readonly timeScale: number;
}

export function createCluster({ ports, command, supervisor, variables, timeScale }: ClusterOptions): Cluster {
  const configMaps = new Map<string, ConfigMap>();
  const secrets = new Map<string, Secret>();
  const services = new Set<string>();
  const pods = new Map<number, Pod>();
  let deployment: Deployment | undefined;
  let generation = 0;
  let observedGeneration = 0;
  let isClosed = false;
  let working: Promise<void> | undefined;
  let waiting: (() => void)[] = [];

  const wakeUp = (): void => {
    const all = waiting;
    waiting = [];
    for (const resume of all) resume();
  };
  const changed = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));

  const environmentOf = ({ env, envFrom }: Template, name: string): Readonly<Record<string, string>> => {
    const given = Object.assign(
      {},
      ...envFrom.map(({ configMap = '', secret = '' }) => ({
        ...configMaps.get(configMap)?.data,
        ...secrets.get(secret)?.data,
      })),
    ) as Record<string, string>;
    return { ...variables, ...expanded(env, { ...given, POD_NAME: name }) };
  };
  const start = async (slot: number, { name: deploymentName, template }: Deployment): Promise<void> => {
    const revision = revisionOf(template);
    const name = `${deploymentName}-${revision}-${String(slot)}`;
    const port = ports[slot];
    if (port === undefined) return;
    const graceMs = (template.graceSeconds * 1000) / timeScale;
    const env = environmentOf(template, name);
    pods.set(slot, await startPod(supervisor, { name, slot, port, revision, env, command, graceMs, onChange: wakeUp }));
  };
  const end = async (pod: Pod): Promise<void> => {
    await pod.stop();
    pods.delete(pod.slot);
    wakeUp();
  };
  /** One step towards what is wanted; false: nothing is left to do. */
  const step = async (): Promise<boolean> => {
    observedGeneration = generation;
    const wanted = isClosed || deployment === undefined ? 0 : deployment.replicas;
    const tooMany = [...pods.values()].filter(({ slot }) => slot >= wanted);
    if (tooMany.length > 0) {
      await Promise.all(tooMany.map(end));
      return true;
    }
    if (deployment === undefined) return false;
    for (let slot = 0; slot < Math.min(wanted, ports.length); slot += 1) {
      const pod = pods.get(slot);
      if (pod?.revision === revisionOf(deployment.template)) {
        if (pod.isReady()) continue;
        await changed();
        return true;
      }
      if (pod !== undefined) await end(pod);
      await start(slot, deployment);
      return true;
    }
    return false;
  };
  const reconcile = (): void => {
    wakeUp();
    working ??= (async () => {
      while (await step());
    })().finally(() => {
      working = undefined;
      wakeUp();
      // what came between the last step and now
      if (observedGeneration !== generation) reconcile();
    });
  };
  const replace = (next: Deployment | undefined): void => {
    deployment = next;
    generation += 1;
    reconcile();
  };
  return {
    apply: (manifests) =>
      manifests.map((one) => {
        const before =
          one.kind === 'ConfigMap' ? configMaps.get(one.name) : one.kind === 'Secret' ? secrets.get(one.name) : undefined;
        if (one.kind === 'ConfigMap') configMaps.set(one.name, one);
        if (one.kind === 'Secret') secrets.set(one.name, one);
        if (one.kind === 'Service') services.add(one.name);
        if (one.kind === 'Deployment') {
          const old = deployment;
          replace(old === undefined ? one : { ...one, template: keptRestart(one.template, old.template) });
          return `deployment.apps/${one.name} ${old === undefined ? 'created' : 'configured'}`;
        }
        return `${one.kind.toLowerCase()}/${one.name} ${before === undefined ? 'created' : same(before, one) ? 'unchanged' : 'configured'}`;
      }),
    deployment: () => deployment,
    configMap: () => configMaps.get('ws-realtime')?.data ?? {},
    secret: () => secrets.get('ws-realtime')?.data ?? {},
    hasSecret: () => secrets.has('ws-realtime'),
    hasService: () => services.has('ws-realtime'),
    change: (how) => {
      if (deployment !== undefined) replace(how(deployment));
    },
    remove: () => {
      configMaps.clear();
      secrets.clear();
      services.clear();
      replace(undefined);
    },
    status: () => statusOf(deployment, [...pods.values()], generation, observedGeneration),
    pods: () => [...pods.values()],
    settled: async () => {
      while (working !== undefined) await working;
    },
    close: async () => {
      isClosed = true;
      reconcile();
      await working;
    },
  };
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What `kubectl rollout restart` has set is not in a manifest, and stays. */
const keptRestart = (template: Template, { restartedAt }: Template): Template =>
  restartedAt === undefined ? template : { ...template, restartedAt };

export const revisionOf = (template: Template): string =>
  createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 8);

function statusOf(
  deployment: Deployment | undefined,
  pods: readonly Pod[],
  generation: number,
  observedGeneration: number,
): Status {
  const current = deployment === undefined ? '' : revisionOf(deployment.template);
  return {
    generation,
    observedGeneration,
    replicas: pods.length,
    updatedReplicas: pods.filter(({ revision }) => revision === current).length,
    readyReplicas: pods.filter((pod) => pod.isReady()).length,
  };
}

/** Variables of the container come after those of ConfigMap and Secret, and may name them: $(NAME). */
function expanded(env: readonly Variable[], given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const made: Record<string, string> = { ...given };
  for (const { name, value } of env) made[name] = value.replaceAll(/\$\((\w+)\)/g, (whole, of: string) => made[of] ?? whole);
  return made;
}
