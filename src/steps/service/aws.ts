/** Instances of EC2, through the machine's own aws client: its credentials work as in a terminal. */
import type { Json } from '../../interpreter/core/model/value.ts';
import { isEntry, refuseSeveral, refuseUnknown, entryText } from '../../clients/entry.ts';
import type { Manager, ServiceState } from './manager.ts';

const what = 'an aws target';

/** Throws with words for the operator. The words that every command of this account and region begins with. */
export function readAwsTarget(entry: Json): readonly string[] {
  if (!isEntry(entry)) throw new Error(`${what} is a mapping: { region: NAME, profile: NAME }`);
  refuseSeveral(entry, what);
  refuseUnknown(entry, ['region', 'profile'], what);
  const region = entryText(entry, 'region', what);
  const profile = entryText(entry, 'profile', what);
  if (region === undefined) throw new Error(`${what} needs a region`);
  return ['aws', '--region', region, ...(profile === undefined ? [] : ['--profile', profile]), '--output', 'json'];
}

/** Variables of our own that the client finds its account by. */
export const awsVariables: readonly string[] = [
  ...['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONFIG_FILE'],
  ...['AWS_SHARED_CREDENTIALS_FILE', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'],
];

interface Status {
  readonly InstanceState?: { readonly Name?: string };
  readonly InstanceStatus?: { readonly Status?: string };
  readonly SystemStatus?: { readonly Status?: string };
}

export const aws = (command: readonly string[]): Manager => ({
  reading: (name) => [...command, 'ec2', 'describe-instance-status', '--include-all-instances', '--instance-ids', name],
  read: (output, name) => {
    const one = (JSON.parse(output) as { readonly InstanceStatuses?: readonly Status[] }).InstanceStatuses?.[0];
    const instance = one?.InstanceState?.Name;
    if (one === undefined || instance === undefined) throw new Error(`there is no instance ${name}`);
    const isOk = one.InstanceStatus?.Status === 'ok' && one.SystemStatus?.Status === 'ok';
    const healthy = instance === 'running' && isOk;
    return {
      state: instance === 'running' ? (healthy ? 'running' : 'starting') : (states[instance] ?? 'failed'),
      healthy,
      wanted: instance === 'running' || instance === 'pending' ? 1 : 0,
      ready: healthy ? 1 : 0,
      // The status of an instance does not show a reboot, so there is no action for it.
      life: '',
    };
  },
  acting: ({ action, name }) => [...command, 'ec2', `${action}-instances`, '--instance-ids', name],
});

const states: Readonly<Record<string, ServiceState['state']>> = {
  pending: 'starting',
  stopping: 'stopping',
  stopped: 'stopped',
  'shutting-down': 'stopping',
};
