/** Messages as real receivers get them; escalate sends in the same way. */
import { afterEach, describe, expect, it } from 'vitest';
import { closedPort, startHttp } from '../../../test/rig/servers.ts';
import type { Received, TestServer } from '../../../test/rig/servers.ts';
import { openStep } from '../../../test/rig/session.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import { stepType as escalate } from '../escalate/index.ts';
import { stepType as notify } from './index.ts';

let server: (TestServer & { readonly received: readonly Received[] }) | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});
const files = [
  { name: 'r-report.md', media: 'text/markdown', content: '# Report' },
  { name: 'r-evidence.json', media: 'application/json', content: '{}' },
];

async function send(
  step: typeof notify,
  { type, ...target }: { readonly type: string; readonly [key: string]: string },
  params: object,
): Promise<Done> {
  const bench = await openStep(step, target, type);
  const context = bench.context();
  return bench.session.run(params as never, {
    ...context,
    attachments: async (kinds) => files.filter((one) => kinds.some((kind) => one.name.includes(kind))),
  });
}
const received = (): unknown => JSON.parse(server?.received[0]?.body ?? 'null');

describe('notify and escalate', () => {
  it('a chat gets the text, a key against repetition, and calls nobody by mention', async () => {
    server = await startHttp((response) => response.end('ok'));
    const done = await send(
      notify,
      { type: 'chat', webhook: server.url },
      { message: 'look @channel, <!here>', attach: ['report'] },
    );
    expect(done).toMatchObject({ ok: true, changed: true, result: { status: 200, attached: [] } });
    expect(received()).toEqual({ text: 'look (at)channel, (at)channel', key: 'run/step' });
    expect(server.received[0]?.headers['idempotency-key']).toBe('run/step');
  });

  it('a ticket carries the files that it attaches', async () => {
    server = await startHttp((response) => response.writeHead(201).end());
    const done = await send(notify, { type: 'ticket', url: server.url }, { message: 'INC-1', attach: ['report', 'evidence'] });
    expect(done).toMatchObject({ ok: true, result: { status: 201, attached: ['r-report.md', 'r-evidence.json'] } });
    expect(received()).toMatchObject({ text: 'INC-1', attachments: files });
  });

  it('a pager gets an event with a key of its own and a severity of its own words', async () => {
    server = await startHttp((response) => response.writeHead(202).end());
    await send(escalate, { type: 'pager', url: server.url, routingKey: 'R' }, { message: 'x'.repeat(2000), severity: 'SEV1' });
    expect(received()).toEqual({
      routing_key: 'R',
      event_action: 'trigger',
      dedup_key: 'run/step',
      payload: { summary: 'x'.repeat(1024), source: 'runbook', severity: 'critical' },
    });
  });

  it.each([
    [429, 'connection', 'it asks to wait 7 s'],
    [500, 'validation', undefined],
    [401, 'auth', undefined],
  ])('status %i is a failure of class %s', async (status, klass, hint) => {
    server = await startHttp((response) => response.writeHead(status, status === 429 ? { 'retry-after': '7' } : {}).end());
    expect(await send(notify, { type: 'webhook', url: server.url }, { message: 'm' })).toMatchObject({
      ok: false,
      class: klass,
      code: `status-${String(status)}`,
      ...(hint === undefined ? {} : { hint }),
    });
  });

  it('a receiver that is not there was not told anything', async () => {
    const url = `http://127.0.0.1:${String(await closedPort())}`;
    expect(await send(notify, { type: 'webhook', url }, { message: 'm' })).toMatchObject({
      ok: false,
      wire: 'notStarted',
      code: 'ECONNREFUSED',
    });
    expect(await send(notify, { type: 'webhook' }, { message: 'm' })).toMatchObject({ ok: false, code: 'no-address' });
  });
});
