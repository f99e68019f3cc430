/** Against a real Prometheus (its rule WsSequenceGapRatioHigh holds 3 s) and a real Alertmanager. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertmanagerReady, launchAlertmanager } from '../../../lab/servers/alertmanager.ts';
import { end, freePorts } from '../../../lab/servers/process.ts';
import type { Process } from '../../../lab/servers/process.ts';
import type { TestPrometheus } from '../../../lab/servers/test-servers.ts';
import { startPrometheus } from '../../../lab/servers/test-servers.ts';
import { rules } from '../../../lab/worlds/realtime/rules.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep } from '../../../test/rig/session.ts';
import { readSilence } from '../../clients/alertmanager.ts';
import type { Silence } from '../../clients/alertmanager.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import { lint } from './lint.ts';
import { stepType } from './index.ts';

const rule = 'WsSequenceGapRatioHigh';
const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
};

async function until(run: () => Promise<Done>, holds: (done: Done) => boolean): Promise<Done> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const done = await run();
    if (holds(done) || performance.now() > deadline) return done;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('the state of an alert', () => {
  const ratio: Record<string, number> = { a: 0, b: 0 };
  const exporter = createServer((_request, response) => {
    const lines = Object.entries(ratio).map(([venue, value]) => `ws_sequence_gap_ratio{venue="${venue}"} ${String(value)}`);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`${lines.join('\n')}\n`);
  });
  let prometheus: TestPrometheus;
  let bench: Bench;
  beforeAll(async () => {
    prometheus = await startPrometheus({ scrapeTargets: [await listen(exporter)], rules });
    bench = await openStep(stepType, { url: prometheus.url });
  }, 60_000);
  afterAll(async () => {
    await prometheus.stop();
    exporter.closeAllConnections();
    exporter.close();
  });
  const state = async (params: { readonly [key: string]: Json } = {}): Promise<Done> =>
    (await bench.run({ alert: rule, ...params })).done;
  const is = (wanted: string) => (done: Done) =>
    done.ok && done.noData !== true && (done.result as { readonly state: string }).state === wanted;

  it('goes from inactive over pending to firing, for the labels that are asked for, and back', async () => {
    expect(await until(() => state(), is('inactive'))).toMatchObject({ ok: true, changed: false, result: { alerts: [] } });
    ratio['a'] = 0.5;
    expect(await until(() => state(), is('pending'))).toMatchObject({ result: { state: 'pending' } });
    const firing = await until(() => state(), is('firing'));
    expect(firing).toMatchObject({
      result: {
        state: 'firing',
        alerts: [{ labels: { venue: 'a', severity: 'SEV2' }, state: 'firing', value: 0.5 }],
        rule: { group: 'lab', holdSeconds: 3 },
      },
    });
    expect(await state({ labels: { venue: 'a' } })).toMatchObject({ result: { state: 'firing' } });
    expect(await state({ labels: { venue: 'b' } })).toMatchObject({ result: { state: 'inactive', alerts: [] } });
    ratio['a'] = 0;
    expect(await until(() => state(), is('inactive'))).toMatchObject({ result: { state: 'inactive' } });
  }, 60_000);

  it('is an error for a name that no rule has, never inactive', async () => {
    expect(await state({ alert: 'WsSequenceGapRatoHigh' })).toMatchObject({
      ok: false,
      class: 'config',
      code: 'no-rule',
      hint: `did you mean ${rule}?`,
    });
    expect(await state({ alert: 'Unheard' })).toMatchObject({ ok: false, code: 'no-rule', hint: `it has ${rule}` });
  });

  it('ends at its deadline when the server is frozen, and is not started when nobody listens', async () => {
    prometheus.pause();
    const { done } = await bench.run({ alert: rule }, { timeoutMs: 300 });
    prometheus.resume();
    expect(done).toMatchObject({ ok: false, class: 'timeout' });
    const [port = 0] = await freePorts(1);
    const alone = await openStep(stepType, { url: `http://127.0.0.1:${String(port)}` });
    expect((await alone.run({ alert: rule })).done).toMatchObject({ ok: false, wire: 'notStarted', class: 'connection' });
  });
});

describe('answers about rules that are not a state', () => {
  it.each([
    ['a rule that cannot be evaluated', 200, rules({ health: 'err', lastError: 'many-to-many' }), { code: 'rule-unhealthy' }],
    ['a login page', 200, '<html>', { code: 'not-prometheus', class: 'plugin' }],
    ['503', 503, 'away', { class: 'connection' }],
    ['no permission', 403, 'no', { class: 'auth' }],
  ])('%s is a fault', async (_what, status, text, expected) => {
    expect(await answered(status, text)).toMatchObject({ ok: false, ...expected });
  });

  it('a rule that was never evaluated counts as no data', async () => {
    expect(await answered(200, rules({ health: 'unknown' }))).toMatchObject({ ok: true, noData: true });
  });

  async function answered(status: number, text: string): Promise<Done> {
    const server = createServer((_request, response) => response.writeHead(status).end(text));
    const bench = await openStep(stepType, { url: `http://${await listen(server)}` });
    const { done } = await bench.run({ alert: rule });
    server.closeAllConnections();
    server.close();
    return done;
  }
  function rules(more: Readonly<Record<string, Json>>): string {
    const one = { name: rule, query: 'x', duration: 0, alerts: [], type: 'alerting', ...more };
    return JSON.stringify({ status: 'success', data: { groups: [{ name: 'g', rules: [one] }] } });
  }
});

describe('a silence', () => {
  const directory = mkdtempSync(join(tmpdir(), 'runbook-test-alertmanager-'));
  let server: Process;
  let url = '';
  let bench: Bench;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    const options = { directory, port, detached: false, webhook: 'http://127.0.0.1:9/' };
    server = await launchAlertmanager(options);
    await alertmanagerReady(options, server);
    url = `http://127.0.0.1:${String(port)}`;
    bench = await openStep(stepType, { url });
  }, 60_000);
  afterAll(async () => {
    await end([server]);
    rmSync(directory, { recursive: true, force: true });
  });
  const silence = (comment: string, venue = 'a'): { readonly [key: string]: Json } => ({
    silence: { matchers: { alertname: rule, venue }, lasts: 600_000, comment },
  });
  const read = async (id: string): Promise<Silence | undefined> => {
    const found = await readSilence({ url }, id, AbortSignal.timeout(5000));
    if (!found.ok) throw new Error(found.message);
    return found.value;
  };
  const idOf = (done: Done): string => (done.ok ? (done.result as { readonly id: string }).id : '');

  it('is created with its reason and its run, and lasts as long as it says', async () => {
    const { done, sent } = await bench.run(silence('restart of the gateway'));
    expect(done).toMatchObject({ ok: true, changed: true });
    expect(sent).toBe(true);
    const made = await read(idOf(done));
    expect(made).toMatchObject({ createdBy: 'runbook', status: { state: 'active' } });
    expect(made?.comment).toBe('restart of the gateway (run run/step)');
    expect(made?.matchers).toContainEqual({ name: 'venue', value: 'a', isRegex: false, isEqual: true });
    const lasts = Date.parse(made?.endsAt ?? '') - Date.parse(made?.startsAt ?? '');
    expect(Math.abs(lasts - 600_000)).toBeLessThan(5000);
  });

  it('is made once, however often the step is attempted', async () => {
    const first = await bench.run(silence('twice'));
    const second = await bench.run(silence('twice'));
    expect(idOf(second.done)).toBe(idOf(first.done));
    expect(second.sent).toBe(false);
  });

  it('is expired by undo, and only that one', async () => {
    const foreign = await bench.run(silence('somebody else has the same matchers'));
    const params = silence('to be undone');
    const old = await bench.session.capture?.(params, bench.context());
    const own = await bench.run(params);
    expect(await bench.session.restore?.(old ?? null, params, bench.context())).toMatchObject({ ok: true, changed: true });
    expect((await read(idOf(own.done)))?.status.state).toBe('expired');
    expect((await read(idOf(foreign.done)))?.status.state).toBe('active');
    expect(await bench.session.restore?.(old ?? null, params, bench.context())).toMatchObject({ ok: true, changed: false });
  });

  it('is left alone by undo when somebody prolonged it since', async () => {
    const params = silence('prolonged', 'c');
    const old = await bench.session.capture?.(params, bench.context());
    const own = await read(idOf((await bench.run(params)).done));
    if (own === undefined) throw new Error('no silence');
    const { id, matchers, startsAt, createdBy, comment } = own;
    const prolong = async (): Promise<number> => {
      const endsAt = new Date(Date.parse((await read(id))?.endsAt ?? '') + 60_000).toISOString();
      const body = JSON.stringify({ id, matchers, startsAt, endsAt, createdBy, comment });
      const headers = { 'content-type': 'application/json' };
      const changed = await fetch(`${url}/api/v2/silences`, { method: 'POST', headers, body });
      expect(changed.status).toBe(200);
      return Date.parse((await read(id))?.updatedAt ?? '') - Date.parse(startsAt);
    };
    // until it is an update later than the creation, also by the server's clock
    const deadline = performance.now() + 20_000;
    while ((await prolong()) < 2500 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await bench.session.restore?.(old ?? null, params, bench.context())).toMatchObject({
      ok: false,
      code: 'changed-meanwhile',
    });
    expect((await read(id))?.status.state).toBe('active');
  });

  it('is expired by its id, once; an unknown id is an error', async () => {
    const { done } = await bench.run(silence('by id', 'd'));
    expect((await bench.run({ expire: idOf(done) })).done).toMatchObject({ ok: true, changed: true });
    expect((await read(idOf(done)))?.status.state).toBe('expired');
    const again = await bench.run({ expire: idOf(done) });
    expect(again.done).toMatchObject({ ok: true, changed: false });
    expect(again.sent).toBe(false);
    const unknown = await bench.run({ expire: '00000000-0000-0000-0000-000000000000' });
    expect(unknown.done).toMatchObject({ ok: false, code: 'no-silence' });
  });

  it('that matches no alert warns, as long as none does', async () => {
    const alerts = [{ labels: { alertname: rule, venue: 'known "one"' } }];
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify(alerts) });
    expect((await bench.run(silence('of a known alert', 'known "one"'))).warnings).toEqual([]);
    expect((await bench.run(silence('of a misspelt alert', 'knwon'))).warnings).toMatchObject([
      { code: 'silence-matches-nothing' },
    ]);
  });

  it.each([
    ['[]', '<html>good</html>', 'unknown'],
    ['[]', '{}', 'unknown'],
    ['[]', 'null', 'unknown'],
    ['{}', '{"silenceID":"x"}', 'refused'],
    ['[{"id":1}]', '{"silenceID":"x"}', 'refused'],
    ['<html>', '{"silenceID":"x"}', 'refused'],
  ])('of a server that lists %s and answers %s is %s: nobody knows what it is', async (list, answer, wire) => {
    const strange = createServer((request, response) => {
      response.end(request.method === 'GET' ? list : answer);
    });
    const there = await openStep(stepType, { url: `http://${await listen(strange)}` });
    const { done, sent } = await there.run(silence('x'));
    strange.closeAllConnections();
    strange.close();
    expect(done).toMatchObject({ ok: false, code: 'not-alertmanager', wire });
    expect(sent).toBe(wire === 'unknown');
  });

  it('never silences everything, nor for ever', async () => {
    const all = { silence: { matchers: { alertname: '' }, lasts: 60_000, comment: 'x' } };
    expect((await bench.run(all)).done).toMatchObject({ ok: false, code: 'matchers' });
    const long = { silence: { matchers: { alertname: 'A' }, lasts: 48 * 3_600_000, comment: 'x' } };
    expect((await bench.run(long)).done).toMatchObject({ ok: false, code: 'lasts' });
  });

  it('is shown before it is made', () => {
    expect(bench.session.describe(silence('x'))).toBe(`silence {alertname="${rule}",venue="a"} for 600 s`);
  });
});

describe('lint of alert', () => {
  const codes = (params: Parameters<typeof lint>[0]['params']) =>
    lint({ params, step: params, literal: () => true }).map((one) => one.code);
  it('wants one operation', () => {
    expect(codes({})).toEqual(['alert/one-operation']);
    expect(codes({ alert: 'A', expire: 'x' })).toEqual(['alert/one-operation']);
    expect(codes({ alert: 'A' })).toEqual([]);
  });
});
