/** `serve` of a configuration: read with every mistake at its keys. */
import { resolve } from 'node:path';
import { isLoopbackHost } from './loopback.ts';
import type { Json } from '../core/model/value.ts';
import { suggestion } from '../language/suggest.ts';
import { secretReference } from './secrets.ts';
import type { AlertmanagerSettings, AlertStartRule, OidcSettings, ServeSettings, TokenHash } from './serve-types.ts';
import type { Environment } from './types.ts';

type Mapping = Readonly<Record<string, Json>>;
type At = readonly string[];

/** What is wrong, at its keys below `serve`. */
export interface ServeProblem {
  readonly at: At;
  readonly message: string;
  readonly hint: string;
}

interface Reader {
  readonly problems: ServeProblem[];
  readonly environments: readonly string[];
  /** Of the configuration: `file:` references are relative to it. */
  readonly folder: string;
}

export function readServe(
  entry: Mapping,
  environments: Readonly<Record<string, Environment>>,
  folder: string,
): { readonly settings: ServeSettings; readonly problems: readonly ServeProblem[] } {
  const reader: Reader = { problems: [], environments: Object.keys(environments), folder };
  const { url, oidc, people, agents, mayStart, alertmanager, metrics, traces, behindProxy } = entry;
  onlyKeys(reader, [], entry, Object.keys(allKeys));
  const settings: ServeSettings = {
    ...(url === undefined ? {} : addressAt(reader, ['url'], url, 'url')),
    ...(oidc === undefined ? {} : { oidc: oidcOf(reader, mapping(reader, ['oidc'], oidc)) }),
    people: each(reader, ['people'], people, ['token', 'roles'], (at, one) => ({
      token: tokenAt(reader, [...at, 'token'], one['token']),
      roles: texts(reader, [...at, 'roles'], one['roles']),
    })),
    agents: each(reader, ['agents'], agents, ['token', 'onBehalfOf'], (at, one) => ({
      token: tokenAt(reader, [...at, 'token'], one['token']),
      onBehalfOf: text(reader, [...at, 'onBehalfOf'], one['onBehalfOf'], 'the person for whom the agent acts'),
    })),
    mayStart: mayStartOf(reader, mapping(reader, ['mayStart'], mayStart)),
    ...(alertmanager === undefined
      ? {}
      : { alertmanager: alertmanagerOf(reader, mapping(reader, ['alertmanager'], alertmanager)) }),
    ...(metrics === undefined
      ? {}
      : { metrics: { token: tokenAt(reader, ['metrics', 'token'], mapping(reader, ['metrics'], metrics)['token']) } }),
    ...(traces === undefined ? {} : { traces: tracesOf(reader, mapping(reader, ['traces'], traces)) }),
    behindProxy: behindProxy === true,
  };
  return { settings, problems: reader.problems };
}

const allKeys = {
  url: 0,
  oidc: 0,
  people: 0,
  agents: 0,
  mayStart: 0,
  alertmanager: 0,
  metrics: 0,
  traces: 0,
  behindProxy: 0,
} satisfies Record<keyof ServeSettings, 0>;

function oidcOf(reader: Reader, entry: Mapping): OidcSettings {
  const at = ['oidc'];
  const keys = ['issuer', 'clientId', 'clientSecret', 'scopes', 'name', 'groups', 'roles', 'admit'];
  onlyKeys(reader, at, entry, keys);
  const { issuer = '' } = addressAt(reader, [...at, 'issuer'], entry['issuer'] ?? null, 'issuer');
  return {
    issuer,
    clientId: text(reader, [...at, 'clientId'], entry['clientId'], 'the id that the issuer knows this server by'),
    ...(entry['clientSecret'] === undefined
      ? {}
      : { clientSecret: reference(reader, [...at, 'clientSecret'], entry['clientSecret']) }),
    scopes: entry['scopes'] === undefined ? ['openid', 'profile'] : texts(reader, [...at, 'scopes'], entry['scopes']),
    name: textOr(reader, [...at, 'name'], entry['name'], 'preferred_username'),
    groups: textOr(reader, [...at, 'groups'], entry['groups'], 'groups'),
    roles: lists(reader, [...at, 'roles'], entry['roles']),
    admit: admitOf(reader, [...at, 'admit'], entry['admit']),
  };
}

/** Who is let in has to be said. */
function admitOf(reader: Reader, at: At, json: Json | undefined): readonly string[] {
  const listed = texts(reader, at, json);
  const isForm = json === undefined || Array.isArray(json);
  if (listed.length === 0 && isForm)
    wrong(
      reader,
      at,
      'oidc.admit names no group, so nobody is let in',
      'admit: [oncall]; ["*"] lets in everybody whom the issuer knows',
    );
  return listed;
}

function mayStartOf(reader: Reader, entry: Mapping): Readonly<Record<string, readonly string[]>> {
  for (const name of Object.keys(entry)) refuseUnknownEnvironment(reader, ['mayStart', name], name);
  return lists(reader, ['mayStart'], entry);
}

function alertmanagerOf(reader: Reader, entry: Mapping): AlertmanagerSettings {
  const at = ['alertmanager'];
  onlyKeys(reader, at, entry, ['signingKey', 'token', 'rules']);
  const { signingKey, token, rules } = entry;
  if (signingKey === undefined && token === undefined)
    wrong(reader, at, 'nothing proves who sends alerts', 'token: sha256:..., or signingKey: env:NAME');
  if (!Array.isArray(rules)) wrong(reader, [...at, 'rules'], 'rules must be a list', ruleForm);
  const listed = Array.isArray(rules) ? (rules as readonly Json[]) : [];
  return {
    ...(signingKey === undefined ? {} : { signingKey: reference(reader, [...at, 'signingKey'], signingKey) }),
    ...(token === undefined ? {} : { token: tokenAt(reader, [...at, 'token'], token) }),
    rules: listed.map((one) => ruleOf(reader, [...at, 'rules'], mapping(reader, [...at, 'rules'], one))),
  };
}

