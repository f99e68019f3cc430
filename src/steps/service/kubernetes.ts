/** Workloads of a cluster: deployments and stateful sets. */
import type { KubernetesTarget } from '../../clients/kubernetes-target.ts';
import { onCluster } from '../../clients/kubernetes-target.ts';
import type { Manager } from './manager.ts';

interface Workload {
  readonly kind?: string;
  readonly metadata?: { readonly generation?: number; readonly uid?: string };
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  };
}

export function kubernetesManager(target: KubernetesTarget): Manager {
  const on = (...words: readonly string[]): readonly string[] => onCluster(target, ['kubectl', ...words]);
  const workload = (name: string): string => (name.includes('/') ? name : `deploy/${name}`);
  return {
    reading: (name) => on('get', workload(name), '-o', 'json'),
    read: (output, name) => {
      const { kind = 'something', metadata = {}, spec = {}, status = {} } = JSON.parse(output) as Workload;
      if (!/^(?:Deployment|StatefulSet)$/.test(kind))
        throw new Error(`${name} is a ${kind}; a service of a cluster is a deployment or a stateful set`);
      const containers = spec.template?.spec?.containers ?? [];
      const wanted = spec.replicas ?? 1;
      const ready = status.readyReplicas ?? 0;
      const isSeen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
      const isRolledOut = isSeen && (status.updatedReplicas ?? 0) >= wanted && (status.replicas ?? 0) === wanted;
      const healthy = wanted > 0 && isRolledOut && ready === wanted;
      const isStopped = wanted === 0 && isSeen && (status.replicas ?? 0) === 0;
      const image = containers.length === 1 ? containers[0]?.image : undefined;
      return {
        state: isStopped ? 'stopped' : wanted === 0 ? 'stopping' : healthy ? 'running' : 'starting',
        healthy,
        wanted,
        ready,
        ...(image === undefined ? {} : { image }),
        // A roll-out is a new generation; pods that start again are seen by `ready`.
        life: `${metadata.uid ?? ''} ${String(metadata.generation ?? 0)}`,
      };
    },
    acting: ({ action, name, replicas, image }) => {
      if (action === 'restart') return on('rollout', 'restart', workload(name));
      if (action === 'replace') return on('set', 'image', workload(name), `*=${image ?? ''}`);
      return on('scale', workload(name), `--replicas=${String(action === 'stop' ? 0 : (replicas ?? 1))}`);
    },
  };
}
