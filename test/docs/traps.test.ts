/**
 * Commands as a page of procedures printed them, tried with the real tools: none of these asks what it means to ask. For each query the step that
 * replaces it is performed against the same server, where it arrives as it was meant.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { stepType as http } from '../../src/steps/http/index.ts';
import { stepType as metric } from '../../src/steps/metric/index.ts';
import { root } from '../rig/cli.ts';
import { openStep } from '../rig/session.ts';

/** What a request asked for: the parameters of its address and of its form. */
let asked: readonly URLSearchParams[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const { searchParams } = new URL(request.url ?? '/', 'http://here');
    for (const [name, value] of new URLSearchParams(body)) searchParams.append(name, value);
    asked = [...asked, searchParams];
    response.setHeader('content-type', 'application/json');
    response.end('{"status":"success","data":{"resultType":"vector","result":[]}}');
  });
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  asked = [];
});

const shell = (script: string, input = ''): Promise<{ readonly code: number | null; readonly output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
    child.stdin.end(input);
  });

const catalogue = 'runbooks.yaml.d/dashstream';

/** The step of that id, wherever in its runbook it is. */
function stepOf(runbook: string, id: string): Readonly<Record<string, unknown>> | undefined {
  const search = (node: unknown): Readonly<Record<string, unknown>> | undefined => {
    if (typeof node !== 'object' || node === null) return undefined;
    if ('id' in node && node.id === id && 'type' in node) return node;
    return Object.values(node).map(search).find((found) => found !== undefined);
  };
  return search(parse(readFileSync(join(root, catalogue, `${runbook}.yaml`), 'utf8')));
}

/** Windows as the inputs have them when nothing else is given. */
const withDefaults = (query: string): string =>
  query.replaceAll('{{inputs.window}}', '5m').replaceAll('{{inputs.trend}}', '2m').replaceAll(/\{\{inputs\.step\}\}/g, query.includes('trend') ? '30s' : '1m');

const errorShare = 'sum(rate(websocket_kafka_messages_total{status="error"}[5m]))/clamp_min(sum(rate(websocket_kafka_messages_total[5m])),1e-9)';
const decodeShare = 'sum(rate(websocket_decode_errors_total[5m]))/clamp_min(sum(rate(websocket_kafka_messages_total[5m])),1e-9)';
const runbooks = {
  errors: 'high-message-processing-error-rate',
  decode: 'high-decode-error-rate',
  drops: 'dlq-backpressure-drops',
  lag: 'kafka-consumer-lag-diagnosis',
} as const;

/** Queries as they were printed inside of an address; runbook and step that ask the same. */
const queries: readonly (readonly [printed: string, runbook: string, step: string])[] = [
  ['rate(websocket_dlq_sends_total[5m])', 'dlq-health-check', 'sendsByType'],
  ['rate(websocket_dlq_send_failures_total[5m])', 'dlq-health-check', 'failuresByReason'],
  ['sum(rate(dashstream_sequence_gaps_total[5m]))', 'dashstream-sequence-gaps', 'gaps'],
  ['rate(websocket_dlq_send_failures_total[5m])', 'websocket-dlq-broken', 'failures'],
  [errorShare, runbooks.errors, 'errorRatio'],
  ['rate(websocket_decode_errors_total[5m])', runbooks.errors, 'byType'],
  ['rate(websocket_kafka_messages_total{status="error"}[5m])', runbooks.errors, 'noErrors'],
  [decodeShare, runbooks.decode, 'errorRatio'],
  ['rate(websocket_decode_errors_total[5m])', runbooks.decode, 'byType'],
  ['rate(websocket_dlq_sends_total[5m])', 'websocket-dlq-high-rate', 'byType'],
  ['rate(dashstream_dlq_dropped_total[5m])', runbooks.drops, 'drops'],
  ['rate(websocket_dlq_send_failures_total{reason=\\"backpressure\\"}[5m])', runbooks.drops, 'serverDrops'],
  ['rate(dashstream_dlq_sends_total[5m])', runbooks.drops, 'sent'],
  ['rate(dashstream_dlq_send_failures_total[5m])', runbooks.drops, 'failed'],
  ['deriv(max(websocket_kafka_consumer_lag)[5m:1m])', runbooks.lag, 'trend'],
  ['rate(websocket_kafka_messages_total[5m])', runbooks.lag, 'throughput'],
  ['histogram_quantile(0.99,rate(websocket_e2e_latency_ms_bucket[5m]))', runbooks.lag, 'latency'],
  ['deriv(max(websocket_kafka_consumer_lag)[2m:30s])', 'kafka-consumer-lag-high', 'falling'],
  ['histogram_quantile(0.99, rate(websocket_e2e_latency_ms_bucket[5m]))', 'e2e-latency-high', 'latency'],
  ['rate(dashstream_sequence_duplicates_total[5m])', 'high-duplicate-rate', 'rate'],
  ['rate(dashstream_sequence_reorders_total[5m])', 'high-reorder-rate', 'rate'],
  ['rate(dashstream_rate_limit_exceeded_total[5m])', 'tenant-rate-limit', 'tenants'],
  ['sum(rate(dashstream_rate_limit_allowed_total{tenant_id="TENANT"}[5m]))', 'tenant-rate-limit', 'allowed'],
  ['count by (__name__) ({__name__=~".+"})', 'forensic-prometheus', 'cardinality'],
];

