/** Where the targets of an environment are, for people: before somebody agrees to a plan, its names alone tell nothing. */
import type { Json } from '../core/model/value.ts';
import { mask } from '../core/model/value.ts';
import { isMapping } from '../document/steps.ts';
import { unmistakableSecrets } from './credential-names.ts';
import type { Environment } from './types.ts';

export interface TargetPlace {
  readonly name: string;
  readonly type: string;
  readonly place: string;
}

/** A line for each target; one of several members has a line for each. */
export function placesOf(
  targets: Readonly<Record<string, { readonly type: string; readonly members?: readonly string[] }>>,
  environment: Environment,
): readonly TargetPlace[] {
  return Object.entries(targets).flatMap(([name, { type }]) => {
    const { members, at, ...own }: Readonly<Record<string, Json | undefined>> = environment.targets[name] ?? {};
    if (!isMapping(members)) return [{ name, type, place: [placeOf(type, own), ...chosen(at)].join(', ') }];
    return Object.entries(members).map(([member, one]) => ({
      name: `${name}/${member}`,
      type,
      place: [placeOf(type, { ...own, ...(isMapping(one) ? one : {}) }), ...chosen(at)].join(', '),
    }));
  });
}

/** Steps may choose some of its fields: within these patterns it can be anywhere. */
const chosen = (at: Json | undefined): readonly string[] =>
  isMapping(at) ? Object.entries(at).map(([field, pattern]) => `${field} chosen by steps within ${String(pattern)}`) : [];

/** The path of their addresses is often the key to them. */
const receivers: ReadonlySet<string> = new Set(['chat', 'webhook', 'statuspage', 'pager', 'ticket', 'email']);

/** Whether targets of this type are told something, rather than changed. */
export const isReceiver = (type: string): boolean => receivers.has(type);

function addressOf(url: string | undefined, pathIsSecret: boolean): string | undefined {
  if (url === undefined || !URL.canParse(url) || url.startsWith('secret:')) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathIsSecret || pathname === '/' ? '' : pathname}`;
}

/** The parts of the address, in the order of going there. Credentials are not among it. */
function placeOf(type: string, entry: Readonly<Record<string, Json | undefined>>): string {
  const word = (key: string): string | undefined => {
    const value = entry[key];
    if (Array.isArray(value)) return value.join(key === 'command' ? ' ' : ',');
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const isSecret = receivers.has(type);
  const { host, port } = { host: word('host'), port: word('port') };
  const server = host === undefined ? undefined : `${host}${port === undefined ? '' : `:${port}`}`;
  const said = [
    ...[
      addressOf(word('url') ?? word('webhook'), isSecret),
      server,
      word('brokers'),
      word('sentinels'),
      word('nodes'),
      word('path'),
    ],
    ...[named('context', word('context')), named('namespace', word('namespace')), named('kubeconfig', word('kubeconfig'))],
    ...[named('database', word('database')), named('command', word('command')), named('provider', word('provider'))],
    ...[named('region', word('region')), named('profile', word('profile'))],
  ].filter((one) => one !== undefined);
  return unmistakableSecrets.reduce(
    (text, [, form]) => text.replaceAll(new RegExp(form, `g${form.flags}`), mask),
    said.join(', '),
  );
}

const named = (name: string, value: string | undefined): string | undefined =>
  value === undefined ? undefined : `${name} ${value}`;
