/** Messages in our own form, signed or not, as real receivers get them; escalate sends in the same way. */
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { attachments, sendMessage } from '../../../test/rig/messages.ts';
import { closedPort, startHttp } from '../../../test/rig/servers.ts';
import type { Received, TestServer } from '../../../test/rig/servers.ts';
import { stepType as notify } from './index.ts';

let server: (TestServer & { readonly received: readonly Received[] }) | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});
const received = (n = 0): unknown => JSON.parse(server?.received[n]?.body ?? 'null');

/** As a receiver verifies it by Standard Webhooks: within five minutes, one of the signatures is right. */
function verified({ headers, body }: Received, key: Buffer): boolean {
  const [id, at, all] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => String(headers[name]));
  if (!/^\d+$/.test(at ?? '') || Math.abs(Date.now() / 1000 - Number(at)) > 300) return false;
  const right = createHmac('sha256', key)
    .update(`${id ?? ''}.${at ?? ''}.${body}`)
    .digest('base64');
  return (all ?? '').split(' ').includes(`v1,${right}`);
}

describe('webhooks and tickets', () => {
  it('a webhook gets the text, a key against repetition, and calls nobody by mention', async () => {
    server = await startHttp((response) => response.end('ok'));
    const { done, sent } = await sendMessage(
      notify,
      { type: 'webhook', url: server.url, token: 'a-token' },
      { message: 'look @channel, <!here>', title: 'Gaps', severity: 'SEV2' },
    );
    expect(done).toEqual({ ok: true, changed: true, result: { status: 200, id: 'run/step', attached: [], shortened: [] } });
    expect(sent).toBe(true);
    expect(received()).toEqual({ text: 'look (at)channel, (at)channel', title: 'Gaps', severity: 'SEV2', key: 'run/step' });
    expect(server.received[0]?.headers).toMatchObject({ 'idempotency-key': 'run/step', authorization: 'Bearer a-token' });
    expect(server.received[0]?.headers['webhook-signature']).toBeUndefined();
  });

  it('a ticket carries the files that it attaches, and gives the name that the tracker gave', async () => {
    server = await startHttp((response) => response.writeHead(201).end('{"id":10042,"key":"OPS-12"}'));
    const { done } = await sendMessage(
      notify,
      { type: 'ticket', url: server.url },
      { message: 'INC-1', attach: ['report', 'evidence'] },
    );
    expect(done).toMatchObject({ ok: true, result: { status: 201, id: 'OPS-12', attached: ['r-report.md', 'r-evidence.json'] } });
    expect(received()).toMatchObject({ text: 'INC-1', attachments });
  });

  it.each([
    [401, 'refused', 'auth'],
    [404, 'refused', 'validation'],
    [503, 'refused', 'connection'],
    [500, 'unknown', 'connection'],
    [504, 'unknown', 'connection'],
  ])('status %i is %s, of class %s, and is not sent again', async (status, wire, klass) => {
    server = await startHttp((response) => response.writeHead(status).end());
    const { done } = await sendMessage(notify, { type: 'ticket', url: server.url }, { message: 'm' });
    expect(done).toMatchObject({ ok: false, wire, class: klass, code: `status-${String(status)}` });
    expect(server.received).toHaveLength(1);
  });

  it('status 429 is waited for as long as it asks and the step may still take', async () => {
    let busy = true;
    server = await startHttp((response) => {
      if (busy) response.writeHead(429, { 'retry-after': '7' }).end();
      else response.end();
      busy = false;
    });
    const { done, pauses } = await sendMessage(notify, { type: 'webhook', url: server.url }, { message: 'm' });
    expect(done.ok).toBe(true);
    expect(pauses).toEqual([7000]);
    expect(received(1)).toEqual(received(0));
    busy = true;
    const late = await sendMessage(notify, { type: 'webhook', url: server.url }, { message: 'm' }, { deadline: 5000 });
    expect(late.pauses).toEqual([]);
    expect(late.done).toMatchObject({
      ok: false,
      wire: 'refused',
      class: 'connection',
      code: 'status-429',
      hint: 'it asks to wait 7 s',
    });
  });

  it('a receiver that is not there was not told anything', async () => {
    const url = `http://127.0.0.1:${String(await closedPort())}`;
    const { done, sent } = await sendMessage(notify, { type: 'webhook', url }, { message: 'm' });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', code: 'ECONNREFUSED' });
    expect(sent).toBe(false);
  });

  it('an entry that cannot work is refused before anything is sent', async () => {
    await expect(sendMessage(notify, { type: 'webhook' }, { message: 'm' })).rejects.toThrow('needs url');
    await expect(sendMessage(notify, { type: 'webhook', url: 'ftp://a' }, { message: 'm' })).rejects.toThrow('http or https');
    await expect(sendMessage(notify, { type: 'ticket', url: 'http://a', tokne: 'x' }, { message: 'm' })).rejects.toThrow(
      'did you mean "token"?',
    );
  });
});

describe('signatures', () => {
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const signingKey = `whsec_${key.toString('base64')}`;

  it('are such that a receiver verifies them, over exactly the bytes of the body', async () => {
    server = await startHttp((response) => response.end());
    await sendMessage(notify, { type: 'webhook', url: server.url, signingKey }, { message: 'größer → 1' });
    const [request] = server.received;
    if (request === undefined) throw new Error('nothing came');
    expect(verified(request, key)).toBe(true);
    expect(verified({ ...request, body: `${request.body} ` }, key)).toBe(false);
    expect(verified({ ...request, headers: { ...request.headers, 'webhook-timestamp': '1614265330' } }, key)).toBe(false);
  });

  it('come one a key while one key replaces the other; a key may be plain text', async () => {
    server = await startHttp((response) => response.end());
    const next = 'a plain key of at least 24 bytes';
    await sendMessage(notify, { type: 'ticket', url: server.url, signingKey: [next, signingKey] }, { message: 'm' });
    const [request] = server.received;
    if (request === undefined) throw new Error('nothing came');
    expect([verified(request, key), verified(request, Buffer.from(next)), verified(request, Buffer.alloc(24))]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('a repetition has the same id, whatever the item of the step is called', async () => {
    server = await startHttp((response) => response.end());
    for (const key of ['run/step[BTC.USD]', 'run/step[BTC.USD]', 'run/step[größe]'])
      await sendMessage(notify, { type: 'webhook', url: server.url, signingKey }, { message: 'm' }, { key });
    const ids = server.received.map((one) => String(one.headers['webhook-id']));
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
    // A dot would end the id in what is signed.
    expect(ids.join('')).not.toContain('.');
    expect(server.received.every((one) => verified(one, key))).toBe(true);
  });

  it.each([
    ['whsec_not base64!', 'not base64'],
    ['whsec_c2hvcnQ=', 'fewer than 24 bytes'],
    ['too-short-a-key', 'fewer than 24 bytes'],
  ])('the key %s is refused, and not repeated in the words', async (wrong, words) => {
    const sending = sendMessage(notify, { type: 'webhook', url: 'http://127.0.0.1:9', signingKey: wrong }, { message: 'm' });
    await expect(sending).rejects.toThrow(words);
    await expect(sending).rejects.not.toThrow(wrong);
  });
});
