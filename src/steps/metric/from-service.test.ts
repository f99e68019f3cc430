/** Metrics that only the service itself shows, from a real server that speaks both formats. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openStep } from '../../../test/rig/session.ts';
import { parseExposition } from '../../clients/exposition.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import { stepType } from './index.ts';

const classic = `# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{code="200",path="/a b"} 100
http_requests_total{code="500",path="quoted \\"x\\", and }"} 3
# TYPE queue_depth gauge
queue_depth 7
broken NaN
endless +Inf
old 1 1000
`;
const open = `# TYPE http_requests counter
http_requests_total{code="200"} 100.0 # {trace_id="a"} 1.0
# TYPE queue_depth gauge
queue_depth 7 1750000000.5
# EOF
`;

let answers: string[];
let type: string;
let status: number;
let accepted: string | undefined;
const service = createServer((request, response) => {
  accepted = request.headers.accept;
  response.writeHead(request.url === '/metrics' ? status : 404, { 'content-type': type });
  response.end(answers.length > 1 ? answers.shift() : answers[0]);
});
beforeEach(async () => {
  [answers, type, status] = [[classic], 'text/plain; version=0.0.4', 200];
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  service.closeAllConnections();
  await new Promise((resolve) => service.close(resolve));
});

async function read(params: Readonly<Record<string, Json>>): Promise<Done> {
  const url = `http://127.0.0.1:${String((service.address() as AddressInfo).port)}`;
  return (await (await openStep(stepType, { url }, 'exposition')).run(params)).done;
}
const containing = (text: string): string => expect.stringContaining(text) as string;
const valueOf = (done: Done): Json | undefined => (done.ok ? (done.result as { readonly value?: Json }).value : done.code);

describe('a service is asked for', () => {
  it.each([
    ['one number', { query: 'queue_depth' }, 7],
    ['a series by its labels', { query: 'http_requests_total{code="200"}' }, 100],
    [
      'labels from values, which never become part of the selector',
      { query: 'http_requests_total', labels: { path: 'quoted "x", and }' } },
      3,
    ],
    ['expressions, which match the whole value', { query: 'http_requests_total{code=~"5..",path!~"/.*"}' }, 3],
    ['a label that is not there', { query: 'queue_depth{zone=""}' }, 7],
    ['several series as one number', { query: 'http_requests_total', reduce: 'sum' }, 103],
    ['infinity, where it is allowed', { query: 'endless', allowInf: true }, Number.MAX_VALUE],
  ])('%s', async (_, params, expected) => {
    expect(valueOf(await read(params))).toBe(expected);
  });

  it('series with their labels', async () => {
    expect(valueOf(await read({ query: 'http_requests_total{code="500"}', returns: 'series' }))).toMatchObject([
      { labels: { code: '500', path: 'quoted "x", and }' }, value: 3 },
    ]);
  });

  it('OpenMetrics, which it prefers as Prometheus does', async () => {
    [answers, type] = [[open], 'application/openmetrics-text; version=1.0.0; charset=utf-8'];
    expect(valueOf(await read({ query: 'http_requests_total' }))).toBe(100);
    expect(accepted).toMatch(/^application\/openmetrics-text/);
    expect(await read({ query: 'queue_depth', maxAge: 60_000 })).toMatchObject({
      noData: true,
      missing: containing('older'),
    });
  });
});

describe('no data', () => {
  it.each([
    ['a metric that the service does not expose', { query: 'queue_dept' }, 'exposes no queue_dept; did you mean "queue_depth"'],
    ['labels that no series has', { query: 'queue_depth{zone="a"}' }, 'no series of queue_depth has these labels'],
    ['a series without a value', { query: 'broken', returns: 'series' }, 'have no value'],
    ['a value older than maxAge', { query: 'old', maxAge: 60_000 }, 'older than maxAge'],
  ])('%s', async (_, params, missing) => {
    expect(await read(params)).toMatchObject({ ok: true, noData: true, missing: containing(missing) });
  });
});

describe('an error', () => {
  it.each([
    ['several series where one is due', classic, { query: 'http_requests_total' }, 'several-series'],
    ['infinity', classic, { query: 'endless' }, 'infinite'],
    ['a function', classic, { query: 'rate(http_requests_total[5m])' }, 'no-selector'],
    ['HTML', '<html>login</html>', { query: 'up' }, 'not-exposition'],
    ['a line without a value', 'a 1\nb\n', { query: 'a' }, 'not-exposition'],
    ['the same series twice', 'a{x="1",y="2"} 1\na{y="2",x="1"} 2\n', { query: 'a' }, 'not-exposition'],
    ['the increase of a gauge', classic, { query: 'queue_depth', increase: 10 }, 'gauge'],
  ])('%s', async (_, text, params, code) => {
    answers = [text];
    expect(await read(params)).toMatchObject({ ok: false, code });
  });

  it('an answer that was cut, unless partial answers are allowed', async () => {
    [answers, type] = [[open.replace('# EOF\n', '')], 'application/openmetrics-text; version=1.0.0'];
    expect(await read({ query: 'http_requests_total' })).toMatchObject({ ok: false, code: 'warnings' });
    expect(valueOf(await read({ query: 'http_requests_total', allowWarnings: true }))).toBe(100);
  });

  it('another status, by its class', async () => {
    status = 403;
    expect(await read({ query: 'queue_depth' })).toMatchObject({
      ok: false,
      class: 'auth',
      message: containing('403'),
    });
  });
});

describe('the increase between two readings', () => {
  const counter = (...values: readonly (readonly [string, number])[]): string =>
    `# TYPE jobs_total counter\n${values.map(([queue, value]) => `jobs_total{queue="${queue}"} ${String(value)}\n`).join('')}`;

  it.each([
    ['of a counter', [counter(['a', 5]), counter(['a', 12])], 7],
    ['of a counter that began anew', [counter(['a', 50]), counter(['a', 4])], 4],
    ['with a series that appears meanwhile', [counter(['a', 5]), counter(['a', 6], ['b', 2])], 3],
    ['of a counter that rests', [counter(['a', 5])], 0],
  ])('%s', async (_, texts, expected) => {
    answers = [...texts];
    const done = await read({ query: 'jobs_total', increase: 20, reduce: 'sum' });
    expect(valueOf(done)).toBe(expected);
    expect(done).toMatchObject({ result: { seconds: expect.closeTo(0.02, 0) as number } });
  });

  it('is not known when a series is gone', async () => {
    answers = [counter(['a', 5], ['b', 1]), counter(['a', 6])];
    expect(await read({ query: 'jobs_total', increase: 20, reduce: 'sum' })).toMatchObject({ ok: true, noData: true });
  });
});

it('names quoted as in the text format of today are read', () => {
  expect(parseExposition('{"my.metric",zone="a",} 1\nempty{} 2\n', false)).toMatchObject({
    samples: [
      { name: 'my.metric', labels: { zone: 'a' }, value: 1 },
      { name: 'empty', labels: {}, value: 2 },
    ],
  });
});
