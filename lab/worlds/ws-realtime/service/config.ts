/** What the service reads from its environment, with the defaults of its documentation. */

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly brokers: readonly string[];
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly secret: string;
  /** Values of `Origin` that may connect; empty: all. */
  readonly allowedOrigins: readonly string[];
  /** Messages that may wait for one client. */
  readonly clientBuffer: number;
  readonly shutdownTimeoutMs: number;
  readonly limits: Limits;
}

/** What the lab adds: the speed of a machine and a network that loopback does not have. */
export interface Limits {
  /** Messages a second that the network takes for one client. */
  readonly linkRate: number;
  /** How many times shorter than in production every length of time is. */
  readonly timeScale: number;
  /** What is wrong with this replica, a file that is read again and again. */
  readonly faultFile: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

export function readConfig(variables: Variables): Config {
  const secret = variables['WS_AUTH_SECRET'] ?? '';
  if (secret === '') throw new Error('WS_AUTH_SECRET is required');
  const address = variables['WS_BIND_ADDRESS'] ?? ':8080';
  const at = address.lastIndexOf(':');
  const timeScale = numberIn(variables, 'LAB_TIME_SCALE', 1);
  return {
    host: address.slice(0, at) || '0.0.0.0',
    port: Number(address.slice(at + 1)),
    brokers: listIn(variables, 'WS_KAFKA_BROKERS', 'localhost:9092'),
    groupId: variables['WS_KAFKA_GROUP_ID'] ?? 'ws-realtime',
    topics: listIn(variables, 'WS_KAFKA_TOPICS', 'lines,order_book,analytics'),
    secret,
    allowedOrigins: listIn(variables, 'WS_ALLOWED_ORIGINS', ''),
    clientBuffer: numberIn(variables, 'WS_CLIENT_BUFFER', 256),
    shutdownTimeoutMs: (numberIn(variables, 'WS_SHUTDOWN_TIMEOUT_SECONDS', 10) * 1000) / timeScale,
    limits: {
      linkRate: numberIn(variables, 'LAB_LINK_RATE', 1000),
      timeScale,
      faultFile: variables['LAB_FAULT_FILE'],
    },
  };
}

const listIn = (variables: Variables, name: string, otherwise: string): readonly string[] =>
  (variables[name] ?? otherwise)
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

function numberIn(variables: Variables, name: string, otherwise: number): number {
  const text = variables[name] ?? '';
  if (text === '') return otherwise;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name} must be a positive number; got "${text}"`);
  return value;
}
