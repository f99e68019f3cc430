/** Statuspage as it documents incidents of its API. */
import { afterEach, describe, expect, it } from 'vitest';
import { sendMessage } from '../../../test/rig/messages.ts';
import { openStep } from '../../../test/rig/session.ts';
import { startHttp } from '../../../test/rig/servers.ts';
import type { Received, TestServer } from '../../../test/rig/servers.ts';
import { stepType as notify } from './index.ts';

interface Incident {
  readonly name?: string;
  readonly status?: string;
  readonly body?: string;
  readonly components?: Readonly<Record<string, string>>;
  readonly component_ids?: readonly string[];
  readonly metadata?: Readonly<Record<string, object>>;
}
interface Kept extends Incident {
  readonly id: string;
  readonly updates: readonly string[];
}
type Statuspage = TestServer & { readonly received: readonly Received[]; readonly incidents: ReadonlyMap<string, Kept> };
let server: Statuspage | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const token = '89a229ce1a8dbcf9ff30430fbe35eb4c';
const known = ['ftgks51sfs2d', '8kbf7d35c070'];
const states = ['operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance'];

function mistakes(one: Incident, isNew: boolean): readonly string[] {
  const told: string[] = [];
  if (isNew && !one.name) told.push('Name can not be blank');
  if ((one.name ?? '').length > 255) told.push('Name is too long (maximum is 255 characters)');
  if ((one.body ?? '').length > 25_000) told.push('Body is too long (maximum is 25000 characters)');
  if (one.status !== undefined && !['investigating', 'identified', 'monitoring', 'resolved'].includes(one.status))
    told.push('Status is invalid');
  for (const [id, state] of Object.entries(one.components ?? {})) {
    if (!known.includes(id)) told.push(`Component ${id} is unknown`);
    if (!states.includes(state)) told.push('Component status is invalid');
    if (one.component_ids?.includes(id) !== true) told.push(`Component ${id} does not belong to the incident`);
  }
  if (Object.values(one.metadata ?? {}).some((value) => typeof value !== 'object')) told.push('Metadata must be objects');
  return told;
}

/** Keeps incidents; `faults` are what happens to the first writes: lost after or before they were taken, or refused with a status. */
async function startStatuspage(...faults: readonly ('lost-after' | 'lost-before' | 420 | 502)[]): Promise<Statuspage> {
  const incidents = new Map<string, Kept>();
  let writes = 0;
  const http = await startHttp((response, { method, path, headers, body }) => {
    const answer = (status: number, json: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    };
    const shown = (one: Kept): object => ({ ...one, components: (one.component_ids ?? []).map((id) => ({ id })) });
    const id = /^\/v1\/pages\/kctbh9vrtdwd\/incidents(?:\/([^/]+))?$/.exec(path);
    if (headers.authorization !== `OAuth ${token}`) return answer(401, { error: 'Could not authenticate' });
    if (id === null) return answer(404, { error: 'Not found' });
    const old = incidents.get(id[1] ?? '');
    if (id[1] !== undefined && old === undefined) return answer(404, { error: 'Not found' });
    if (method === 'GET') return answer(200, old === undefined ? [...incidents.values()].map(shown) : shown(old));
    if (headers['content-type'] !== 'application/json') return answer(415, {});
    const { incident } = JSON.parse(body) as { readonly incident: Incident };
    const error = mistakes(incident, old === undefined);
    if (error.length > 0) return answer(422, { error });
    const fault = faults[writes++];
    if (typeof fault === 'number') return answer(fault, { error: 'Try later' });
    if (fault === 'lost-before') return void response.destroy();
    const kept = {
      ...old,
      ...incident,
      id: old?.id ?? `inc${String(incidents.size + 1)}`,
      updates: [...(old?.updates ?? []), incident.body ?? ''],
    };
    incidents.set(kept.id, kept);
    if (fault === 'lost-after') return void response.destroy();
    answer(old === undefined ? 201 : 200, shown(kept));
  });
  return { ...http, incidents };
}
const entryOf = (url: string) => ({
  page: 'kctbh9vrtdwd',
  token,
  url: `${url}/v1`,
  components: { orderbooks: 'ftgks51sfs2d' },
});
const target = (url: string) => ({ type: 'statuspage', ...entryOf(url) });
const only = (): Kept | undefined => [...(server?.incidents.values() ?? [])][0];

