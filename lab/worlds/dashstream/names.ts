/** Names and figures that all parts of this world share. */

export const topics = { main: 'dashstream-quality', dlq: 'dashstream-quality-dlq' } as const;
export const group = 'websocket-server-v4';

/** Service of the compose file -> container. A container is a unit of the supervisor with the same name. */
export const containers = {
  kafka: 'dashstream-kafka',
  'websocket-server': 'dashstream-websocket-server',
  'quality-monitor': 'dashstream-quality-monitor',
  prometheus: 'dashstream-prometheus',
  exporter: 'dashstream-exporter',
} as const;
export type Service = keyof typeof containers;
export const services = Object.keys(containers) as readonly Service[];

/** Ports of the world beside those of its servers. */
export const portNames = ['websocketServer', 'exporter', 'jaeger', 'kafkaMetrics'] as const;

export const threads = ['thread-1', 'thread-2', 'thread-3', 'thread-4'] as const;

/** How many times faster than in production the times of the services pass. */
export const timeScale = { dlqTimeout: 10, slowClient: 60 } as const;

/** Topic settings that a healthy main topic has: the limit for the size of messages is the server's, not the broker's. */
export const mainTopicSettings = { 'max.message.bytes': '10485760' } as const;

/** Ordinary clients of the websocket-server. */
export const usualClients = 2;

export const replayPrefix = 'dashstream-replay';
export const resumeNamespace = 'lab-dashstream-quality';
