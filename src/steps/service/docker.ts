/** Containers of a Docker engine. */
import type { Json } from '../../interpreter/core/model/value.ts';
import { isEntry, refuseSeveral, refuseUnknown, entryText } from '../../clients/entry.ts';
import type { Manager, ServiceState } from './manager.ts';

const what = 'a docker target';

/** Throws with words for the operator. The words that every command of this engine begins with. */
export function readDockerTarget(entry: Json): readonly string[] {
  if (!isEntry(entry)) throw new Error(`${what} is a mapping: { context: NAME }`);
  refuseSeveral(entry, what);
  refuseUnknown(entry, ['context', 'host'], what);
  const context = entryText(entry, 'context', what);
  const host = entryText(entry, 'host', what);
  if (context !== undefined && host !== undefined) throw new Error(`${what} has a context or a host, not both`);
  return ['docker', ...(context === undefined ? [] : ['--context', context]), ...(host === undefined ? [] : ['--host', host])];
}

interface Inspected {
  readonly Id?: string;
  readonly RestartCount?: number;
  readonly Config?: { readonly Image?: string };
  readonly State?: { readonly Status?: string; readonly StartedAt?: string; readonly Health?: { readonly Status?: string } };
}

export const docker = (command: readonly string[]): Manager => ({
  reading: (name) => [...command, 'inspect', '--type', 'container', '--', name],
  read: (output, name) => {
    const one = (JSON.parse(output) as readonly Inspected[])[0];
    const status = one?.State?.Status;
    if (one === undefined || status === undefined) throw new Error(`docker inspect reports no state of ${name}`);
    const health = one.State?.Health?.Status;
    const healthy = status === 'running' && (health === undefined || health === 'healthy' || health === 'none');
    const image = one.Config?.Image;
    return {
      state: stateOf(status, healthy, health),
      healthy,
      wanted: status === 'exited' || status === 'created' ? 0 : 1,
      ready: healthy ? 1 : 0,
      ...(image === undefined ? {} : { image }),
      life: `${one.Id ?? ''} ${one.State?.StartedAt ?? ''} ${String(one.RestartCount ?? 0)}`,
    };
  },
  acting: ({ action, name }) => [...command, action, '--', name],
});

function stateOf(status: string, healthy: boolean, health: string | undefined): ServiceState['state'] {
  if (status === 'running') return healthy ? 'running' : health === 'unhealthy' ? 'failed' : 'starting';
  if (status === 'restarting') return 'starting';
  if (status === 'removing') return 'stopping';
  return status === 'exited' || status === 'created' ? 'stopped' : 'failed';
}
