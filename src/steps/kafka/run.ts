/** Performs kafka steps. */
import type { KafkaClient, KafkaTarget } from '../../clients/kafka/client.ts';
import { failureOf, openKafka } from '../../clients/kafka/client.ts';
import type { Json } from '../../interpreter/core/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
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
  produce,
};

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => {
    const target = open.target as unknown as KafkaTarget;
    const client = await openKafka(target);
    return {
      describe: (params) => describe(params),
      run: async (params, context) => {
        const [name = '', given] = chosen(params);
        let sent = false;
        const own: RunContext = {
          ...context,
          sent: () => {
            sent = true;
            context.sent();
          },
        };
        try {
          const operation = operations[name];
          if (operation === undefined)
            return { ok: false, wire: 'notStarted', class: 'config', code: 'operation', message: 'no operation is given' };
          return await operation(client, given as never, own);
        } catch (problem) {
          return failureOf(problem, target.brokers, sent);
        }
      },
      preview: async (params) => ({ diff: `would ${describe(params)}`, data: null }),
      close: () => client.close(),
    };
  },
};

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
