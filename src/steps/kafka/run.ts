/** Performs kafka steps. */
import type { KafkaClient, KafkaTarget } from '../../clients/kafka/client.ts';
import { failureOf, openKafka } from '../../clients/kafka/client.ts';
import type { Json } from '../../interpreter/core/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import type { ResetOffsets } from './reset-offsets.ts';
import { captureOffsets, previewReset, resetOffsets, restoreOffsets } from './reset-offsets.ts';
import type { AlterConfig } from './topics.ts';
import {
  addPartitions,
  alterConfig,
  createTopic,
  deleteGroup,
  deleteRecords,
  deleteTopic,
  dynamicConfig,
  restoreConfig,
} from './topics.ts';
import { consume, lastOffsets } from './records.ts';
import { describeCluster, describeGroup, describeTopics, groupLag, offsets, produce } from './admin.ts';

type Operation = (client: KafkaClient, params: never, context: RunContext) => Promise<Done>;
const operations: Readonly<Record<string, Operation>> = {
  describeCluster,
  describeTopics,
  offsets,
  lastOffsets,
  groupLag,
  describeGroup,
  consume,
  resetOffsets,
  produce,
  createTopic,
  deleteTopic,
  alterConfig,
  addPartitions,
  deleteRecords,
  deleteGroup,
};

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => {
    const target = open.target as unknown as KafkaTarget;
    const client = await openKafka(target);
    return {
      describe: (params) => describe(params),
      run: async (params, context) => {
        const [name = '', given] = chosen(params);
        const operation = operations[name];
        if (operation === undefined)
          return { ok: false, wire: 'notStarted', class: 'config', code: 'operation', message: 'no operation is given' };
        return guarded(target, context, (own) => operation(client, given as never, own));
      },
      capture: async (params, context) => {
        const [name, given] = chosen(params);
        if (name !== 'alterConfig') return captureOffsets(client, resetOf(params), context.signal);
        return { config: await dynamicConfig(client, (given as unknown as AlterConfig).topic, context) };
      },
      restore: async (old, params, context) =>
        guarded(target, context, (own) => {
          const [name, given] = chosen(params);
          return name === 'alterConfig'
            ? restoreConfig(client, old, given as unknown as AlterConfig, own)
            : restoreOffsets(client, old, resetOf(params), own);
        }),
      preview: async (params, context) => {
        const [name] = chosen(params);
        const reset = name === 'resetOffsets' ? await previewReset(client, resetOf(params), context.signal) : undefined;
        return { diff: reset ?? `would ${describe(params)}`, data: null };
      },
      close: () => client.close(),
    };
  },
};

const resetOf = (params: Json): ResetOffsets => chosen(params)[1] as unknown as ResetOffsets;

/** What the client throws becomes a failure; after the first byte of a write it is unknown whether it happened. */
async function guarded(target: KafkaTarget, context: RunContext, perform: (own: RunContext) => Promise<Done>): Promise<Done> {
  let sent = false;
  const own: RunContext = {
    ...context,
    sent: () => {
      sent = true;
      context.sent();
    },
  };
  try {
    return await perform(own);
  } catch (problem) {
    return failureOf(problem, target.brokers, sent);
  }
}

function chosen(params: Json): readonly [string, Json] {
  const [first] = Object.entries((params ?? {}) as Readonly<Record<string, Json>>).filter(
    ([name]) => operations[name] !== undefined,
  );
  return first ?? ['', null];
}

function describe(params: Json): string {
  const [name, given] = chosen(params);
  return `${name} ${JSON.stringify(given)}`;
}
