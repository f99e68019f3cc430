/** The text of a configuration -> environments and roles, every mistake with its place. Values are never printed: they may be secret. */
import { dirname, resolve } from 'node:path';
import type { Document, Node as YamlNode } from 'yaml';
import type { LineCounter } from 'yaml';
import { isNode, isPair, isMap, isScalar } from 'yaml';
import type { Json } from '../core/model/value.ts';
import { sha256 } from '../plan/hash.ts';
import { parseDuration } from '../language/duration.ts';
import { suggestion } from '../language/suggest.ts';
import { readAgents } from './agents.ts';
import type { ConfigDiagnostic } from './diagnostics.ts';
import { refusal } from './diagnostics.ts';
import { literalSecrets } from './literals.ts';
import { parseConfig, spotOf } from './parse.ts';
import { secretReference } from './secrets.ts';
import { readServe } from './serve.ts';
import { zoneProblems } from './zones.ts';
import type { Anchor, Config, Environment, LintDemands, LoadedConfig, StepTypeEntry, TargetEntry } from './types.ts';

interface Reader {
  readonly path: string;
  readonly document: Document;
  readonly lines: LineCounter;
  readonly findings: ConfigDiagnostic[];
}

type Keys = readonly string[];
type Mapping = Readonly<Record<string, Json>>;
const forbidden: Keys = ['__proto__', 'constructor', 'prototype'];

export function readConfig(text: string, path: string): LoadedConfig {
  const parsed = parseConfig(text, path);
  if (!parsed.ok) return failed(path, parsed.findings);
  const { document, lines } = parsed;
  const reader: Reader = { path, document, lines, findings: [] };
  const data = plain(parsed.json);
  if (data === undefined)
    return failed(path, [refusal(path, 'config-shape', 'the configuration must be a mapping with "environments"')]);
  refuseForbidden(reader, data, []);
  known(
    reader,
    data,
    [],
    ['environments', 'roles', 'sharedAccounts', 'vouchingAccounts', 'anchor', 'stepTypes', 'lint', 'agents', 'serve', '$schema'],
  );
  const environments: Record<string, Environment> = {};
  for (const [name, entry] of Object.entries(mappingAt(reader, data, 'environments', [])))
    environments[name] = environmentOf(reader, name, entry);
  const roles = Object.fromEntries(
    Object.entries(mappingAt(reader, data, 'roles', [])).map(([name, members]) => [name, roleOf(reader, name, members)]),
  );
  // Credentials of `serve` are hashes and references, or refused.
  const { serve, ...beside } = data;
  void serve;
  for (const { at, message, hint } of literalSecrets(beside)) warn(reader, at, 'config-literal-secret', message, hint);
  const stepTypes = stepTypesOf(reader, mappingAt(reader, data, 'stepTypes', []));
  return {
    config: {
      path,
      sha: sha256(text),
      environments,
      roles,
      ...(stepTypes.length === 0 ? {} : { stepTypes }),
      ...sharedAccountsOf(reader, data, []),
      ...vouchingAccountsOf(reader, data),
      ...anchorOf(reader, data),
      ...lintOf(reader, data),
      ...agentsOf(reader, data, environments),
      ...serveOf(reader, data, environments),
    },
    diagnostics: reader.findings,
  };
}

/** Only the shape; the packages are read when a runbook is linted, planned or run with them (T20: by content, never on trust). */
function stepTypesOf(reader: Reader, entries: Mapping): readonly StepTypeEntry[] {
  return Object.entries(entries).flatMap(([type, entry]) => {
    const at: Keys = ['stepTypes', type];
    const { package: name, hash } = plain(entry) ?? {};
    if (typeof name !== 'string' || name === '' || typeof hash !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(hash)) {
      const hint = '{ package: ./folder or npm-name, hash: "sha256:..." }; `runbook pin FOLDER` writes it';
      report(reader, at, 'config-step-type', `step type "${type}" needs a package and the hash of its content`, hint);
      return [];
    }
    known(reader, plain(entry) ?? {}, at, ['package', 'hash']);
    const spot = spotOf(reader.lines, rangeOf(reader.document, at));
    return [{ type, package: name, hash, from: dirname(reader.path), at: { file: reader.path, ...spot } }];
  });
}