describe('queries that were printed as addresses', () => {
  it.each(queries)('%s: curl sends nothing, %s asks it (%s)', async (printed, runbook, step) => {
    expect(await shell(`curl -s '${url}/api/v1/query?query=${printed}' | cat; exit \${PIPESTATUS[0]}`)).toEqual({ code: 3, output: '' });
    expect(asked).toEqual([]);
    const query = withDefaults(String(stepOf(runbook, step)?.['query']));
    await (await openStep(metric, { url })).run({ query });
    expect(asked.map((one) => one.get('query'))).toEqual([query]);
    const [series = '__name__'] = /[a-z]+_[a-z0-9_]+_(?:total|bucket|lag)/.exec(printed) ?? [];
    expect(query).toContain(series);
  });
});

describe('other commands that cannot work', () => {
  it('T-04: `+` in an address is a space, so the pattern matches nothing', async () => {
    await shell(`curl -sg '${url}/api/v1/query?query=count({__name__=~".+"})'`);
    expect(asked.map((one) => one.get('query'))).toEqual(['count({__name__=~". "})']);
  });

  it('T-06: curl drops the braces of a JSON object in an address; a step sends them', async () => {
    await shell(`curl -s "${url}/api/traces?service=websocket-server&tags={\\"error\\":\\"true\\"}"`);
    expect(asked.map((one) => one.get('tags'))).toEqual(['"error":"true"']);
    asked = [];
    const tags = '{"error":"true"}';
    await (await openStep(http, { url })).run({ url: '/api/traces', query: { service: 'websocket-server', tags } });
    expect(asked.map((one) => one.get('tags'))).toEqual([tags]);
  });

  it('T-07: jq negates a text and fails', async () => {
    const filter = 'sort_by(-.value[1] | tonumber)';
    expect(await shell(`jq '${filter}'`, '[{"value":[0,"5"]},{"value":[0,"7"]}]')).toEqual({ code: 5, output: '' });
  });

  it('T-09: one record that is not JSON hides all that come after it', async () => {
    const records = '{"error_type":"decode"}\ntest message\n{"error_type":"oversized"}\n';
    expect(await shell(`jq -r .error_type`, records)).toMatchObject({ output: 'decode\n' });
  });

  it('T-40: a cleared alert and a mistyped one read the same', async () => {
    const firing = '{"data":{"alerts":[{"labels":{"alertname":"HighDecodeErrorRate"},"state":"firing"}]}}';
    const select = (name: string): string => `jq '.data.alerts[] | select(.labels.alertname == "${name}") | .state'`;
    expect(await shell(select('HighDecodeErorRate'), firing)).toEqual({ code: 0, output: '' });
    expect(await shell(select('HighDecodeErrorRate'), '{"data":{"alerts":[]}}')).toEqual({ code: 0, output: '' });
  });

  it('T-46: a trace is counted once for each of its tags', async () => {
    const trace = '{"data":[{"traceID":"a","spans":[{"tags":[{"key":"sequence_gap"}]},{"tags":[{"key":"sequence_gap"}]}]}]}';
    const filter = '.data[] | select(.spans[].tags[] | select(.key=="sequence_gap")) | .traceID';
    expect(await shell(`jq -r '${filter}'`, trace)).toEqual({ code: 0, output: 'a\na\n' });
  });

  it('T-54: a healthy log fails the pipe', async () => {
    expect(await shell('set -o pipefail; grep ERROR | tail -50', 'INFO listening\n')).toEqual({ code: 1, output: '' });
  });
});

it('names steps that are in the catalogue', () => {
  const missing = queries.filter(([, runbook, step]) => !existsSync(join(root, catalogue, `${runbook}.yaml`)) || stepOf(runbook, step) === undefined);
  expect(missing).toEqual([]);
});
