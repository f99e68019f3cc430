/** The manager of a target, and how its commands are run: here, or on a host by ssh. */
import { clusterVariables, readKubernetesTarget } from '../../clients/kubernetes-target.ts';
import type { ProcessEnd } from '../../clients/process.ts';
import { runProcess } from '../../clients/process.ts';
import type { RemoteEnd } from '../../clients/ssh.ts';
import { runRemote } from '../../clients/ssh.ts';
import { readSshTarget } from '../../clients/ssh-target.ts';
import type { SshTarget } from '../../clients/ssh-target.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import { aws, awsVariables, readAwsTarget } from './aws.ts';
import { docker, readDockerTarget } from './docker.ts';
import { kubernetesManager } from './kubernetes.ts';
import type { Manager } from './manager.ts';
import { readSystemdTarget, systemd } from './systemd.ts';
import { firstPart } from '../../interpreter/port/text.ts';

export interface OpenedManager {
  readonly manager: Manager;
  readonly host?: SshTarget;
  readonly passEnv: readonly string[];
}

/** Throws with words for the operator. */
export function openManager(type: string, entry: Json, directory: string): OpenedManager {
  if (type === 'docker')
    return {
      manager: docker(readDockerTarget(entry)),
      passEnv: ['DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_CONTEXT', 'SSH_AUTH_SOCK'],
    };
  if (type === 'kubernetes')
    return { manager: kubernetesManager(readKubernetesTarget(entry, directory)), passEnv: clusterVariables };
  if (type === 'aws') return { manager: aws(readAwsTarget(entry)), passEnv: awsVariables };
  const host = type === 'ssh' ? readSshTarget(entry, directory) : readSystemdTarget(entry, directory);
  return { manager: systemd, passEnv: ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'], ...(host === undefined ? {} : { host }) };
}

export type Ran = { readonly ok: true; readonly out: string } | { readonly ok: false; readonly done: Done };

/** `started`: called when the command may begin to act. */
export async function runCommand(
  { host, passEnv }: OpenedManager,
  argv: readonly string[],
  context: RunContext,
  started: () => void = () => undefined,
): Promise<Ran> {
  const output = (stream: 'out' | 'err', chunk: Buffer): Promise<void> => context.output(stream, chunk);
  const { signal, cookie } = context;
  const force = context.force === undefined ? {} : { force: context.force };
  const shared = { signal, cookie, started, output, ...force };
  const end: RemoteEnd | LocalEnd =
    host === undefined
      ? asConfig(await runProcess({ argv, cwd: context.directory, env: {}, passEnv, ...shared }))
      : await runRemote(host, { argv, background: 'end', env: {} }, { directory: context.directory, ...shared });
  if (end.is === 'notStarted')
    return failed({ ok: false, wire: 'notStarted', class: end.class, code: end.code, message: end.message });
  const command = argv.join(' ');
  if (signal.aborted)
    return failed({ ok: false, wire: 'unknown', class: 'cancelled', code: 'stopped', message: `${command} was stopped` });
  if (end.is === 'lost') return failed({ ok: false, wire: 'unknown', class: 'connection', code: 'lost', message: end.message });
  if (end.code === 0) return { ok: true, out: end.out.text };
  const last = end.err.text.trim().split('\n').at(-1) ?? '';
  const message = `${command}: exit code ${String(end.code)}${last === '' ? '' : `: ${firstPart(last, 300)}`}`;
  return failed({ ok: false, wire: 'refused', class: 'exit-code', code: 'exit', message, changed: 'unknown' });
}

type NotStarted = Extract<ProcessEnd, { readonly is: 'notStarted' }>;
type LocalEnd = Exclude<ProcessEnd, NotStarted> | (NotStarted & { readonly class: 'config' });

/** A program that cannot be started here is not installed, or not on PATH. */
const asConfig = (end: ProcessEnd): LocalEnd => (end.is === 'notStarted' ? { ...end, class: 'config' } : end);

const failed = (done: Done): Ran => ({ ok: false, done });