const failed = (path: string, diagnostics: readonly ConfigDiagnostic[]): LoadedConfig => ({
  config: { path, environments: {}, roles: {} },
  diagnostics,
});

const plain = (json: Json | undefined): Mapping | undefined =>
  json === null || json === undefined ? {} : typeof json === 'object' && !Array.isArray(json) ? (json as Mapping) : undefined;

function environmentOf(reader: Reader, name: string, entry: Json): Environment {
  const at: Keys = ['environments', name];
  const data = plain(entry);
  if (data === undefined) report(reader, at, 'config-shape', `environment "${name}" must be a mapping`);
  const own = data ?? {};
  known(reader, own, at, ['rehearsal', 'timeScale', 'targets', 'secrets', 'facts', 'sharedAccounts']);
  const rehearsal = own['rehearsal'] ?? false;
  const timeScale = own['timeScale'] ?? 1;
  if (typeof rehearsal !== 'boolean') report(reader, [...at, 'rehearsal'], 'config-shape', 'rehearsal must be true or false');
  if (typeof timeScale !== 'number' || !(timeScale > 0))
    report(reader, [...at, 'timeScale'], 'config-shape', 'timeScale must be a positive number');
  if (typeof timeScale === 'number' && timeScale !== 1 && rehearsal !== true) {
    report(
      reader,
      [...at, 'timeScale'],
      'config-time-scale',
      'timeScale is only for rehearsals',
      'mark the environment rehearsal: true',
    );
  }
  return {
    name,
    rehearsal: rehearsal === true,
    timeScale: typeof timeScale === 'number' && timeScale > 0 ? timeScale : 1,
    ...targetsOf(reader, own, at),
    secrets: secretsOf(reader, own, at),
    facts: mappingAt(reader, own, 'facts', at),
    ...sharedAccountsOf(reader, own, at),
  };
}

function targetsOf(reader: Reader, own: Mapping, at: Keys): Pick<Environment, 'targets' | 'zones'> {
  const made: Record<string, TargetEntry> = {};
  const zones: Record<string, string> = {};
  for (const [name, entry] of Object.entries(mappingAt(reader, own, 'targets', at))) {
    const data = plain(entry);
    const type = data?.['type'];
    if (data === undefined || typeof type !== 'string')
      report(
        reader,
        [...at, 'targets', name],
        'config-target',
        `target "${name}" needs a type`,
        '{ type: kafka, brokers: [...] }',
      );
    else {
      refuseUserInfo(reader, data, [...at, 'targets', name]);
      checkChosenFields(reader, data, [...at, 'targets', name]);
      const { zone, ...entry } = data;
      for (const { keys, message, hint } of zoneProblems(entry, zone))
        report(reader, [...at, 'targets', name, ...keys], 'config-target', message, hint);
      if (typeof zone === 'string') zones[name] = zone;
      made[name] = { ...entry, type };
    }
  }
  return { targets: made, ...(Object.keys(zones).length === 0 ? {} : { zones }) };
}

/** `at`: field -> pattern of what a step may choose for it. */
function checkChosenFields(reader: Reader, entry: Mapping, at: Keys): void {
  if (entry['at'] === undefined) return;
  const fields = plain(entry['at']);
  const wrong = (keys: Keys, message: string, hint: string): void => {
    report(reader, [...at, 'at', ...keys], 'config-target', message, hint);
  };
  if (fields === undefined) return wrong([], '`at` must be a mapping', 'at: { host: "gatherer-[0-9]+" }');
  for (const [field, pattern] of Object.entries(fields)) {
    if (['type', 'members', 'at', 'zone'].includes(field))
      wrong([field], `no step can choose the ${field} of a target`, 'remove it');
    else if (typeof entry[field] === 'object')
      wrong([field], `no step can choose ${field}: it is not one text or number`, 'remove it');
    else if (typeof pattern !== 'string' || !isPattern(pattern))
      wrong([field], `the pattern of ${field} is not a regular expression`, `${field}: "gatherer-[0-9]+"`);
  }
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(`^(?:${text})$`, 'u').source !== '';
  } catch {
    return false;
  }
}