const ruleForm = '[{ labels: { severity: critical }, environment: production, startAlone: [ws-desync] }]';

function ruleOf(reader: Reader, at: At, entry: Mapping): AlertStartRule {
  onlyKeys(reader, at, entry, ['labels', 'environment', 'severity', 'startAlone']);
  const environment = text(reader, at, entry['environment'], ruleForm);
  refuseUnknownEnvironment(reader, at, environment);
  const { severity } = entry;
  if (severity !== undefined && !(typeof severity === 'string' && /^SEV[1-4]$/.test(severity)))
    wrong(reader, at, 'severity must be SEV1 to SEV4', ruleForm);
  const labels = Object.entries(mapping(reader, at, entry['labels']));
  return {
    labels: Object.fromEntries(labels.map(([name, value]) => [name, String(value)])),
    environment,
    ...(typeof severity === 'string' ? { severity } : {}),
    startAlone: texts(reader, at, entry['startAlone']),
  };
}

function tracesOf(reader: Reader, entry: Mapping): { readonly endpoint: string } {
  onlyKeys(reader, ['traces'], entry, ['endpoint']);
  const endpoint = text(reader, ['traces', 'endpoint'], entry['endpoint'], 'http://127.0.0.1:4318/v1/traces');
  if (!URL.canParse(endpoint)) wrong(reader, ['traces', 'endpoint'], 'endpoint must be a URL', 'http://127.0.0.1:4318/v1/traces');
  return { endpoint };
}

function wrong(reader: Reader, at: At, message: string, hint: string): void {
  reader.problems.push({ at, message, hint });
}

function mapping(reader: Reader, at: At, json: Json | undefined): Mapping {
  if (json === undefined || json === null) return {};
  if (typeof json === 'object' && !Array.isArray(json)) return json as Mapping;
  wrong(reader, at, `${at.at(-1) ?? ''} must be a mapping`, 'see docs/serve.md');
  return {};
}

function each<T>(
  reader: Reader,
  at: At,
  json: Json | undefined,
  keys: readonly string[],
  read: (at: At, one: Mapping) => T,
): Readonly<Record<string, T>> {
  const entries = Object.entries(mapping(reader, at, json));
  return Object.fromEntries(
    entries.map(([name, entry]) => {
      const one = mapping(reader, [...at, name], entry);
      onlyKeys(reader, [...at, name], one, keys);
      return [name, read([...at, name], one)];
    }),
  );
}

const lists = (reader: Reader, at: At, json: Json | undefined): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(mapping(reader, at, json)).map(([name, one]) => [name, texts(reader, [...at, name], one)]));

function texts(reader: Reader, at: At, json: Json | undefined): readonly string[] {
  if (json === undefined) return [];
  if (Array.isArray(json) && json.every((one) => typeof one === 'string')) return json;
  wrong(reader, at, `${at.at(-1) ?? ''} must be a list of names`, '[ana, bob]');
  return [];
}

function text(reader: Reader, at: At, json: Json | undefined, hint: string): string {
  if (typeof json === 'string' && json.trim() !== '') return json;
  wrong(reader, at, `${at.at(-1) ?? ''} is missing, or is not a text`, hint);
  return '';
}

const textOr = (reader: Reader, at: At, json: Json | undefined, fallback: string): string =>
  json === undefined ? fallback : text(reader, at, json, fallback);

function tokenAt(reader: Reader, at: At, json: Json | undefined): TokenHash {
  if (typeof json === 'string' && /^sha256:[0-9a-f]{64}$/.test(json)) return json;
  // The message repeats nothing: it may be the token itself.
  wrong(reader, at, 'a token is kept as its hash', 'sha256:...; `runbook serve --new-token` makes a token and prints both');
  return '';
}

function reference(reader: Reader, at: At, json: Json): string {
  const read = typeof json === 'string' ? secretReference(json) : undefined;
  if (read?.is === 'file') return `file:${resolve(reader.folder, read.path)}`;
  if (read?.is === 'env') return `env:${read.name}`;
  wrong(reader, at, `${at.at(-1) ?? ''} is not a reference`, 'env:NAME or file:/path; never the secret itself');
  return '';
}

/** Without a slash at its end. What people sign in by must not be read on its way. */
function addressAt<Key extends string>(reader: Reader, at: At, json: Json, key: Key): Partial<Record<Key, string>> {
  const given = typeof json === 'string' ? json : '';
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (!isSafe) wrong(reader, at, `${key} must be an https address`, 'https://runbook.example.org; http only on this machine');
  return { [key]: given.replace(/\/+$/, '') } as Partial<Record<Key, string>>;
}

function onlyKeys(reader: Reader, at: At, entry: Mapping, keys: readonly string[]): void {
  for (const key of Object.keys(entry).filter((one) => !keys.includes(one)))
    wrong(reader, [...at, key], `unknown key "${key}"`, suggestion(key, keys) ?? `one of ${keys.join(', ')}`);
}

function refuseUnknownEnvironment(reader: Reader, at: At, name: string): void {
  if (reader.environments.includes(name)) return;
  const known = reader.environments;
  wrong(reader, at, `unknown environment "${name}"`, suggestion(name, known) ?? `one of ${known.join(', ')}`);
}
