/** The settings files of the services, which operators edit and which are read when a service starts. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface MonitorSettings {
  readonly acks: 'all' | 1 | 0;
  readonly schema_version: number;
  readonly dashflow_streaming: string;
  readonly messages_per_second: number;
  readonly malformed_ratio: number;
  readonly non_protobuf_ratio: number;
  readonly old_schema_ratio: number;
  readonly duplicate_ratio: number;
  readonly reorder_ratio: number;
  readonly partition_key: 'thread_id' | 'none';
  readonly checkpoints: 'diff' | 'full';
  readonly checkpoint_bytes: number;
  readonly compression: 'none' | 'gzip';
  readonly externalize: 'none' | 'redis';
  readonly max_message_bytes: number;
}

export const usualMonitor: MonitorSettings = {
  acks: 'all',
  schema_version: 3,
  dashflow_streaming: '1.11.4',
  messages_per_second: 100,
  malformed_ratio: 0,
  non_protobuf_ratio: 0,
  old_schema_ratio: 0,
  duplicate_ratio: 0,
  reorder_ratio: 0,
  partition_key: 'thread_id',
  checkpoints: 'diff',
  checkpoint_bytes: 1_200_000,
  compression: 'none',
  externalize: 'none',
  max_message_bytes: 10_000_000,
};

export interface ServerSettings {
  readonly kafka_group_id: string;
  readonly kafka_topic: string;
  readonly kafka_dlq_topic: string;
  readonly kafka_auto_offset_reset: 'earliest' | 'latest';
  readonly skip_before_session_start: boolean;
  readonly schema_compatibility: 'exact' | 'backward';
  readonly max_message_bytes: number;
  readonly max_concurrent_dlq_sends: number;
  readonly dlq_send_timeout_secs: number;
  readonly gap_policy: 'warn_and_continue' | 'halt' | 'continue';
  readonly deduplicate: boolean;
  readonly broadcast_buffer: number;
  readonly slow_client_timeout_secs: number;
  readonly replay_memory_entries: number;
  readonly workers: number;
}

export const usualServer: ServerSettings = {
  kafka_group_id: 'websocket-server-v4',
  kafka_topic: 'dashstream-quality',
  kafka_dlq_topic: 'dashstream-quality-dlq',
  kafka_auto_offset_reset: 'earliest',
  skip_before_session_start: true,
  schema_compatibility: 'exact',
  max_message_bytes: 1_048_576,
  max_concurrent_dlq_sends: 100,
  dlq_send_timeout_secs: 5,
  gap_policy: 'warn_and_continue',
  deduplicate: false,
  broadcast_buffer: 64,
  slow_client_timeout_secs: 480,
  replay_memory_entries: 2000,
  workers: 1,
};

/** The schema that the server knows. */
export const serverSchema = { version: 3, library: '1.11.4' } as const;

/** One key a line, as an operator would write it. */
export const settingsText = (settings: MonitorSettings | ServerSettings, comment: string): string =>
  [
    `# ${comment}`,
    ...Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value).replaceAll('"', '')}`),
    '',
  ].join('\n');

/** Throws where a value has another type than the usual one. */
export function readSettings<Settings extends object>(file: string, usual: Settings): Settings {
  const read = parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>> | null;
  for (const [key, value] of Object.entries(usual)) {
    const given = read?.[key];
    if (given === undefined) throw new Error(`${key} is missing in ${file}`);
    if (typeof given !== typeof value && key !== 'acks')
      throw new Error(`${key} in ${file}: got ${JSON.stringify(given)}, expected a ${typeof value} such as ${String(value)}`);
  }
  return read as Settings;
}
