/** kafkajs' errors in our classes. Only the broker's own answer is a refusal; everything else after a write left is unknown. */
import type { FaultClass } from '../../interpreter/core/model/value.ts';

export interface KafkaFailure {
  readonly ok: false;
  readonly wire: 'notStarted' | 'refused' | 'unknown';
  readonly class: FaultClass;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export class DeadlineError extends Error {}

export interface Shape {
  readonly name?: string;
  readonly message?: string;
  readonly type?: string;
  readonly code?: string | number;
  readonly cause?: Shape | null;
  readonly errors?: readonly Shape[];
  readonly groups?: readonly { readonly error?: Shape }[];
  readonly partitions?: readonly { readonly error?: Shape }[];
}

/** Collections of errors tell nothing themselves: the first of what they hold does. */
const insideOf = (one: Shape): Shape | undefined =>
  one.cause ?? one.errors?.[0] ?? one.groups?.[0]?.error ?? one.partitions?.[0]?.error ?? undefined;

export function deepestOf(problem: unknown): Shape {
  let deepest = (problem ?? {}) as Shape;
  for (let inner = insideOf(deepest); inner !== undefined; inner = insideOf(inner)) deepest = inner;
  return deepest;
}

/** The broker has taken the request and cannot say how it ended. */
const doubtfulTypes = /^(REQUEST_TIMED_OUT|NOT_ENOUGH_REPLICAS_AFTER_APPEND|NETWORK_EXCEPTION|KAFKA_STORAGE_ERROR|UNKNOWN)$/;
const movedTypes =
  /^(NOT_CONTROLLER|NOT_COORDINATOR|NOT_LEADER|LEADER_NOT_AVAILABLE|NOT_ENOUGH_REPLICAS|GROUP_COORDINATOR_NOT|GROUP_LOAD)/;

/** `place`: the target in words, its name and its brokers. `sent`: a request that may have acted had left. */
export function failureOf(problem: unknown, place: string, sent: boolean): KafkaFailure {
  const deepest = deepestOf(problem);
  const name = deepest.name ?? '';
  const type = deepest.type ?? '';
  const said = deepest.message ?? String(problem);
  const base = { ok: false, message: `${place}: ${said}` } as const;
  const gone = sent ? 'unknown' : 'notStarted';
  if (problem instanceof DeadlineError || name === 'KafkaJSRequestTimeoutError')
    return { ...base, wire: gone, class: 'timeout', code: 'timeout' };
  const trust = trustProblem(String(deepest.code ?? ''), said);
  if (trust !== undefined) return { ...base, wire: gone, class: 'auth', ...trust };
  if (/SASL/i.test(name) || /SASL|AUTHENTICATION/.test(type))
    return { ...base, wire: sent ? 'unknown' : 'refused', class: 'auth', ...saslProblem(type, said, sent) };
  if (isConnection(name, said))
    return {
      ...base,
      wire: gone,
      class: 'connection',
      code: String(deepest.code ?? 'connection'),
      ...hintOf(connectionHint(said, sent)),
    };
  // What has no type is not an answer of a broker, but the client's own; deleteTopicRecords hides a lost connection behind a TypeError.
  if (type === '' && sent) return { ...base, wire: 'unknown', class: 'connection', code: name === '' ? 'kafka' : name };
  const doubtful = sent && doubtfulTypes.test(type);
  return {
    ...base,
    wire: doubtful ? 'unknown' : 'refused',
    class: doubtful || movedTypes.test(type) ? 'connection' : type.endsWith('AUTHORIZATION_FAILED') ? 'auth' : 'validation',
    code: type === '' ? (name === '' ? 'kafka' : name) : type,
    ...hintOf(type.endsWith('AUTHORIZATION_FAILED') ? rightsHint : typeHints[type]),
  };
}

const hintOf = (hint: string | undefined): { readonly hint?: string } => (hint === undefined ? {} : { hint });

const isConnection = (name: string, said: string): boolean =>
  /^KafkaJS(ConnectionError|ConnectionClosedError|BrokerNotFound|LockTimeout|GroupCoordinatorNotFound)$/.test(name) ||
  /not connected/i.test(said);

const rightsHint = 'the user of this target may not do this; the access control lists of the cluster say who may';

const typeHints: Readonly<Record<string, string>> = {
  NOT_ENOUGH_REPLICAS:
    'fewer replicas are in sync than min.insync.replicas; nothing was written; describeTopics shows which are missing',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'the leader has the record, too few replicas confirmed it; consume shows whether it stays',
  INVALID_REPLICATION_FACTOR: 'the cluster has fewer brokers than replicas were asked for; describeCluster shows those that live',
  UNKNOWN_TOPIC_OR_PARTITION: 'there is no such topic on this cluster, or this user may not see it',
};

/** A certificate that is not trusted, another name, a wrong protocol: the reason in words of the target's keys. */
function trustProblem(code: string, said: string): { readonly code: string; readonly hint: string } | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return { code, hint: 'reach the broker by a name that its certificate has, or say that name as tls.serverName' };
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE/.test(code))
    return { code, hint: "the broker's certificate is from an authority that is not trusted here; name its file as tls.ca" };
  if (/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/.test(code))
    return {
      code,
      hint: "the broker's certificate is not valid at this time; it must be renewed, or this machine's clock is wrong",
    };
  if (/alert (certificate required|bad certificate|handshake failure|unknown ca|certificate unknown)/i.test(said))
    return {
      code: 'client-certificate',
      hint: 'the broker does not accept the certificate of this side; tls.cert and tls.key say it',
    };
  if (/wrong version number|packet length too long|unknown protocol/i.test(said))
    return { code: 'no-tls', hint: 'this port of the broker does not speak TLS; use another port, or leave out tls' };
  return undefined;
}

function saslProblem(type: string, said: string, sent: boolean): { readonly code: string; readonly hint?: string } {
  if (type === 'UNSUPPORTED_SASL_MECHANISM' || /mechanism is not supported/.test(said))
    return {
      code: 'UNSUPPORTED_SASL_MECHANISM',
      hint: 'the broker offers other mechanisms on this port; sasl.mechanism says which is used',
    };
  if (type === 'ILLEGAL_SASL_STATE')
    return { code: type, hint: 'this port of the broker wants no sasl; use another port, or leave it out' };
  return {
    code: type === '' ? 'sasl' : type,
    ...hintOf(sent ? undefined : 'username, password or mechanism of sasl are not those of the broker'),
  };
}

function connectionHint(said: string, sent: boolean): string | undefined {
  if (/group coordinator/i.test(said))
    return 'the broker that keeps this group is not there, or the user of this target may not see the group';
  if (/^Broker -1 not found/.test(said)) return 'a partition has no leader; describeTopics shows which, and the brokers it needs';
  if (sent || !/Closed connection|ECONNRESET|socket hang up|closed by the server|disconnected before secure TLS/i.test(said))
    return undefined;
  return 'the broker hung up: does this port want sasl or tls that the target does not say, or the other way round?';
}
