/**
 * The configuration entry of a host, and how it becomes arguments of the machine's own OpenSSH client: agents, ProxyJump and known hosts of the
 * operator work as in a terminal. What must not be weakened comes first, since ssh takes the first value that it is given.
 */
import { resolve } from 'node:path';
import type { Json } from '../interpreter/core/model/value.ts';
import type { Entry } from './entry.ts';
import { isEntry, refuseUnknown, entryText } from './entry.ts';
import { quoteWord } from './quote.ts';

export interface SshTarget {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  readonly identity?: string;
  readonly knownHosts?: string;
  /** `[user@]host[:port]`, from here to there. */
  readonly jump: readonly string[];
  readonly connectSeconds: number;
  readonly options: Readonly<Record<string, string>>;
}

const sshTargetKeys = ['host', 'user', 'port', 'identity', 'knownHosts', 'jump', 'connectTimeout', 'options', 'members'] as const;
/** Options of ssh that weaken nothing. */
const sshOptions: readonly string[] = [
  ...[
    'AddressFamily',
    'BindAddress',
    'Ciphers',
    'Compression',
    'HostKeyAlgorithms',
    'HostKeyAlias',
    'IPQoS',
    'KexAlgorithms',
    'MACs',
  ],
  ...['PubkeyAcceptedAlgorithms', 'TCPKeepAlive'],
];

