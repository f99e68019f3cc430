/** PagerDuty as it documents the Events API v2. */
import { afterEach, describe, expect, it } from 'vitest';
import { sendMessage } from '../../../test/rig/messages.ts';
import { startHttp } from '../../../test/rig/servers.ts';
import type { Received, TestServer } from '../../../test/rig/servers.ts';
import { stepType as escalate } from './index.ts';

type Pager = TestServer & { readonly received: readonly Received[]; readonly alerts: ReadonlyMap<string, string> };
let server: Pager | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});
const routingKey = 'e93facc04764012d7bfb002500d5d1a6';

interface Event {
  readonly routing_key?: string;
  readonly event_action?: string;
  readonly dedup_key?: string;
  readonly payload?: { readonly summary?: string; readonly source?: string; readonly severity?: string };
}

function mistakes({ routing_key: key, event_action: action, dedup_key: dedup, payload }: Event): readonly string[] {
  const told: string[] = [];
  if (key?.length !== 32) told.push("Length of 'routing_key' is incorrect (should be 32 characters)");
  if (!['trigger', 'acknowledge', 'resolve'].includes(action ?? '')) told.push("'event_action' is invalid");
  if (action !== 'trigger' && dedup === undefined) told.push("'dedup_key' is missing");
  if ((dedup ?? '').length > 255) told.push("'dedup_key' is too long");
  if (action !== 'trigger') return told;
  if (!payload?.summary || payload.summary.length > 1024) told.push("'payload.summary' is missing or too long");
  if (!payload?.source) told.push("'payload.source' is missing");
  if (!['critical', 'error', 'warning', 'info'].includes(payload?.severity ?? '')) told.push("'payload.severity' is invalid");
  return told;
}

/** Keeps alerts by their key as PagerDuty does; `faults` are what it does to the first requests after it took them. */
async function startPager(...faults: readonly (number | 'lost')[]): Promise<Pager> {
  const alerts = new Map<string, string>();
  let n = 0;
  const http = await startHttp((response, { method, path, body }) => {
    const event = JSON.parse(body) as Event;
    const errors = mistakes(event);
    if (method !== 'POST' || path !== '/v2/enqueue') return void response.writeHead(404).end();
    if (errors.length > 0)
      return void response
        .writeHead(400)
        .end(JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors }));
    const fault = faults[n++];
    if (fault === 429) return void response.writeHead(429).end();
    alerts.set(event.dedup_key ?? '', event.event_action ?? '');
    if (fault === 'lost') return void response.destroy();
    if (fault !== undefined) return void response.writeHead(fault).end();
    response.writeHead(202).end(JSON.stringify({ status: 'success', message: 'Event processed', dedup_key: event.dedup_key }));
  });
  return { ...http, alerts };
}
const target = (url: string) => ({ type: 'pager', url: `${url}/v2/enqueue`, routingKey });
const body = (n = 0): unknown => JSON.parse(server?.received[n]?.body ?? 'null');

describe('PagerDuty', () => {
  it('an alert is triggered, acknowledged and resolved under one key', async () => {
    server = await startPager();
    const first = await sendMessage(escalate, target(server.url), { message: 'Desync not repaired', severity: 'SEV1' });
    expect(first.done).toEqual({ ok: true, changed: true, result: { status: 202, id: 'run/step', attached: [], shortened: [] } });
    expect(body()).toEqual({
      routing_key: routingKey,
      event_action: 'trigger',
      dedup_key: 'run/step',
      payload: { summary: 'Desync not repaired', source: 'runbook', severity: 'critical' },
    });
    for (const action of ['acknowledge', 'resolve']) {
      const later = await sendMessage(
        escalate,
        target(server.url),
        { message: 'seen', action, follows: 'run/step' },
        { key: 'run/other' },
      );
      expect(later.done).toMatchObject({ ok: true, result: { status: 202, id: 'run/step' } });
      expect(server.alerts).toEqual(new Map([['run/step', action]]));
    }
    expect(body(2)).toEqual({ routing_key: routingKey, event_action: 'resolve', dedup_key: 'run/step' });
  });

  it('an alert that somebody else raised is resolved by its own key, whatever that looks like', async () => {
    server = await startPager();
    await sendMessage(escalate, target(server.url), { message: 'm', action: 'resolve', follows: 'srv01.HTTP/disk full' });
    expect(body()).toMatchObject({ event_action: 'resolve', dedup_key: 'srv01.HTTP/disk full' });
  });

  it('a summary is shortened to 1024 characters and the whole text goes along; a key stays below 255', async () => {
    server = await startPager();
    const { done } = await sendMessage(
      escalate,
      target(server.url),
      { message: 'x'.repeat(2000) },
      { key: `run/${'k'.repeat(300)}` },
    );
    expect(done).toMatchObject({ ok: true, result: { shortened: ['message'] } });
    const { payload } = body() as { readonly payload: { readonly summary: string; readonly custom_details: object } };
    expect(payload.summary).toHaveLength(1024);
    expect(payload.custom_details).toEqual({ message: 'x'.repeat(2000) });
  });

  it.each([
    ['P2', 'warning'],
    ['info', 'info'],
    ['Critical', 'critical'],
    ['gigantic', 'warning'],
    [undefined, 'error'],
  ])('severity %s is %s', async (severity, word) => {
    server = await startPager();
    await sendMessage(escalate, target(server.url), { message: 'm', ...(severity === undefined ? {} : { severity }) });
    expect(body()).toMatchObject({ payload: { severity: word } });
  });

  it.each([
    ['a reply that got lost', 'lost'],
    ['a failing server', 500],
    ['a busy one', 429],
  ] as const)('%s is asked again with the same key: one alert', async (_name, fault) => {
    server = await startPager(fault, fault);
    const { done, pauses } = await sendMessage(escalate, target(server.url), { message: 'm' });
    expect(done).toMatchObject({ ok: true, result: { status: 202 } });
    expect(pauses).toHaveLength(2);
    expect(server.received).toHaveLength(3);
    expect(server.alerts.size).toBe(1);
  });

  it('what fails three times is unknown, not failed', async () => {
    server = await startPager(500, 502, 500);
    const { done } = await sendMessage(escalate, target(server.url), { message: 'm' });
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'connection', code: 'status-500' });
    expect(server.received).toHaveLength(3);
  });

  it('says what PagerDuty finds wrong, without the routing key', async () => {
    server = await startPager();
    const { done } = await sendMessage(escalate, { ...target(server.url), routingKey: 'short-key' }, { message: 'm' });
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: 'validation', code: 'status-400' });
    expect(JSON.stringify(done)).toContain('should be 32 characters');
    expect(JSON.stringify(done)).not.toContain('short-key');
  });

  it('needs a routing key, and a message that is followed when it is not a trigger', async () => {
    await expect(sendMessage(escalate, { type: 'pager' }, { message: 'm' })).rejects.toThrow('needs routingKey');
    server = await startPager();
    const { done, sent } = await sendMessage(escalate, target(server.url), { message: 'm', action: 'resolve' });
    expect([done.ok, sent]).toEqual([false, false]);
    expect(done).toMatchObject({ wire: 'notStarted', class: 'config', code: 'no-follows' });
    expect(escalate.facts({}, { type: 'pager' }).repeatable).toBe(true);
  });
});
