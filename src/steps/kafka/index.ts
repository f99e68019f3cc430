import type { Effect, Json } from '../../interpreter/core/model/value.ts';
import { shortName } from '../../interpreter/port/text.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { changes } from './changes.ts';
import { manifest } from './manifest.ts';

const integer: Json = { type: 'integer' };

/** Operations that change something; all others read. */
const effects: Readonly<Record<string, Effect>> = {
  produce: 'write',
  createTopic: 'write',
  alterConfig: 'write',
  addPartitions: 'destructive',
  resetOffsets: 'destructive',
  deleteTopic: 'destructive',
  deleteRecords: 'destructive',
  deleteGroup: 'destructive',
};
const operations = Object.keys((manifest.params as { readonly properties: object }).properties);

export const stepType: StepType = {
  manifest,
  facts: (params) => {
    const operation = operations.find((name) => params[name] !== undefined);
    const effect = operation === undefined ? 'read' : (effects[operation] ?? 'read');
    return {
      effect,
      // Everything but produce says what is wanted, and is done already when it is there.
      repeatable: operation !== 'produce',
      observe: effect === 'read',
      undo: operation === 'resetOffsets' || operation === 'alterConfig' ? 'restore' : 'none',
      valueSchema: valueOf(params),
    };
  },
  changes,
  does: (params) => {
    const [operation = '', given] = Object.entries(params)[0] ?? [];
    const { topic, group } = (given ?? {}) as Readonly<Record<string, Json>>;
    const order = /^(?:describe|consume|reset|create|delete|alter|add|produce)/.test(operation)
      ? operation
      : `read${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
    const words = order.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return shortName([
      `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
      ...(group === undefined ? [] : [group]),
      ...(topic === undefined ? [] : [topic]),
    ]);
  },
  lint: async () => (await import('./lint.ts')).lint,
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};

const closed = (properties: Readonly<Record<string, Json>>): Json => ({
  type: 'object',
  properties,
  additionalProperties: false,
});
const listOf = (items: Json): Json => ({ type: 'array', items });
const text: Json = { type: 'string' };

/** States of a group, those of the newer protocol too. */
const groupStates = [
  'Unknown',
  'PreparingRebalance',
  'CompletingRebalance',
  'Stable',
  'Dead',
  'Empty',
  'Assigning',
  'Reconciling',
];

/** Values of what describes, so that a misspelt field is found before the run. */
const shapes: Readonly<Record<string, Json>> = {
  describeCluster: closed({ brokers: listOf(text), clusterId: text }),
  describeTopics: closed({
    partitions: listOf(
      closed({
        topic: text,
        partition: integer,
        leader: integer,
        replicas: listOf(integer),
        isr: listOf(integer),
        missing: listOf(integer),
      }),
    ),
    underReplicated: integer,
    offline: integer,
    notPreferred: integer,
    leaders: { type: 'object', additionalProperties: integer },
  }),
  describeGroup: closed({ state: { enum: groupStates }, members: listOf(text) }),
  offsets: listOf(closed({ partition: integer, first: integer, end: integer })),
};

/** Offsets are 64-bit integers in expressions. */
function valueOf(params: Readonly<Record<string, Json>>): Json {
  const last = params['lastOffsets'] as { readonly key?: Json; readonly byKey?: Json } | null | undefined;
  if (last !== undefined && last?.key === undefined) return { type: 'object', additionalProperties: integer };
  if (last !== undefined) return integer;
  if (params['groupLag'] !== undefined)
    return { type: 'object', properties: { total: integer, partitions: {} }, additionalProperties: false };
  const described = Object.keys(shapes).find((name) => params[name] !== undefined);
  return described === undefined ? {} : (shapes[described] ?? {});
}
