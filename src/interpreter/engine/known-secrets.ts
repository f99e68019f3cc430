/**
 * Opens the secrets of a run before its engine records or performs anything, at each start: a resumed run prints what an earlier engine wrote, and an
 * undo reads what a step left behind, so every mask must be there before the first word.
 */
import type { Environment } from '../config/config.ts';
import { SecretError, secretReference } from '../config/secrets.ts';
import type { Stamped } from '../core/model/event.ts';
import type { Plan } from '../core/model/plan.ts';
import { readingLanes } from '../core/model/plan.ts';
import type { Json } from '../core/model/value.ts';
import type { Redactor } from '../guard/redact.ts';
import { createRedactor, unmaskable } from '../guard/redact.ts';
import { vaultName } from '../plan/secret-inputs.ts';
import { maskCredentials } from './credentials.ts';
import type { Vault } from './vault.ts';
import { createVault, secretsIn } from './vault.ts';

export interface KnownSecrets {
  readonly redactor: Redactor;
  readonly vault: Vault;
  /** Names of those that were opened, sorted. */
  readonly names: readonly string[];
}

/** How long all commands together may take to give their secrets, ms: some ask a person. */
const limitMs = 120_000;

export interface SecretSources {
  /** Records of earlier engines, whose secrets may appear in what they left. */
  readonly before?: readonly Stamped[];
  /** Values of the secret inputs, by input. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/** Throws SecretError when a secret that the plan needs cannot be opened; nothing was recorded or performed by then. */
export async function openSecrets(
  plan: Plan,
  environment: Environment,
  { before = [], inputs = {} }: SecretSources = {},
): Promise<KnownSecrets> {
  const redactor = createRedactor();
  const vault = createVault(environment, redactor);
  keepInputs(plan, inputs, vault);
  const signal = AbortSignal.timeout(limitMs);
  const needed = secretsNeeded(plan, environment);
  for (const [name, by] of needed) {
    await vault.open(name, signal).catch((problem: unknown) => {
      throw new SecretError(`secret "${name}", needed by ${by.join(', ')}: ${(problem as Error).message}`);
    });
  }
  const others = [...costless(environment), ...openedBefore(before)].filter((name) => !needed.has(name));
  if (before.length === 0) refuseInClear(plan, vault, [...needed.keys(), ...Object.keys(plan.secretInputs ?? {}).map(vaultName)]);
  // Nothing needs them: one that is not there is no reason to stop, and one that is may be printed.
  const opened = await Promise.all(
    [...new Set(others)].map((name) =>
      vault.open(name, signal).then(
        () => [name],
        () => [],
      ),
    ),
  );
  for (const entry of Object.values(environment.targets)) maskCredentials(entry, redactor);
  return { redactor, vault, names: [...needed.keys(), ...opened.flat()].sort() };
}

/** The plan is written before anything could mask it, and what it computes with is never changed: a secret in it is refused. */
function refuseInClear(plan: Plan, vault: Vault, names: readonly string[]): void {
  const redactor = createRedactor();
  for (const name of names) redactor.add(name, vault.opened(name) ?? '');
  const said: readonly (readonly [string, Json])[] = [
    ...Object.entries(plan.inputs).flatMap(([name, { json = null, secret }]) =>
      secret === undefined ? [[`the input "${name}"`, json] as const] : [],
    ),
    ...Object.entries(plan.environment.facts).map(([name, fact]) => [`the fact "${name}" of the environment`, fact] as const),
  ];
  const inClear = said.filter(([, json]) => redactor.json(json).masked.length > 0).map(([what]) => what);
  if (inClear.length === 0) return;
  throw new SecretError(
    `${inClear.join(' and ')} ${inClear.length === 1 ? 'contains' : 'contain'} a secret that the run uses, and would be in its record in clear: ` +
      'give it another value, or declare the input as `type: secret`',
  );
}

function keepInputs(plan: Plan, inputs: Readonly<Record<string, string>>, vault: Vault): void {
  for (const input of Object.keys(plan.secretInputs ?? {})) {
    const value = Object.hasOwn(inputs, input) ? inputs[input] : undefined;
    if (value === undefined) throw new SecretError(`the secret input "${input}" was not given`);
    const why = unmaskable(value);
    if (why !== undefined) throw new SecretError(`the secret input "${input}" ${why}`);
    vault.keep(vaultName(input), value);
  }
}

/** Name -> steps and targets of the plan that need it. */
export function secretsNeeded(plan: Plan, environment: Environment): ReadonlyMap<string, readonly string[]> {
  const needed = new Map<string, string[]>();
  const add = (name: string, by: string): void => {
    const all = needed.get(name) ?? [];
    if (!all.includes(by)) needed.set(name, [...all, by]);
  };
  for (const { key, lane, program } of plan.nodes) {
    if (plan.only === 'diagnosis' && !readingLanes.includes(lane)) continue;
    for (const name of secretsIn([program.params, program.doneWhen?.params ?? null])) add(name, `step ${key}`);
  }
  for (const target of Object.keys(plan.targets))
    for (const name of secretsOfEntry(environment.targets[target])) add(name, `target ${target}`);
  return needed;
}

function secretsOfEntry(entry: Json | undefined): readonly string[] {
  if (typeof entry === 'string') return [/^secret:(\w+)$/.exec(entry)?.[1] ?? []].flat();
  return entry !== null && typeof entry === 'object' ? Object.values(entry).flatMap(secretsOfEntry) : [];
}

/** Variables and files: no command is run for what nothing needs. */
const costless = (environment: Environment): readonly string[] =>
  Object.keys(environment.secrets).filter((name) => secretReference(environment.secrets[name] ?? '')?.is !== 'exec');

const openedBefore = (records: readonly Stamped[]): readonly string[] =>
  records.flatMap((record) => (record.type === 'engine.started' ? (record.secrets ?? []) : []));
