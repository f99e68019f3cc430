/** Against a real Prometheus that scrapes the exporter of this test (F38 to F43). */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../../lab/servers/process.ts';
import type { TestPrometheus } from '../../../lab/servers/test-servers.ts';
import { startPrometheus } from '../../../lab/servers/test-servers.ts';
import { openStep } from '../../../test/rig/session.ts';
import type { Bench } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import { stepType } from './index.ts';

const agoMs = 120_000;
const exposition = (): string =>
  [
    'gap_ratio{venue="a"} 0.25',
    'gap_ratio{venue="b \\"quoted\\""} 0.5',
    'single 4',
    'not_a_number NaN',
    'mixed{venue="a"} 1',
    'mixed{venue="b"} NaN',
    'aged{venue="a"} 1',
    `aged{venue="b"} 1 ${String(Date.now() - agoMs)}`,
    'endless +Inf',
    'zero 0',
    `old 7 ${String(Date.now() - agoMs)}`,
    '',
  ].join('\n');

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
};
const exporter = createServer((_request, response) => {
  response.setHeader('content-type', 'text/plain; version=0.0.4');
  response.end(exposition());
});
let prometheus: TestPrometheus;
let bench: Bench;

/** Runs until the condition holds: samples need a few scrapes. */
async function eventually(params: Json, holds: (done: Done) => boolean): Promise<Done> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const { done } = await bench.run(params);
    if (holds(done) || performance.now() > deadline) return done;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
const hasData = (done: Done): boolean => done.ok && done.noData !== true;

beforeAll(async () => {
  prometheus = await startPrometheus({ scrapeTargets: [await listen(exporter)] });
  bench = await openStep(stepType, { url: prometheus.url });
}, 60_000);
afterAll(async () => {
  await prometheus.stop();
  exporter.closeAllConnections();
  exporter.close();
});

describe('metric reads', () => {
  it('one number, with a query that a URL would break', async () => {
    const { done, sent } = await bench.run({ query: 'sum(single{venue!~"a+b&c=%"}) + 1' });
    expect(done).toMatchObject({ ok: true, changed: false, result: { value: 5 } });
    expect(sent).toBe(false);
  });

  it('zero as a value, not as emptiness', async () => {
    const { done } = await bench.run({ query: 'zero' });
    expect(done).toMatchObject({ ok: true, result: { value: 0 } });
    expect(done).not.toHaveProperty('noData', true);
  });

  it('a scalar', async () => {
    expect((await bench.run({ query: 'scalar(single) * 2' })).done).toMatchObject({ ok: true, result: { value: 8 } });
  });

  it('series with their labels', async () => {
    const { done } = await bench.run({ query: 'max by (venue) (gap_ratio)', returns: 'series' });
    expect(done.ok && (done.result as { value: Json }).value).toMatchObject([
      { labels: { venue: 'a' }, value: 0.25 },
      { labels: { venue: 'b "quoted"' }, value: 0.5 },
    ]);
  });

  it('labels as matchers of every selector, whatever characters they have', async () => {
    const labels = { venue: 'b "quoted"' };
    expect((await bench.run({ query: 'gap_ratio / gap_ratio{job="lab"}', labels })).done).toMatchObject({ result: { value: 1 } });
    expect(bench.session.describe({ query: 'gap_ratio', labels: { venue: 'x"} or vector(9) #' } })).toBe(
      'gap_ratio{venue="x\\"} or vector(9) #"}',
    );
    expect((await bench.run({ query: 'gap_ratio', labels: { venue: 'x"} or vector(9) #' } })).done).toMatchObject({
      noData: true,
    });
  });

  it('the last evaluations without waiting, oldest first; too few count as no data', async () => {
    const past = { count: 3, every: 1000 };
    const done = await eventually({ query: 'single', past }, hasData);
    expect(done).toMatchObject({ ok: true, result: { value: [4, 4, 4], values: [4, 4, 4] } });
    const long = await bench.run({ query: 'single', past: { count: 1000, every: 60_000 } });
    expect(long.done).toMatchObject({ ok: true, noData: true });
    const both = await eventually({ query: 'gap_ratio', past, reduce: 'max' }, hasData);
    expect(both).toMatchObject({ result: { value: [0.5, 0.5, 0.5] } });
    expect((await bench.run({ query: 'gap_ratio', past })).done).toMatchObject({ ok: false, code: 'several-series' });
  });

  it.each([
    ['max', 0.5],
    ['min', 0.25],
    ['sum', 0.75],
    ['avg', 0.375],
    ['count', 2],
  ])('several series as their %s', async (reduce, value) => {
    expect((await bench.run({ query: 'gap_ratio', reduce })).done).toMatchObject({ ok: true, result: { value } });
  });
});

