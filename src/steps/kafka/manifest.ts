import type { Json } from '../../interpreter/core/model/value.ts';
import type { Manifest } from '../../interpreter/port/step-type.ts';

const text = (description: string): Json => ({ type: 'string', minLength: 1, description });
const object = (properties: Readonly<Record<string, Json>>, required: readonly string[], description: string): Json => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...(required.length > 0 ? { required } : {}),
  description,
});
const int64: Json = { type: 'string', 'x-int64': true };

const record = {
  type: 'object',
  properties: {
    partition: { type: 'integer' },
    offset: int64,
    key: {},
    value: {},
    tombstone: { type: 'boolean', description: 'The record has no value; the text null has one.' },
    timestamp: { type: 'string' },
  },
} as const;

const setting: Json = { type: ['string', 'number', 'boolean'] };

const targetSchema: Json = {
  type: 'object',
  required: ['brokers'],
  additionalProperties: false,
  properties: {
    brokers: { type: 'array', minItems: 1, items: { type: 'string' }, description: 'host:port of some brokers.' },
    clientId: text('Name for the logs of the brokers; default runbook.'),
    sasl: object(
      {
        mechanism: { enum: ['plain', 'scram-sha-256', 'scram-sha-512'], description: 'How the password is shown.' },
        username: text('User.'),
        password: text('A secret reference.'),
      },
      ['mechanism', 'username', 'password'],
      'Login; without tls it is refused, unless tls: false says so or all brokers are on this machine.',
    ),
    tls: {
      description: 'true: authorities of this machine; certificates are always verified.',
      anyOf: [
        { type: 'boolean' },
        object(
          {
            ca: text('File of the authority, or its PEM text.'),
            cert: text('File of the certificate of this side.'),
            key: text('File of its key, or a secret reference to its text.'),
            passphrase: text('Of the key; a secret reference.'),
            serverName: text('Name that the certificates of all brokers must have.'),
          },
          [],
          'Files are relative to the runbook.',
        ),
      ],
    },
  },
};