const what = 'an ssh target';
const hostForm = /^[A-Za-z0-9_:][A-Za-z0-9_.:-]*(?:%[A-Za-z0-9_.-]+)?$/;
const userForm = /^[A-Za-z0-9_][A-Za-z0-9_.@+\\-]*\$?$/;
const jumpForm = /^(?:[A-Za-z0-9_][A-Za-z0-9_.+-]*@)?(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
const optionForm = /^[A-Za-z0-9@.,_+:/=*~^-]+( [A-Za-z0-9@.,_+:/=*~^-]+)*$/;

/** Throws with words for the operator. `directory`: relative paths of files begin there. */
export function readSshTarget(entry: Json, directory: string): SshTarget {
  if (!isEntry(entry)) throw new Error('an ssh target is a mapping: { host: NAME }');
  if (entry['members'] !== undefined)
    throw new Error(
      `this ssh target has several hosts; name one: target: NAME/${Object.keys(entry['members'] ?? {})[0] ?? 'member'}`,
    );
  if (Object.keys(entry).some((key) => /^pass/i.test(key)))
    throw new Error('an ssh target has no password: use a key (identity) or an agent');
  refuseUnknown(entry, sshTargetKeys, what);
  const host = entryText(entry, 'host', what);
  if (host === undefined) throw new Error('an ssh target needs a host');
  if (!hostForm.test(host))
    throw new Error(`"${host}" is not a host name; user and port have keys of their own, and a name cannot begin with a dash`);
  const user = entryText(entry, 'user', what);
  if (user !== undefined && !userForm.test(user)) throw new Error(`"${user}" is not a user name`);
  const identity = pathOf(entry, 'identity', directory);
  const knownHosts = pathOf(entry, 'knownHosts', directory);
  const port = entry['port'] === undefined ? undefined : whole(entry['port'], 'port', 65_535);
  return {
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
    ...(identity === undefined ? {} : { identity }),
    ...(knownHosts === undefined ? {} : { knownHosts }),
    jump: jumpOf(entry['jump']),
    connectSeconds: whole(entry['connectTimeout'] ?? 10, 'connectTimeout', 600),
    options: optionsOf(entry['options'] ?? {}),
  };
}

/** `user@host:port`, as far as they are given. */
export const sshPlace = ({ host, user, port }: SshTarget): string =>
  `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${String(port)}`}`;

/** Arguments of ssh before `--`; the host and one word for the remote shell follow. */
export function sshArguments(target: SshTarget): readonly string[] {
  const proxy = proxyOf(target, target.jump);
  return [
    '-T',
    ...common(target),
    ...set('RemoteCommand', 'none'),
    ...(proxy === undefined ? [] : ['-o', `ProxyCommand=${proxy}`]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
  ];
}

const set = (name: string, value: string): readonly string[] => ['-o', `${name}=${value}`];

/** For the host and for every host on the way: nobody is asked, and an unknown or changed host key is refused. */
function common(target: SshTarget): readonly string[] {
  return [
    ...set('BatchMode', 'yes'),
    ...set('StrictHostKeyChecking', 'yes'),
    ...set('UpdateHostKeys', 'no'),
    ...set('NumberOfPasswordPrompts', '0'),
    ...set('EscapeChar', 'none'),
    ...set('ForwardAgent', 'no'),
    ...set('ForwardX11', 'no'),
    ...set('PermitLocalCommand', 'no'),
    // A shared connection may have been opened with weaker settings, and one begun here would outlive the step.
    ...set('ControlMaster', 'no'),
    ...set('ControlPath', 'none'),
    ...set('LogLevel', 'ERROR'),
    ...set('ConnectTimeout', String(target.connectSeconds)),
    ...Object.entries(target.options).flatMap(([name, value]) => set(name, value)),
    ...set('ServerAliveInterval', '15'),
    ...set('ServerAliveCountMax', '3'),
    ...(target.knownHosts === undefined
      ? []
      : [...set('UserKnownHostsFile', `"${tokens(target.knownHosts)}"`), ...set('GlobalKnownHostsFile', '/dev/null')]),
    ...(target.identity === undefined ? [] : ['-i', tokens(target.identity), ...set('IdentitiesOnly', 'yes')]),
  ];
}

/** Written out instead of -J, which would not hand on how strictly hosts are checked. */
function proxyOf(target: SshTarget, jump: readonly string[]): string | undefined {
  const last = jump.at(-1);
  if (last === undefined) return undefined;
  const before = proxyOf(target, jump.slice(0, -1));
  const [, user, host = '', port] = /^(?:(.*)@)?(.*?)(?::(\d+))?$/.exec(last) ?? [];
  const words = [
    'ssh',
    ...common(target),
    ...(before === undefined ? set('ProxyCommand', 'none') : ['-o', `ProxyCommand=${before}`]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', port]),
  ];
  return `${words.map((word) => tokens(quoteWord(word))).join(' ')} -W ${quoteWord('[%h]:%p')} -- ${host.replace(/^\[|\]$/g, '')}`;
}

/** ssh replaces %h and the like in paths and commands. */
const tokens = (value: string): string => value.replaceAll('%', '%%');

function pathOf(entry: Entry, key: string, directory: string): string | undefined {
  const path = entryText(entry, key, what);
  if (path === undefined) return undefined;
  if (/["\n\r\0]/.test(path)) throw new Error(`${key} of an ssh target is a path without quotes and line breaks`);
  return path.startsWith('~/') ? path : resolve(directory, path);
}

function whole(value: Json, key: string, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most)
    throw new Error(`${key} of an ssh target must be 1 to ${String(most)}`);
  return value;
}

function jumpOf(given: Json | undefined): readonly string[] {
  if (given === undefined) return [];
  const all: readonly Json[] = Array.isArray(given) ? (given as readonly Json[]) : String(given).split(',');
  return all.map((one) => {
    const host = String(one).trim();
    if (!jumpForm.test(host)) throw new Error(`jump of an ssh target is user@host:port, one or a list; "${host}" is none`);
    return host;
  });
}

function optionsOf(given: Json): Readonly<Record<string, string>> {
  if (!isEntry(given)) throw new Error('options of an ssh target is a mapping: { Compression: "yes" }');
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (!sshOptions.includes(name))
        throw new Error(`options of an ssh target may not have "${name}"; possible: ${sshOptions.join(', ')}`);
      const words = value === true ? 'yes' : value === false ? 'no' : String(value);
      if (!optionForm.test(words))
        throw new Error(`option ${name} of an ssh target has a value that ssh could take for more than one`);
      return [name, words];
    }),
  );
}
