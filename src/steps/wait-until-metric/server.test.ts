/** Waits while the server fails: what passes by is waited out and breaks what held; what stays is reported at once (F43, L4). */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { TestPrometheus } from '../../../lab/servers/test-servers.ts';
import { startPrometheus } from '../../../lab/servers/test-servers.ts';
import { eventually } from '../../../test/rig/cli.ts';
import { startHttp, startTcp } from '../../../test/rig/servers.ts';
import type { Exporter, Reading, Waiting } from '../../../test/rig/waiting.ts';
import { startExporter, startWaiting } from '../../../test/rig/waiting.ts';

let exporter: Exporter;
let prometheus: TestPrometheus;
let waiting: Waiting | undefined;
beforeAll(async () => {
  exporter = await startExporter({ low: 'low{venue="a"} 1', other: 'low{venue="b"} 1', turned: 'turned 1' });
  prometheus = await startPrometheus({ scrapeTargets: [exporter.address] });
});
afterAll(async () => {
  await prometheus.stop();
  await exporter.close();
});
afterEach(() => {
  waiting?.run.remove();
});
const wait = (keys: string, url = prometheus.url): Waiting => (waiting = startWaiting(url, `every: 200ms, ${keys}`));
const heldMs = (readings: readonly Reading[]): number => {
  const last = readings.findLastIndex(({ holds }) => holds !== 'true');
  const held = readings.slice(last + 1);
  return (held.at(-1)?.t ?? 0) - (held[0]?.t ?? 0);
};

it('a server that is killed and comes back: the wait continues, and `for` begins anew', async () => {
  const one = wait('query: max(low), until: value < 5.0, for: 3s, timeout: 120s, onNoData: wait');
  const good = await one.seen('true');
  await prometheus.kill();
  const gone = await one.seen('error', good);
  await one.seen('error', gone);
  await prometheus.restart();
  const { outcome, readings, finished } = await one.ended();
  expect(outcome, finished.stdout).toMatchObject({ is: 'ok', value: { json: 1 } });
  expect(heldMs(readings)).toBeGreaterThanOrEqual(3000);
  expect(one.notes()).toContain('connection');
});

it('a server that is frozen and continues: so does the wait, with the same reading', async () => {
  const one = wait('query: turned, until: value > 5.0, timeout: 120s, onNoData: wait');
  await one.seen('false');
  prometheus.pause();
  await quiet(one);
  exporter.metrics.set('turned', 'turned 9');
  prometheus.resume();
  const { outcome, readings } = await one.ended();
  expect(outcome).toMatchObject({ is: 'ok', value: { json: 9 } });
  expect(new Set(readings.map(({ holds }) => holds))).toEqual(new Set(['false', 'true']));
});

/** Until there was no new reading for a while: the one under way is stuck. */
async function quiet(one: Waiting): Promise<void> {
  let last = { count: -1, since: 0 };
  await eventually('a reading that does not end', () => {
    const count = one.readings().length;
    if (count !== last.count) last = { count, since: performance.now() };
    return performance.now() - last.since > 1500;
  });
}

it('an engine that is lost while the condition held: its successor counts `for` from its own first reading', async () => {
  const one = wait('query: max(low), until: value < 5.0, for: 3s, timeout: 120s, onNoData: wait');
  await one.seen('true');
  await one.loseEngine();
  const before = one.readings().length;
  const { outcome, readings, finished } = await one.ended();
  expect(outcome, finished.stdout).toMatchObject({ is: 'ok', value: { json: 1 } });
  const [first] = readings.slice(before);
  expect((readings.at(-1)?.t ?? 0) - (first?.t ?? 0)).toBeGreaterThanOrEqual(3000);
});

it('nobody listens for the whole time: a timeout that names the server and its answer', async () => {
  const nobody = await startTcp(() => undefined);
  await nobody.close();
  const { outcome, readings } = await wait('query: low, until: value < 5.0, timeout: 2s', nobody.url).ended();
  expect(outcome).toMatchObject({ is: 'failed', fault: { class: 'timeout', code: 'wait-timeout' } });
  expect(outcome.fault?.message).toMatch(/127\.0\.0\.1:\d+: connect ECONNREFUSED/);
  expect(readings.length).toBeGreaterThan(1);
});

it.each([
  ['fails while it is evaluated (422)', 'low * on(job) low', 'validation', 'execution'],
  ['needs a feature that this server lacks (400)', 'max(limitk(1, low))', 'config', 'bad_data'],
])('a query that %s: the wait ends at its first reading', async (_, query, klass, code) => {
  const { outcome, readings } = await wait(`query: "${query}", until: value < 5.0, timeout: 60s, onNoData: wait`).ended();
  expect(outcome).toMatchObject({ is: 'failed', fault: { class: klass, code } });
  expect(readings).toHaveLength(1);
});

it('an address that is not Prometheus: the wait ends at its first reading', async () => {
  const { outcome, readings } = await wait('query: low, until: value < 5.0, timeout: 60s', `${prometheus.url}/nowhere`).ended();
  expect(outcome).toMatchObject({ is: 'failed', fault: { code: 'not-prometheus' } });
  expect(readings).toHaveLength(1);
});

it.each([
  [401, 'auth'],
  [403, 'auth'],
])('status %d: the wait ends at its first reading', async (status, klass) => {
  const server = await startHttp((response) => response.writeHead(status).end('denied'));
  const { outcome, readings } = await wait('query: low, until: value < 5.0, timeout: 60s', server.url).ended();
  await server.close();
  expect(outcome).toMatchObject({ is: 'failed', fault: { class: klass } });
  expect(readings).toHaveLength(1);
});

it.each([429, 502, 503, 504])('status %d of a proxy passes by: the wait continues', async (status) => {
  const answers = { left: 2 };
  const vector = (): string =>
    JSON.stringify({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: {}, value: [Date.now() / 1000, '1'] }] },
    });
  const server = await startHttp((response) => {
    answers.left -= 1;
    if (answers.left >= 0) response.writeHead(status).end('try again');
    else response.end(vector());
  });
  const { outcome, readings } = await wait('query: low, until: value < 5.0, timeout: 60s', server.url).ended();
  await server.close();
  expect(outcome).toMatchObject({ is: 'ok', value: { json: 1 } });
  expect(readings.map(({ holds }) => holds)).toEqual(['error', 'error', 'true']);
});

it('a query that the server gave up (503, timeout) passes by: the wait continues', async () => {
  const body = '{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}';
  const answers = { left: 1 };
  const server = await startHttp((response, { body: form }) => {
    answers.left -= 1;
    if (answers.left >= 0) response.writeHead(503).end(body);
    else
      void fetch(`${prometheus.url}/api/v1/query`, { method: 'POST', body: new URLSearchParams(form) })
        .then((reply) => reply.text())
        .then((text) => response.end(text));
  });
  const { outcome, readings } = await wait('query: max(low), until: value < 5.0, timeout: 60s', server.url).ended();
  await server.close();
  expect(outcome).toMatchObject({ is: 'ok', value: { json: 1 } });
  expect(readings.map(({ holds }) => holds)).toEqual(['error', 'true']);
});
