/** Units of systemd, here or on another host. */
import type { Json } from '../../interpreter/core/model/value.ts';
import type { SshTarget } from '../../clients/ssh-target.ts';
import { readSshTarget } from '../../clients/ssh-target.ts';
import { isEntry, refuseSeveral, refuseUnknown } from '../../clients/entry.ts';
import type { Manager, ServiceState } from './manager.ts';

/** Undefined: this machine. Throws with words for the operator. */
export function readSystemdTarget(entry: Json, directory: string): SshTarget | undefined {
  if (isEntry(entry) && entry['host'] !== undefined) return readSshTarget(entry, directory);
  if (!isEntry(entry)) throw new Error('a systemd target is a mapping: {} for this machine, { host: NAME } for another by ssh');
  refuseSeveral(entry, 'a systemd target');
  refuseUnknown(entry, [], 'a systemd target without a host', 'with a host it takes all keys of an ssh target');
  return undefined;
}

const properties = 'LoadState,ActiveState,SubState,InvocationID,NRestarts';

export const systemd: Manager = {
  reading: (name) => ['systemctl', 'show', `--property=${properties}`, '--', name],
  read: (output, name) => {
    const told = new Map(output.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    if (told.get('LoadState') !== 'loaded')
      throw new Error(`there is no unit ${name} (systemctl calls it ${told.get('LoadState') ?? 'nothing'})`);
    const active = told.get('ActiveState') ?? '';
    const healthy = active === 'active';
    return {
      state: states[active] ?? 'failed',
      healthy,
      wanted: active === 'inactive' || active === 'deactivating' ? 0 : 1,
      ready: healthy ? 1 : 0,
      life: `${told.get('InvocationID') ?? ''} ${told.get('NRestarts') ?? ''}`,
    };
  },
  acting: ({ action, name }) => ['systemctl', action, '--', name],
};

const states: Readonly<Record<string, ServiceState['state']>> = {
  active: 'running',
  reloading: 'starting',
  activating: 'starting',
  deactivating: 'stopping',
  inactive: 'stopped',
};
