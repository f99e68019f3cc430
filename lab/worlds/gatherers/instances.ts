/** The instances of EC2 and their auto-scaling group: what `aws ec2` tells and changes. */
import { randomBytes } from 'node:crypto';
import type { Machines } from './machines.ts';
import type { GathererHost } from './names.ts';
import { gathererHosts, subnetOf, subnets, usualGatherers } from './names.ts';

export interface Instance {
  readonly id: string;
  readonly host: GathererHost;
  readonly subnet: string;
  readonly image: string;
  readonly type: string;
  readonly token: string;
  state: 'pending' | 'running' | 'terminated';
  /** Of its status checks. */
  status: 'initializing' | 'ok' | 'impaired';
}

export interface Launch {
  readonly subnet: string;
  readonly image: string;
  readonly type: string;
  /** The Name of its tags; without it the subnet decides. */
  readonly name: string | undefined;
  readonly userData: string;
  /** The same token twice: the same instance. */
  readonly token: string;
}

export interface Instances {
  list(): readonly Instance[];
  /** Returns at once, as EC2 does; throws for what cannot be launched. */
  launch(what: Launch): Instance;
  terminate(id: string): Promise<Instance>;
  /** From now on a terminated instance is replaced by one with the host name of the replacement. */
  replaceTerminated(): void;
  impair(host: GathererHost): void;
  /** The usual instances and no other, once none is starting. Their hosts must be switched on by the caller. */
  reset(): Promise<void>;
}

/** Ids of the usual instances are known, so that a rehearsal can name them. */
export const usualInstance = (host: GathererHost): string => `i-00000000000000${host.slice('gatherer-'.length).padStart(2, '0')}`;
const usualImage = 'ami-0a1b2c3d4e5f60718';
const startService = 'systemctl start gatherer';

export function createInstances(machines: Machines): Instances {
  let all: Instance[] = [];
  let isGroup = false;
  let booting: readonly Promise<void>[] = [];
  const runningOn = (host: GathererHost): Instance | undefined =>
    all.find((one) => one.host === host && one.state !== 'terminated');
  const launch = (what: Launch): Instance => {
    const again = what.token === '' ? undefined : all.find(({ token }) => token === what.token);
    if (again !== undefined) return again;
    const host = hostOf(what);
    if (runningOn(host) !== undefined) throw new Error(`the private address of ${host} is in use`);
    const id = `i-${randomBytes(8).toString('hex')}`;
    const made: Instance = { ...what, id, host, state: 'pending', status: 'initializing' };
    all = [...all, made];
    const booted = machines.boot(host, what.userData).then(
      () => {
        made.state = 'running';
        made.status = 'ok';
      },
      () => {
        made.status = 'impaired';
      },
    );
    booting = [...booting, booted];
    return made;
  };
  return {
    list: () => all,
    launch,
    terminate: async (id) => {
      const one = all.find((instance) => instance.id === id);
      if (one === undefined) throw new Error(`The instance ID '${id}' does not exist`);
      if (one.state === 'terminated') return one;
      one.state = 'terminated';
      await machines.shutDown(one.host);
      if (isGroup) launch({ ...one, name: replacement, userData: startService, token: '' });
      return one;
    },
    replaceTerminated: () => {
      isGroup = true;
    },
    impair: (host) => {
      const one = runningOn(host);
      if (one !== undefined) one.status = 'impaired';
    },
    reset: async () => {
      isGroup = false;
      await Promise.all(booting);
      booting = [];
      all = usualGatherers.map((host) => ({
        id: usualInstance(host),
        host,
        subnet: subnetOf(host),
        image: usualImage,
        type: 't4g.2xlarge',
        token: '',
        state: 'running',
        status: 'ok',
      }));
    },
  };
}

const replacement: GathererHost = 'gatherer-4';

function hostOf({ name, subnet }: Launch): GathererHost {
  const host = name === undefined ? subnets[subnet] : gathererHosts.find((one) => one === name);
  if (!Object.hasOwn(subnets, subnet)) throw new Error(`The subnet ID '${subnet}' does not exist`);
  if (host === undefined) throw new Error(`no address is known for ${name ?? subnet}`);
  return host;
}
