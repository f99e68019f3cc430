/**
 * `alterConfig`: settings of a topic or of one broker. The client's call replaces all values by those it is given, so all that are set are
 * read, merged, sent and read back. What a broker hides (passwords) could not be sent again, and would be lost: refused.
 */
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { within } from '../../clients/kafka/client.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import type { Preview, Refusal, Settings } from './shared.ts';
import { already, done, entries, wasRefused, readBack, refuse, takingSettings } from './shared.ts';
import { topicOf } from './topics.ts';

type Values = Readonly<Record<string, string>>;

export interface AlterConfig {
  /** One of topic and broker. */
  readonly topic?: string;
  /** Number of the broker (node.id); from a template it is text. */
  readonly broker?: number | string;
  readonly set?: Settings;
  /** Back to the default. */
  readonly unset?: readonly string[];
}

/** Numbers of the protocol: kind of resource, and the source of a value that was set on that resource itself. */
interface Resource {
  readonly type: 2 | 4;
  readonly ownSource: 1 | 2;
  readonly name: string;
  readonly words: string;
}

const resourceOf = ({ topic, broker }: AlterConfig): Resource =>
  broker === undefined
    ? { type: 2, ownSource: 1, name: topic ?? '', words: `topic ${topic ?? ''}` }
    : { type: 4, ownSource: 2, name: String(broker), words: `broker ${String(broker)}` };

interface Config {
  /** Set on the resource itself, not inherited; what the broker hides is not among them. */
  readonly own: Values;
  /** Everything that is in force, own or not. */
  readonly all: Values;
  /** Set on the resource itself, but not shown. */
  readonly hidden: readonly string[];
}

async function configOf(client: KafkaClient, { type, name, ownSource }: Resource, context: RunContext): Promise<Config> {
  const admin = await client.admin(context.signal);
  const { resources } = await within(
    admin.describeConfigs({ includeSynonyms: false, resources: [{ type, name }] }),
    context.signal,
  );
  const all = resources[0]?.configEntries ?? [];
  const own = all.filter((one) => Number(one.configSource) === ownSource);
  const shown = (some: typeof all): Values =>
    Object.fromEntries(some.filter((one) => !one.isSensitive).map((one) => [one.configName, one.configValue]));
  return { own: shown(own), all: shown(all), hidden: own.filter((one) => one.isSensitive).map((one) => one.configName) };
}

interface Change {
  readonly resource: Resource;
  readonly before: Config;
  readonly after: Values;
}

async function changeOf(client: KafkaClient, params: AlterConfig, context: RunContext): Promise<Change | Refusal> {
  const resource = resourceOf(params);
  const missing = await missingOf(client, params, context);
  if (missing !== undefined) return missing;
  const before = await configOf(client, resource, context);
  return hiddenProblem(resource, before) ?? { resource, before, after: mergedWith(before.own, params) };
}

async function missingOf(client: KafkaClient, { topic, broker }: AlterConfig, context: RunContext): Promise<Refusal | undefined> {
  if (topic !== undefined)
    return (await topicOf(client, topic, context)) === undefined ? refuse('no-topic', `there is no topic ${topic}`) : undefined;
  const { brokers } = await within((await client.admin(context.signal)).describeCluster(), context.signal);
  const numbers = brokers.map((one) => one.nodeId).sort((a, b) => a - b);
  if (broker !== undefined && numbers.includes(Number(broker))) return undefined;
  return refuse('no-broker', `there is no living broker ${String(broker)}; there are ${numbers.join(', ')}`);
}

function hiddenProblem({ words }: Resource, { hidden }: Config): Refusal | undefined {
  if (hidden.length === 0) return undefined;
  const text = `${words} has ${hidden.join(', ')} set, which Kafka does not show and this change would lose`;
  return refuse('hidden-settings', text, 'kafka-configs.sh --alter changes single settings; use it in a shell step');
}

function mergedWith(own: Values, { set, unset }: AlterConfig): Values {
  const given = Object.fromEntries(entries(set).map((one) => [one.name, one.value]));
  return Object.fromEntries(Object.entries({ ...own, ...given }).filter(([name]) => unset?.includes(name) !== true));
}

const changesOf = (before: Values, after: Values): Readonly<Record<string, { from: string | null; to: string | null }>> =>
  Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((name) => before[name] !== after[name])
      .map((name) => [name, { from: before[name] ?? null, to: after[name] ?? null }]),
  );

const nameOf = ({ topic, broker }: AlterConfig): Readonly<Record<string, Json>> =>
  broker === undefined ? { topic: topic ?? '' } : { broker };