/** An address is shown to people: `describe`, messages and reports name it. What it holds before the @ would be shown with it. */
function refuseUserInfo(reader: Reader, value: Json, at: Keys): void {
  if (typeof value === 'string' && (/:\/\/[^/?#\s]*:[^/?#\s]*@/.test(value) || /^(https?|wss?):\/\/[^/?#\s]*@/i.test(value))) {
    const hint =
      'take it out of the address: username, and password: secret:NAME (http: token or headers); or keep the whole address in a secret';
    report(reader, at, 'config-credentials-in-url', 'an address holds a user and password', hint);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, one] of Object.entries(value)) refuseUserInfo(reader, one, [...at, key]);
}

/** `file:` references are relative to the configuration, not to wherever a run is started. */
function secretsOf(reader: Reader, own: Mapping, at: Keys): Readonly<Record<string, string>> {
  const made: Record<string, string> = {};
  for (const [name, reference] of Object.entries(mappingAt(reader, own, 'secrets', at))) {
    const read = typeof reference === 'string' ? secretReference(reference) : undefined;
    if (typeof reference !== 'string' || read === undefined) {
      report(
        reader,
        [...at, 'secrets', name],
        'config-secret',
        `secret "${name}" is not a reference`,
        'env:NAME, file:/path or exec:["command", "argument"]; never the secret itself',
      );
    } else made[name] = read.is === 'file' ? `file:${resolve(dirname(reader.path), read.path)}` : reference;
  }
  return made;
}

/** A warning as well: four eyes may be one person there. */
function sharedAccountsOf(reader: Reader, data: Mapping, at: Keys): { readonly sharedAccounts?: readonly string[] } {
  const accounts = data['sharedAccounts'];
  if (accounts === undefined) return {};
  const place: Keys = [...at, 'sharedAccounts'];
  if (Array.isArray(accounts) && accounts.every((one) => typeof one === 'string')) {
    const message = `${accounts.join(', ')}: whoever uses a shared account may answer under any name, also twice`;
    const hint = 'approvals prove another person only between accounts of one person each';
    if (accounts.length > 0) warn(reader, place, 'config-shared-account', message, hint);
    return { sharedAccounts: accounts };
  }
  report(reader, place, 'config-shape', 'sharedAccounts must be a list of accounts', '[oncall], or [user:1001]');
  return {};
}

function vouchingAccountsOf(reader: Reader, data: Mapping): Pick<Config, 'vouchingAccounts'> {
  const accounts = data['vouchingAccounts'];
  if (accounts === undefined) return {};
  if (Array.isArray(accounts) && accounts.every((one) => typeof one === 'string')) return { vouchingAccounts: accounts };
  const hint = '[svc-runbook], the account that `runbook serve` runs as';
  report(reader, ['vouchingAccounts'], 'config-shape', 'vouchingAccounts must be a list of accounts', hint);
  return {};
}

function anchorOf(reader: Reader, data: Mapping): { readonly anchor?: Anchor } {
  if (data['anchor'] === undefined) return {};
  const entry = plain(data['anchor']);
  known(reader, entry ?? {}, ['anchor'], ['put', 'get']);
  const put = argvOf(entry?.['put']);
  const get = argvOf(entry?.['get']);
  if (put !== undefined && (get !== undefined || entry?.['get'] === undefined))
    return { anchor: { put, ...(get === undefined ? {} : { get }) } };
  const hint = '{ put: [tee, -a, /mnt/audit/heads], get: [cat, /mnt/audit/heads] }';
  report(reader, ['anchor'], 'config-anchor', 'the anchor needs a command as put, and may have one as get', hint);
  return {};
}

function lintOf(reader: Reader, data: Mapping): { readonly lint?: LintDemands } {
  if (data['lint'] === undefined) return {};
  const own = mappingAt(reader, data, 'lint', []);
  known(reader, own, ['lint'], ['rehearsedWithin']);
  const within = own['rehearsedWithin'];
  if (within === undefined) return {};
  const ms = typeof within === 'string' ? parseDuration(within) : undefined;
  if (ms !== undefined && ms > 0) return { lint: { rehearsedWithin: ms } };
  report(
    reader,
    ['lint', 'rehearsedWithin'],
    'config-shape',
    'rehearsedWithin must be a duration longer than 0s',
    'for example 90d',
  );
  return {};
}

function agentsOf(reader: Reader, data: Mapping, environments: Config['environments']): Pick<Config, 'agents'> {
  if (data['agents'] === undefined) return {};
  const { agents, problems } = readAgents(mappingAt(reader, data, 'agents', []), environments);
  for (const { at, severity, message, hint } of problems)
    (severity === 'error' ? report : warn)(reader, ['agents', ...at], 'config-agent', message, hint);
  return { agents };
}

function serveOf(reader: Reader, data: Mapping, environments: Config['environments']): Pick<Config, 'serve'> {
  if (data['serve'] === undefined) return {};
  const { settings, problems } = readServe(mappingAt(reader, data, 'serve', []), environments, dirname(reader.path));
  for (const { at, message, hint } of problems) report(reader, ['serve', ...at], 'config-serve', message, hint);
  return { serve: settings };
}

const argvOf = (json: Json | undefined): readonly string[] | undefined =>
  Array.isArray(json) && json.length > 0 && json.every((one) => typeof one === 'string' && one !== '') ? json : undefined;

function roleOf(reader: Reader, name: string, members: Json): readonly string[] {
  if (Array.isArray(members) && members.every((one) => typeof one === 'string')) return members;
  report(reader, ['roles', name], 'config-shape', `role "${name}" must be a list of names`);
  return [];
}

function mappingAt(reader: Reader, data: Mapping, key: string, at: Keys): Mapping {
  const found = plain(data[key]);
  if (found === undefined) report(reader, [...at, key], 'config-shape', `${key} must be a mapping`);
  return found ?? {};
}

function known(reader: Reader, data: Mapping, at: Keys, names: Keys): void {
  for (const key of Object.keys(data)) {
    if (!names.includes(key)) report(reader, [...at, key], 'config-unknown-key', `unknown key "${key}"`, suggestion(key, names));
  }
}

/** M16: names that would reach a prototype are refused at any depth. */
function refuseForbidden(reader: Reader, data: Json, at: Keys): void {
  if (typeof data !== 'object' || data === null) return;
  for (const [key, member] of Object.entries(data)) {
    if (forbidden.includes(key)) report(reader, [...at, key], 'config-forbidden-key', `the key "${key}" is not allowed`);
    refuseForbidden(reader, member, [...at, key]);
  }
}

function report(reader: Reader, at: Keys, code: string, message: string, hint?: string): void {
  reader.findings.push(refusal(reader.path, code, message, hint, spotOf(reader.lines, rangeOf(reader.document, at))));
}

function warn(reader: Reader, at: Keys, code: string, message: string, hint: string): void {
  const spot = spotOf(reader.lines, rangeOf(reader.document, at));
  reader.findings.push({ ...refusal(reader.path, code, message, hint, spot), severity: 'warning' });
}

/** The key that is meant, or the nearest thing around it. */
function rangeOf(document: Document, at: Keys): readonly [number, number] {
  const parent = at.length <= 1 ? document.contents : document.getIn(at.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find((one) => isPair(one) && isScalar(one.key) && String(one.key.value) === at.at(-1));
    const key: unknown = pair?.key;
    if (isNode(key) && key.range) return [key.range[0], key.range[1]];
  }
  const node: YamlNode | undefined = isNode(parent) ? parent : undefined;
  return node?.range ? [node.range[0], node.range[0] + 1] : [0, 1];
}