describe('Statuspage', () => {
  it('the first message of a run opens an incident, the later ones update and resolve it, with the states of components', async () => {
    server = await startStatuspage();
    const say = async (key: string, params: object) =>
      (await sendMessage(notify, target(server?.url ?? ''), params as never, { key: `run-1/${key}` })).done;
    const opened = await say('open', {
      title: 'Order book streams',
      message: 'We look into it',
      components: { orderbooks: 'partial_outage' },
    });
    expect(opened).toEqual({ ok: true, changed: true, result: { status: 201, id: 'inc1', attached: [], shortened: [] } });
    expect(only()).toMatchObject({
      name: 'Order book streams',
      status: 'investigating',
      components: { ftgks51sfs2d: 'partial_outage' },
      component_ids: ['ftgks51sfs2d'],
    });
    await say('found', { message: 'Found', status: 'identified', components: { '8kbf7d35c070': 'degraded_performance' } });
    expect(only()).toMatchObject({
      name: 'Order book streams',
      status: 'identified',
      component_ids: ['ftgks51sfs2d', '8kbf7d35c070'],
    });
    const resolved = await say('end', { message: 'Repaired', status: 'resolved', components: { orderbooks: 'operational' } });
    expect(resolved).toMatchObject({ ok: true, result: { status: 200, id: 'inc1' } });
    expect(only()).toMatchObject({ status: 'resolved', updates: ['We look into it', 'Found', 'Repaired'] });
    expect(server.incidents.size).toBe(1);
  });

  it('another run has another incident, unless it follows one; what others keep with it stays', async () => {
    server = await startStatuspage();
    await sendMessage(notify, target(server.url), { message: 'one' }, { key: 'run-1/a' });
    await sendMessage(notify, target(server.url), { message: 'two' }, { key: 'run-2/a' });
    expect(server.incidents.size).toBe(2);
    await sendMessage(notify, target(server.url), { message: 'three', follows: 'inc1' }, { key: 'run-2/b' });
    expect(server.incidents.get('inc1')?.updates).toEqual(['one', 'three']);
    const missing = await sendMessage(notify, target(server.url), { message: 'four', follows: 'inc9' }, { key: 'run-2/c' });
    expect(missing.done).toMatchObject({ ok: false, wire: 'refused', code: 'status-404' });
    expect(missing.sent).toBe(false);
  });

  it('a lost reply is looked up, while opening and while updating: the message is there, once', async () => {
    server = await startStatuspage('lost-after', 'lost-after');
    const opened = await sendMessage(notify, target(server.url), { message: 'one' }, { key: 'run-1/a' });
    expect(opened.done).toMatchObject({ ok: true, result: { id: 'inc1' } });
    const updated = await sendMessage(notify, target(server.url), { message: 'two' }, { key: 'run-1/b' });
    expect(updated.done).toMatchObject({ ok: true, result: { id: 'inc1' } });
    expect(server.incidents.size).toBe(1);
    expect(only()?.updates).toEqual(['one', 'two']);
  });

  it('two messages at one moment make one incident', async () => {
    server = await startStatuspage();
    const bench = await openStep(notify, entryOf(server.url), 'statuspage');
    const say = (message: string) => bench.session.run({ message }, { ...bench.context(), idempotencyKey: `run-1/${message}` });
    const done = await Promise.all([say('one'), say('two')]);
    expect(done.map((one) => one.ok)).toEqual([true, true]);
    expect([server.incidents.size, only()?.updates]).toEqual([1, ['one', 'two']]);
  });

  it('a lost reply whose message is not there is unknown, and nothing is sent twice', async () => {
    server = await startStatuspage('lost-before');
    const { done } = await sendMessage(notify, target(server.url), { message: 'one' });
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'connection' });
    expect(server.received.filter((one) => one.method === 'POST')).toHaveLength(1);
    expect(notify.facts({}, { type: 'statuspage' }).repeatable).toBe(false);
  });

  it('the same message again, after a lost engine: it is there already', async () => {
    server = await startStatuspage();
    await sendMessage(notify, target(server.url), { message: 'one' }, { key: 'run-1/a' });
    await sendMessage(notify, target(server.url), { message: 'two' }, { key: 'run-1/b' });
    const again = await sendMessage(notify, target(server.url), { message: 'one' }, { key: 'run-1/a' });
    expect(again.done).toMatchObject({ ok: true, result: { id: 'inc1' } });
    expect(only()?.updates).toEqual(['one', 'two']);
  });

  it('420 is waited for; texts are shortened to what Statuspage takes', async () => {
    server = await startStatuspage(420);
    const { done, pauses } = await sendMessage(notify, target(server.url), {
      title: 't'.repeat(300),
      message: 'm'.repeat(30_000),
    });
    expect(done).toMatchObject({ ok: true, result: { shortened: ['message', 'title'] } });
    expect(pauses).toEqual([2000]);
    expect([only()?.name?.length, only()?.body?.length]).toEqual([255, 25_000]);
  });

  it('says what Statuspage refuses, without the token', async () => {
    server = await startStatuspage();
    const wrong = await sendMessage(notify, target(server.url), { message: 'm', components: { nowhere: 'operational' } });
    expect(wrong.done).toMatchObject({ ok: false, wire: 'refused', class: 'validation', code: 'status-422' });
    expect(JSON.stringify(wrong.done)).toContain('Component nowhere is unknown');
    const stranger = await sendMessage(notify, { ...target(server.url), token: 'another-token' }, { message: 'm' });
    expect(stranger.done).toMatchObject({ ok: false, class: 'auth', code: 'status-401' });
    expect(JSON.stringify([wrong.done, stranger.done])).not.toMatch(/token|89a229/);
    await expect(sendMessage(notify, { type: 'statuspage', page: 'p' }, { message: 'm' })).rejects.toThrow('needs token');
  });
});