export const manifest: Manifest = {
  port: 1,
  type: 'kafka',
  summary: 'One operation on a Kafka cluster; exactly one of the operation keys.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      describeCluster: object({ broker: text('Only this broker (host:port) must answer.') }, [], 'The brokers that answer.'),
      describeTopics: object(
        { topics: { type: 'array', items: { type: 'string' }, description: 'Default: all.' } },
        [],
        'Partitions, leaders, in-sync replicas; underReplicated and offline counted.',
      ),
      offsets: object({ topic: text('Topic.') }, ['topic'], 'First and end offset of each partition.'),
      lastOffsets: object(
        {
          topic: text('Topic.'),
          key: text('Only the last record of this key; hex: and digits for a key that is not UTF-8.'),
          byKey: { type: 'boolean', description: 'Key -> offset of its last record.' },
          scan: {
            type: 'integer',
            minimum: 1,
            description: 'How many offsets from the end are looked at, at most; default 10000 for keys.',
          },
        },
        ['topic'],
        'Offset of the last record that can be read, of each partition or of each key.',
      ),
      groupLag: object(
        {
          group: text('Consumer group.'),
          topics: { type: 'array', items: { type: 'string' }, description: 'Default: all with a commit.' },
        },
        ['group'],
        'Committed and end offsets, and the distance between them.',
      ),
      describeGroup: object({ group: text('Consumer group.') }, ['group'], 'State and members of a group.'),
      consume: object(
        {
          topic: text('Topic.'),
          count: { type: 'integer', minimum: 1, maximum: 10000, description: 'At most this many records.' },
          from: { enum: ['earliest', 'latest'], description: 'latest: the last count records of each partition (default).' },
          partition: { type: 'integer', minimum: 0, description: 'Only this partition; default all.' },
          offset: {
            anyOf: [
              { type: 'integer', minimum: 0 },
              { type: 'string', minLength: 1 },
            ],
            description: 'With partition, instead of from: the first offset to read.',
          },
          idle: { type: 'string', description: 'Longest wait for one answer of a broker, a duration.' },
          values: {
            enum: ['auto', 'text', 'json', 'hex'],
            description:
              'auto (default): JSON where a value is JSON, else its text, else hex: and its bytes. The others are exact, or fail.',
          },
        },
        ['topic', 'count'],
        'Records; fewer than count is a normal result.',
      ),
      resetOffsets: object(
        {
          group: text('Consumer group; it must have no members.'),
          topic: text('Topic.'),
          partitions: { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1, description: 'Default: all.' },
          to: { enum: ['earliest', 'latest'], description: 'The first or the end offset of each partition.' },
          offset: {
            anyOf: [
              { type: 'integer', minimum: 0 },
              { type: 'string', minLength: 1 },
            ],
            description: 'This offset, within what the partition has.',
          },
          timestamp: text('RFC 3339: the first record at or after it; without one, the end.'),
        },
        ['group', 'topic'],
        'Moves committed offsets; exactly one of to, offset, timestamp. Read back after the commit.',
      ),
      createTopic: object(
        {
          topic: text('Topic.'),
          partitions: { type: 'integer', minimum: 1, description: 'Default 1.' },
          replicas: { type: 'integer', minimum: 1, description: 'Default 1.' },
          config: { type: 'object', additionalProperties: setting, description: 'Settings of the topic.' },
        },
        ['topic'],
        'Makes a topic; one that exists with as many partitions is left unchanged.',
      ),
      deleteTopic: object({ topic: text('Topic.') }, ['topic'], 'Deletes a topic with all its records.'),
      alterConfig: object(
        {
          topic: text('Topic.'),
          broker: { type: 'integer', minimum: 0, description: 'Number of a broker (node.id), instead of a topic.' },
          set: { type: 'object', additionalProperties: setting, description: 'Settings to set; all others stay.' },
          unset: { type: 'array', items: { type: 'string' }, description: 'Settings that go back to their default.' },
        },
        [],
        'Changes settings of a topic or of one broker; all that are set on it are read, merged and read back.',
      ),
      addPartitions: object(
        { topic: text('Topic.'), total: { type: 'integer', minimum: 1, description: 'How many there are afterwards.' } },
        ['topic', 'total'],
        'More partitions: keys move to other ones, so their order across the change is lost.',
      ),
      deleteRecords: object(
        {
          topic: text('Topic.'),
          before: {
            type: 'object',
            additionalProperties: { type: ['integer', 'string'] },
            description: 'Partition -> first offset that stays.',
          },
        },
        ['topic', 'before'],
        'Deletes the records before these offsets.',
      ),
      deleteGroup: object({ group: text('Consumer group.') }, ['group'], 'Deletes a group without members, and its positions.'),
      produce: object(
        {
          topic: text('Topic.'),
          key: { type: 'string', description: 'Key.' },
          value: { description: 'Text, or data sent as JSON.' },
          partition: { type: 'integer', minimum: 0, description: 'Partition; default by key.' },
        },
        ['topic', 'value'],
        'Writes one record, acknowledged by all in-sync replicas.',
      ),
    },
  },
  result: {
    type: 'object',
    properties: {
      value: {
        anyOf: [int64, { type: 'object', additionalProperties: int64 }],
      },
      record: { ...record, description: 'The last record of the key.' },
      records: { type: 'object', additionalProperties: record, description: 'Key -> its last record.' },
      empty: { type: 'array', items: { type: 'string' }, description: 'Partitions without a record.' },
      complete: { type: 'boolean', description: 'False: older records than scan allows were not looked at.' },
    },
  },
  value: 'result.value',
  target: { types: ['kafka'], schema: targetSchema, required: true },
  secretAt: [],
  sinkAt: { '/produce/value': 'kafkaRecord' },
  forbidTemplateAt: [],
  durationAt: ['/consume/idle'],
  kind: 'effect',
  timeout: 30_000,
};
