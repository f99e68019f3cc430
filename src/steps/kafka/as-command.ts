/** The tools that come with Kafka; reading several things at once takes several of them. */
import type { Json } from '../../interpreter/core/model/value.ts';
import type { AsCommand, CommandPlace } from '../../interpreter/port/command-line.ts';
import { field, listIn, mapIn, textIn, typed } from '../../interpreter/port/command-line.ts';

type Given = ReturnType<typeof mapIn>;
type Tool = (given: Given) => readonly string[];

const topic = (given: Given): readonly string[] => ['--topic', textIn(given['topic'])];
const group = (given: Given): readonly string[] => ['--group', textIn(given['group'])];
const patience = ['--timeout-ms', '10000'];
const fromStart = ['--from-beginning', ...patience];
const startOf = ({ partition, offset = 'earliest' }: Given): readonly string[] =>
  partition === undefined ? fromStart : ['--partition', textIn(partition), '--offset', textIn(offset), ...patience];

const readsForward = (given: Given): boolean => given['from'] === 'earliest' || given['offset'] !== undefined;

const tools: Readonly<Record<string, Tool>> = {
  describeCluster: () => ['kafka-broker-api-versions.sh'],
  describeTopics: (given) => {
    const topics = listIn(given['topics']).map(textIn);
    return ['kafka-topics.sh', '--describe', ...(topics.length === 0 ? [] : ['--topic', topics.join('|')])];
  },
  offsets: (given) => ['kafka-get-offsets.sh', ...topic(given)],
  lastOffsets: (given) =>
    given['byKey'] === true || given['key'] !== undefined
      ? [
          'kafka-console-consumer.sh',
          ...topic(given),
          ...fromStart,
          ...['print.key', 'print.offset'].flatMap((one) => ['--property', one + '=true']),
        ]
      : ['kafka-get-offsets.sh', ...topic(given), '--time', '-1'],
  groupLag: (given) => ['kafka-consumer-groups.sh', '--describe', ...group(given)],
  describeGroup: (given) => ['kafka-consumer-groups.sh', '--describe', '--state', ...group(given)],
  consume: (given) => [
    'kafka-console-consumer.sh',
    ...topic(given),
    ...startOf(given),
    ...(readsForward(given) ? ['--max-messages', textIn(given['count'])] : []),
  ],
  resetOffsets: (given) => [
    'kafka-consumer-groups.sh',
    '--reset-offsets',
    ...group(given),
    ...resetTopic(given),
    ...resetTo(given),
    '--execute',
  ],
  createTopic: (given) => [
    ...['kafka-topics.sh', '--create', ...topic(given), '--partitions', textIn(given['partitions'] ?? 1)],
    ...['--replication-factor', textIn(given['replicas'] ?? 1)],
    ...Object.entries(mapIn(given['config'])).flatMap((one) => ['--config', setting(one)]),
  ],
  deleteTopic: (given) => ['kafka-topics.sh', '--delete', ...topic(given)],
  addPartitions: (given) => ['kafka-topics.sh', '--alter', ...topic(given), '--partitions', textIn(given['total'])],
  alterConfig: (given) => {
    const set = Object.entries(mapIn(given['set'])).map(setting);
    const unset = listIn(given['unset']).map(textIn);
    return [
      ...['kafka-configs.sh', '--alter', '--entity-type', given['topic'] === undefined ? 'brokers' : 'topics'],
      ...['--entity-name', textIn(given['topic'] ?? given['broker'])],
      ...(set.length === 0 ? [] : ['--add-config', set.join(',')]),
      ...(unset.length === 0 ? [] : ['--delete-config', unset.join(',')]),
    ];
  },
  deleteGroup: (given) => ['kafka-consumer-groups.sh', '--delete', ...group(given)],
  // The tool takes the offsets from a file: the shell gives it one.
  deleteRecords: () => ['kafka-delete-records.sh', '--offset-json-file', '/dev/stdin'],
  produce: (given) => [
    ...['kafka-console-producer.sh', ...topic(given), '--producer-property', 'acks=all'],
    ...(given['key'] === undefined ? [] : ['--property', 'parse.key=true']),
  ],
};

/** A value with commas is one value in brackets. */
const setting = ([name, value]: readonly [string, Json]): string => {
  const text = textIn(value);
  return `${name}=${text.includes(',') ? `[${text}]` : text}`;
};

function resetTopic(given: Given): readonly string[] {
  const partitions = listIn(given['partitions']).map(textIn);
  return ['--topic', textIn(given['topic']) + (partitions.length === 0 ? '' : ':' + partitions.join(','))];
}

function resetTo(given: Given): readonly string[] {
  if (given['offset'] !== undefined) return ['--to-offset', textIn(given['offset'])];
  if (given['timestamp'] !== undefined) return ['--to-datetime', textIn(given['timestamp'])];
  return [given['to'] === 'earliest' ? '--to-earliest' : '--to-latest'];
}

export const asCommand: AsCommand = (params, place) => {
  const [operation = '', given] = Object.entries(params)[0] ?? [];
  const [program, ...words] = tools[operation]?.(mapIn(given)) ?? [];
  // No tool does exactly this: what is asked is told instead.
  if (program === undefined) return '# kafka: ' + operation + ' ' + JSON.stringify(given ?? null);
  const command = typed([program, '--bootstrap-server', field(place, 'brokers'), ...login(program, place), ...words]);
  return before(operation, mapIn(given)) + command + afterwards(operation, mapIn(given));
};

/** What the tool reads from its input: a tab stands between the key and the value of a record. */
function before(operation: string, given: Given): string {
  if (operation === 'deleteRecords') {
    const partitions = Object.entries(mapIn(given['before'])).map(([partition, offset]) => ({
      topic: textIn(given['topic']),
      partition: Number(partition),
      offset: Number.isFinite(Number(offset)) ? Number(offset) : offset,
    }));
    return `${typed(['echo', JSON.stringify({ partitions, version: 1 })])} | `;
  }
  if (operation !== 'produce') return '';
  const key = given['key'] === undefined ? '' : `${textIn(given['key'])}\t`;
  return `${typed(['printf', '%s\\n', key + textIn(given['value'])])} | `;
}

/** What tls and sasl need is in a file of the tools; passwords are not for command lines. */
const login = (program: string, place: CommandPlace | undefined): readonly string[] =>
  place?.entry?.['sasl'] === undefined && place?.entry?.['tls'] === undefined
    ? []
    : [program === 'kafka-console-consumer.sh' ? '--consumer.config' : '--command-config', 'client.properties'];

/** What the tool prints and the step does not. */
function afterwards(operation: string, given: Given): string {
  if (operation === 'consume' && !readsForward(given)) return ` | tail -n ${typed([textIn(given['count'])])}`;
  if (operation !== 'lastOffsets') return '';
  if (given['key'] !== undefined) return ` # the last line whose key is ${JSON.stringify(given['key'])}`;
  return given['byKey'] === true ? ' # the last line of each key' : ' # the end; the last record is before it';
}