export async function alterConfig(client: KafkaClient, params: AlterConfig, context: RunContext): Promise<Done> {
  const change = await changeOf(client, params, context);
  return wasRefused(change) ? change : replace(client, params, change, context);
}

/** Old state for undo: what was set on the resource itself. */
export async function captureConfig(client: KafkaClient, params: AlterConfig, context: RunContext): Promise<Json> {
  return { config: (await configOf(client, resourceOf(params), context)).own };
}

/** Puts back what this step has changed; a value that somebody else has set since is refused, not overwritten. */
export async function restoreConfig(client: KafkaClient, old: Json, params: AlterConfig, context: RunContext): Promise<Done> {
  const { config: earlier } = old as { readonly config: Values };
  const resource = resourceOf(params);
  const before = await configOf(client, resource, context);
  const ours = changesOf(earlier, mergedWith(earlier, params));
  const foreign = Object.entries(ours).find(([name, { from, to }]) => ![from, to].includes(before.own[name] ?? null))?.[0];
  if (foreign !== undefined && context.overwrite !== true)
    return refuse('changed-meanwhile', `${foreign} of ${resource.words} was changed by somebody else since`, 'decide by hand');
  const kept = Object.entries(before.own).filter(([name]) => ours[name] === undefined);
  const back = Object.entries(earlier).filter(([name]) => ours[name] !== undefined);
  const after = Object.fromEntries([...kept, ...back]);
  return hiddenProblem(resource, before) ?? replace(client, params, { resource, before, after }, context);
}

async function replace(client: KafkaClient, params: AlterConfig, change: Change, context: RunContext): Promise<Done> {
  const { resource, before, after } = change;
  const changes = changesOf(before.own, after);
  const value = { ...nameOf(params), changes };
  if (Object.keys(changes).length === 0) return already(context, value);
  const refused = await send(client, change, false, context);
  if (refused !== undefined) return refused;
  const wrongIn = ({ own }: Config): string | undefined => Object.keys(changes).find((name) => own[name] !== after[name]);
  const unseen = await readBack(context, {
    read: () => configOf(client, resource, context),
    shows: (now) => wrongIn(now) === undefined,
    words: (now) => {
      const wrong = wrongIn(now) ?? '';
      return `${wrong} of ${resource.words} is ${now.own[wrong] ?? 'not set'} instead of ${after[wrong] ?? 'not set'}`;
    },
  });
  return unseen ?? done(true, value);
}

/** Undefined: taken. */
async function send(
  client: KafkaClient,
  { resource, before, after }: Change,
  validateOnly: boolean,
  context: RunContext,
): Promise<Refusal | undefined> {
  const admin = await client.admin(context.signal);
  const { type, name } = resource;
  const ask = (only: boolean, values: Values): Promise<unknown> =>
    within(
      admin.alterConfigs({ validateOnly: only, resources: [{ type, name, configEntries: entries(values) }] }),
      context.signal,
    );
  const changed = Object.entries(changesOf(before.own, after)).map(([one, { to }]) => ({ name: one, value: to }));
  const alone = (one: string): Promise<unknown> => {
    const value = after[one];
    const others = Object.entries(before.own).filter(([other]) => other !== one);
    return ask(true, { ...Object.fromEntries(others), ...(value === undefined ? {} : { [one]: value }) });
  };
  if (!validateOnly) context.sent();
  const taken = await takingSettings(changed, async () => void (await ask(validateOnly, after)), alone);
  return taken ?? undefined;
}

/** The cluster itself says whether it would take the values. */
export async function previewConfig(client: KafkaClient, params: AlterConfig, context: RunContext): Promise<Preview | Refusal> {
  const change = await changeOf(client, params, context);
  if (wasRefused(change)) return change;
  const { resource, before, after } = change;
  const changes = changesOf(before.own, after);
  const refused = Object.keys(changes).length > 0 ? await send(client, change, true, context) : undefined;
  if (refused !== undefined) return refused;
  const touched = [...new Set([...Object.keys(params.set ?? {}), ...(params.unset ?? [])])];
  return { lines: touched.map((name) => lineOf(resource, name, before, after)), data: { ...nameOf(params), changes } };
}

function lineOf({ words }: Resource, name: string, before: Config, after: Values): string {
  const inherited = before.all[name] === undefined ? 'not set' : `${before.all[name]} (inherited)`;
  const [from, to] = [before.own[name] ?? inherited, after[name] ?? 'inherited'];
  return before.own[name] === after[name] ? `${words} ${name}: ${from} (unchanged)` : `${words} ${name}: ${from} -> ${to}`;
}
