/** Operations of `aws ec2`. */
import type { Operation, Options, ReadFile } from './aws-operation.ts';
import { awsError } from './aws-operation.ts';
import type { Instance, Instances } from './instances.ts';

export const ec2Operations = (instances: Instances, readFile: ReadFile): Readonly<Record<string, Operation>> => ({
  'describe-instances': {
    options: ['instance-ids', 'filters'],
    answer: (options) => ({ Reservations: chosen(instances, options).map((one) => ({ Instances: [described(one)] })) }),
  },
  'describe-instance-status': {
    options: ['instance-ids', 'include-all-instances'],
    answer: (options) => {
      const all = options['include-all-instances'] !== undefined;
      return {
        InstanceStatuses: chosen(instances, options)
          .filter(({ state }) => all || state === 'running')
          .map(statusOf),
      };
    },
  },
  'terminate-instances': {
    options: ['instance-ids'],
    required: ['instance-ids'],
    answer: async (options) => {
      const ended = await Promise.all(chosen(instances, options).map(({ id }) => instances.terminate(id)));
      return {
        TerminatingInstances: ended.map(({ id }) => ({
          InstanceId: id,
          CurrentState: { Code: 32, Name: 'shutting-down' },
          PreviousState: { Code: 16, Name: 'running' },
        })),
      };
    },
  },
  'run-instances': {
    options: ['image-id', 'instance-type', 'subnet-id', 'user-data', 'tag-specifications', 'client-token', 'count'],
    required: ['image-id', 'instance-type', 'subnet-id'],
    answer: (options) => {
      const word = (name: string): string => options[name]?.[0] ?? '';
      const made = instances.launch({
        image: word('image-id'),
        type: word('instance-type'),
        subnet: word('subnet-id'),
        name: /\{Key=Name,Value=([^}]+)\}/.exec(word('tag-specifications'))?.[1],
        userData: readFile(word('user-data')),
        token: word('client-token'),
      });
      return { ReservationId: `r-${made.id.slice(2)}`, Instances: [described(made)] };
    },
  },
});

function chosen(instances: Instances, options: Options): readonly Instance[] {
  const ids = options['instance-ids'];
  const unknown = ids?.find((id) => !instances.list().some((one) => one.id === id));
  if (unknown !== undefined) throw awsError('InvalidInstanceID.NotFound', `The instance ID '${unknown}' does not exist`);
  const filters = (options['filters'] ?? []).map(filterOf);
  return instances.list().filter((one) => (ids?.includes(one.id) ?? true) && filters.every((filter) => filter(one)));
}

/** `Name=tag:Role,Values=a,b`, the form without a comma inside of a value. */
function filterOf(text: string): (one: Instance) => boolean {
  const match = /^Name=([^,]+),Values=(.+)$/.exec(text);
  const [, name = '', values = ''] = match ?? [];
  const known: Readonly<Record<string, (one: Instance) => string>> = {
    'tag:Name': ({ host }) => host,
    'tag:Role': () => 'gatherer',
    'instance-state-name': ({ state }) => state,
  };
  const read = Object.hasOwn(known, name) ? known[name] : undefined;
  if (read === undefined) throw awsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  return (one) => values.split(',').includes(read(one));
}

const codes = { pending: 0, running: 16, terminated: 48 } as const;

const described = (one: Instance): unknown => ({
  InstanceId: one.id,
  ImageId: one.image,
  InstanceType: one.type,
  SubnetId: one.subnet,
  State: { Code: codes[one.state], Name: one.state },
  Tags: [
    { Key: 'Role', Value: 'gatherer' },
    { Key: 'Name', Value: one.host },
  ],
});

function statusOf(one: Instance): unknown {
  const Status = one.state === 'running' ? one.status : 'not-applicable';
  return {
    InstanceId: one.id,
    InstanceState: { Code: codes[one.state], Name: one.state },
    InstanceStatus: { Status },
    SystemStatus: { Status: Status === 'impaired' ? 'ok' : Status },
  };
}