describe('metric is strict', () => {
  it('about several series where one is due, and names them', async () => {
    const { done } = await bench.run({ query: 'gap_ratio' });
    expect(done).toMatchObject({ ok: false, class: 'validation', code: 'several-series' });
    expect(!done.ok && done.message).toContain('venue="a"');
  });

  it.each(['absent_metric', 'not_a_number', 'sum(rate(absent_metric[1m]))', '0 * zero / zero'])('no data: %s', async (query) => {
    expect((await bench.run({ query })).done).toMatchObject({ ok: true, noData: true });
    expect((await bench.run({ query, returns: 'series' })).done).toMatchObject({ ok: true, noData: true });
  });

  it.each([{ returns: 'series' }, { reduce: 'max' }, { reduce: 'min' }, { reduce: 'sum' }, { reduce: 'avg' }])(
    'about one series of several that has no value, or is older than maxAge: no data, and it is named (%o)',
    async (how) => {
      const missing = (words: string) => ({ ok: true, noData: true, missing: expect.stringContaining(words) as string });
      await eventually({ query: 'mixed', reduce: 'count' }, (done) => done.ok && (done.result as { value: Json }).value === 2);
      const bare = await bench.run({ query: 'mixed', ...how });
      expect(bare.done).toMatchObject(missing('1 of 2 series have no value'));
      expect(bare.done).toMatchObject(missing('venue="b"'));
      const stale = await bench.run({ query: 'aged', maxAge: agoMs / 2, ...how });
      expect(stale.done).toMatchObject(missing('1 series older than maxAge'));
      expect(await bench.run({ query: 'aged', ...how })).toMatchObject({
        done: { ok: true, result: { value: expect.anything() as Json } },
      });
    },
  );

  it('about infinity, which is the largest number where it is allowed', async () => {
    expect((await bench.run({ query: 'endless' })).done).toMatchObject({ ok: false, code: 'infinite' });
    const { done } = await bench.run({ query: '-endless', allowInf: true });
    expect(done).toMatchObject({ ok: true, result: { value: -Number.MAX_VALUE } });
    expect(JSON.parse(JSON.stringify(done))).toEqual(done);
  });

  it('about the age of a sample, which the answer does not bear', async () => {
    expect(await eventually({ query: 'old' }, hasData)).toMatchObject({ ok: true, result: { value: 7 } });
    expect((await bench.run({ query: 'old', maxAge: agoMs / 2 })).done).toMatchObject({ ok: true, noData: true });
    expect((await bench.run({ query: 'single', maxAge: agoMs / 2 })).done).toMatchObject({ ok: true, result: { value: 4 } });
  });

  it('about results that are not values', async () => {
    expect((await bench.run({ query: 'single[1m]' })).done).toMatchObject({ ok: false, code: 'range-vector' });
    expect((await bench.run({ query: '"text"' })).done).toMatchObject({ ok: false, code: 'result-type' });
    expect((await bench.run({ query: 'sum(' })).done).toMatchObject({ ok: false, class: 'config', code: 'bad_data' });
  });
});

describe('metric when the server fails', () => {
  it('not started when nobody listens', async () => {
    const [port = 0] = await freePorts(1);
    const alone = await openStep(stepType, { url: `http://127.0.0.1:${String(port)}` });
    expect((await alone.run({ query: 'single' })).done).toMatchObject({ ok: false, wire: 'notStarted', class: 'connection' });
  });

  it('ends at its deadline when the server is frozen', async () => {
    prometheus.pause();
    const { done } = await bench.run({ query: 'single' }, { timeoutMs: 300 });
    prometheus.resume();
    expect(done).toMatchObject({ ok: false, class: 'timeout' });
  });
});

describe('metric reads answers of others', () => {
  const vector = (value: string): Json => ({ resultType: 'vector', result: [{ metric: {}, value: [Date.now() / 1000, value] }] });
  const success = (data: Json, more: Readonly<Record<string, Json>> = {}): string =>
    JSON.stringify({ status: 'success', data, ...more });
  let answer: { readonly status: number; readonly text: string } = { status: 200, text: '' };
  let received = { method: '', url: '', type: '', body: '' };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString('utf8')));
    request.on('end', () => {
      received = { method: request.method ?? '', url: request.url ?? '', type: request.headers['content-type'] ?? '', body };
      response.writeHead(answer.status).end(answer.text);
    });
  });
  let fake: Bench;
  beforeAll(async () => {
    fake = await openStep(stepType, { url: `http://${await listen(server)}/prefix/` });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('and asks by an encoded form', async () => {
    answer = { status: 200, text: success(vector('1.5')) };
    expect((await fake.run({ query: 'a{b="+&= %"}' })).done).toMatchObject({ ok: true, result: { value: 1.5 } });
    expect(received).toMatchObject({ method: 'POST', url: '/prefix/api/v1/query', type: 'application/x-www-form-urlencoded' });
    expect(new URLSearchParams(received.body).get('query')).toBe('a{b="+&= %"}');
  });

  it('refuses partial answers unless they are allowed', async () => {
    answer = { status: 200, text: success(vector('1'), { warnings: ['store b is away'] }) };
    const { done } = await fake.run({ query: 'a' });
    expect(done).toMatchObject({ ok: false, code: 'warnings' });
    expect(!done.ok && done.message).toContain('store b is away');
    expect((await fake.run({ query: 'a', allowWarnings: true })).done).toMatchObject({ ok: true, result: { value: 1 } });
  });

  it.each([
    ['an error with status 200', 200, '{"status":"error","errorType":"execution","error":"too many samples"}', 'validation'],
    ['422', 422, '{"status":"error","errorType":"execution","error":"division"}', 'validation'],
    ['a timeout of the server', 503, '{"status":"error","errorType":"timeout","error":"query timed out"}', 'connection'],
    ['503 without JSON', 503, 'no healthy upstream', 'connection'],
    ['a login page', 200, '<html><title>Sign in</title></html>', 'plugin'],
    ['a truncated answer', 200, '{"status":"success","data":{"resultT', 'plugin'],
    ['no permission', 403, 'forbidden', 'auth'],
    ['an answer without data', 200, '{"status":"success"}', 'plugin'],
  ])('never takes for a value: %s', async (_what, status, text, klass) => {
    answer = { status, text };
    expect((await fake.run({ query: 'a' })).done).toMatchObject({ ok: false, wire: 'refused', class: klass });
  });
});
