/** Performs kafka steps. Each has a client of its own: nothing is remembered of topics that are gone, no idle connection has died. */
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { openKafka } from '../../clients/kafka/client.ts';
import { failureOf } from '../../clients/kafka/failure.ts';
import type { KafkaTarget } from '../../clients/kafka/target.ts';
import { readKafkaTarget } from '../../clients/kafka/target.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import { describeCluster, describeGroup, describeTopics, offsets } from './admin.ts';
import { alterConfig, captureConfig, previewConfig, restoreConfig } from './config.ts';
import { consume } from './consume.ts';
import { groupLag } from './group-lag.ts';
import { lastOffsets } from './last-offsets.ts';
import { previewProduce, produce } from './produce.ts';
import { deleteGroup, deleteRecords, previewGroup, previewRecords } from './removal.ts';
import { captureOffsets, previewReset, resetOffsets, restoreOffsets } from './reset-offsets.ts';
import type { Preview, Refusal } from './shared.ts';
import { wasRefused } from './shared.ts';
import { addPartitions, createTopic, deleteTopic, previewCreate, previewDelete, previewPartitions } from './topics.ts';

type Asking<T> = (client: KafkaClient, params: never, context: RunContext) => Promise<T>;
interface Operation {
  readonly run: Asking<Done>;
  /** Of operations that write. */
  readonly preview?: Asking<Preview | Refusal>;
  readonly capture?: Asking<Json>;
  readonly restore?: (client: KafkaClient, old: Json, params: never, context: RunContext) => Promise<Done>;
}

const operations: Readonly<Record<string, Operation>> = {
  describeCluster: { run: describeCluster },
  describeTopics: { run: describeTopics },
  offsets: { run: offsets },
  lastOffsets: { run: lastOffsets },
  groupLag: { run: groupLag },
  describeGroup: { run: describeGroup },
  consume: { run: consume },
  produce: { run: produce, preview: previewProduce },
  resetOffsets: { run: resetOffsets, preview: previewReset, capture: captureOffsets, restore: restoreOffsets },
  createTopic: { run: createTopic, preview: previewCreate },
  deleteTopic: { run: deleteTopic, preview: previewDelete },
  alterConfig: { run: alterConfig, preview: previewConfig, capture: captureConfig, restore: restoreConfig },
  addPartitions: { run: addPartitions, preview: previewPartitions },
  deleteRecords: { run: deleteRecords, preview: previewRecords },
  deleteGroup: { run: deleteGroup, preview: previewGroup },
};

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => {
    const target = await readKafkaTarget(open.target, open.directory).catch((problem: unknown) => {
      throw new Error(`${placeOf(open)}${problem instanceof Error ? problem.message : String(problem)}`);
    });
    const wire = openWire(target, `${placeOf(open)}${target.brokers.join(',')}`);
    return {
      describe: (params) => describe(params),
      run: (params, context) =>
        wire.done(context, (client, own) => {
          const [operation, given] = chosen(params);
          return operation.run(client, given, own);
        }),
      capture: (params, context) =>
        wire.reading(async (client) => {
          const [operation, given] = chosen(params);
          return (await operation.capture?.(client, given, context)) ?? null;
        }),
      restore: (old, params, context) =>
        wire.done(context, async (client, own) => {
          const [operation, given] = chosen(params);
          if (operation.restore === undefined) throw new Error('this operation cannot be undone');
          return operation.restore(client, old, given, own);
        }),
      preview: (params, context) =>
        wire.reading(async (client) => {
          const [operation, given] = chosen(params);
          const preview = await operation.preview?.(client, given, context);
          if (preview === undefined) return { diff: `would ${describe(params)}`, data: null };
          if (wasRefused(preview)) return { diff: `refused now: ${preview.message}`, data: null };
          return { diff: preview.lines.join('\n'), data: preview.data };
        }),
      close: () => wire.close(),
    };
  },
};

const placeOf = ({ targetName }: OpenContext): string => (targetName === undefined ? '' : `target ${targetName}: `);

interface Wire {
  /** What the client throws becomes a failure; after the first byte of a write it is unknown whether it happened. */
  done(context: RunContext, work: (client: KafkaClient, own: RunContext) => Promise<Done>): Promise<Done>;
  /** Throws with words for the operator. */
  reading<T>(work: (client: KafkaClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

function openWire(target: KafkaTarget, place: string): Wire {
  const open = new Set<KafkaClient>();
  const using = async <T>(work: (client: KafkaClient) => Promise<T>): Promise<T> => {
    const client = await openKafka(target);
    open.add(client);
    try {
      return await work(client);
    } finally {
      open.delete(client);
      await client.close();
    }
  };
  return {
    done: async (context, work) => {
      let sent = false;
      const own: RunContext = {
        ...context,
        sent: () => {
          sent = true;
          context.sent();
        },
      };
      try {
        return await using((client) => work(client, own));
      } catch (problem) {
        return failureOf(problem, place, sent);
      }
    },
    reading: async (work) => {
      try {
        return await using(work);
      } catch (problem) {
        const { message, hint } = failureOf(problem, place, false);
        throw new Error(hint === undefined ? message : `${message}; ${hint}`);
      }
    },
    close: async () => {
      await Promise.all([...open].map((client) => client.close()));
    },
  };
}

function chosen(params: Json): readonly [Operation, never] {
  const all = Object.entries((params ?? {}) as Readonly<Record<string, Json>>);
  for (const [name, given] of all) {
    const operation = operations[name];
    if (operation !== undefined) return [operation, given as never];
  }
  throw new Error('no operation is given');
}

function describe(params: Json): string {
  const all = Object.entries((params ?? {}) as Readonly<Record<string, Json>>);
  const [name, given] = all.find(([one]) => operations[one] !== undefined) ?? ['nothing', null];
  return `${name} ${JSON.stringify(given)}`;
}
