/** Slack as it documents incoming webhooks and chat.postMessage. */
import { afterEach, describe, expect, it } from 'vitest';
import { sendMessage } from '../../../test/rig/messages.ts';
import { startHttp, startTcp } from '../../../test/rig/servers.ts';
import type { Received, TestServer } from '../../../test/rig/servers.ts';
import { stepType as notify } from './index.ts';

type Slack = TestServer & { readonly received: readonly Received[] };
let server: Slack | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});
const token = 'xoxb-0123456789-secret';

/** Refuses what Slack refuses, in its words: a token in the header, JSON, a channel, a text, no key that it does not know. */
const startSlack = (error?: string): Promise<Slack> =>
  startHttp((response, { method, path, headers, body }) => {
    const answer = (json: object): void => {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(json));
    };
    const said = JSON.parse(body) as Readonly<Record<string, string>>;
    const unknown = Object.keys(said).filter((key) => !['channel', 'text', 'thread_ts'].includes(key));
    if (method !== 'POST' || path !== '/api/chat.postMessage') response.writeHead(404).end();
    else if (headers['content-type'] !== 'application/json; charset=utf-8') answer({ ok: false, error: 'invalid_form_data' });
    else if (headers.authorization !== `Bearer ${token}`) answer({ ok: false, error: 'invalid_auth' });
    else if (unknown.length > 0) answer({ ok: false, error: 'invalid_arg_name' });
    else if (!/^C[A-Z0-9]+$/.test(said['channel'] ?? '')) answer({ ok: false, error: 'channel_not_found' });
    else if (!said['text']) answer({ ok: false, error: 'no_text' });
    else if (said['text'].length > 40_000) answer({ ok: false, error: 'msg_too_long' });
    else if (error !== undefined) answer({ ok: false, error });
    else answer({ ok: true, channel: said['channel'], ts: '1503435956.000247', message: { text: said['text'] } });
  });
const target = (url: string, more: object = {}) => ({
  type: 'chat',
  token,
  channel: 'C0123456789',
  url: `${url}/api/chat.postMessage`,
  ...more,
});
const body = (n = 0): unknown => JSON.parse(server?.received[n]?.body ?? 'null');

describe('chat.postMessage', () => {
  it('posts, and a later message goes to the thread of the first', async () => {
    server = await startSlack();
    const first = await sendMessage(notify, target(server.url), {
      message: 'Gaps in 2 streams',
      title: 'Desync',
      severity: 'SEV2',
    });
    expect(first.done).toEqual({
      ok: true,
      changed: true,
      result: { status: 200, id: '1503435956.000247', attached: [], shortened: [] },
    });
    const second = await sendMessage(notify, target(server.url), { message: 'Repaired', follows: '1503435956.000247' });
    expect(second.done.ok).toBe(true);
    expect(body(0)).toEqual({ channel: 'C0123456789', text: '*[SEV2] Desync*\nGaps in 2 streams' });
    expect(body(1)).toEqual({ channel: 'C0123456789', text: 'Repaired', thread_ts: '1503435956.000247' });
  });

  it('what a system wrote stays text; people and groups that are named are called', async () => {
    server = await startSlack();
    const message = 'a < b & c <!channel> @here <https://evil.example|click> ask <@U012AB3CD> or <!subteam^S012AB3CD>';
    await sendMessage(notify, target(server.url), { message });
    expect(body()).toMatchObject({
      text: 'a &lt; b &amp; c (at)channel (at)here &lt;https://evil.example|click&gt; ask <@U012AB3CD> or <!subteam^S012AB3CD>',
    });
  });

  it('a text is shortened to 40,000 characters as sent, at a whole character, with a note', async () => {
    server = await startSlack();
    const { done } = await sendMessage(notify, target(server.url), { message: `${'&'.repeat(20_000)}👩‍🚒` });
    expect(done).toMatchObject({ ok: true, result: { shortened: ['message'] } });
    const { text } = body() as { readonly text: string };
    expect(text.length).toBeLessThanOrEqual(40_000);
    expect(text).toMatch(/^(&amp;)+… \[shortened\]$/);
  });

  it.each([
    ['not_in_channel', 'refused', 'auth'],
    ['thread_not_found', 'refused', 'validation'],
    ['rate_limited', 'refused', 'connection'],
    ['fatal_error', 'unknown', 'connection'],
    ['internal_error', 'unknown', 'connection'],
  ])('%s with status 200 is %s, of class %s', async (error, wire, klass) => {
    server = await startSlack(error);
    const { done } = await sendMessage(notify, target(server.url), { message: 'm' });
    expect(done).toMatchObject({ ok: false, wire, class: klass, code: `slack-${error}` });
    expect(server.received).toHaveLength(1);
  });

  it('a wrong token is refused, and never repeated in words', async () => {
    server = await startSlack();
    const { done } = await sendMessage(notify, target(server.url, { token: 'xoxb-wrong-secret' }), { message: 'm' });
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: 'auth', code: 'slack-invalid_auth' });
    expect(JSON.stringify(done)).not.toContain('xoxb');
  });

  it('a reply that got lost is unknown, and nothing is sent twice', async () => {
    let connections = 0;
    const silent = await startTcp((socket) => {
      connections += 1;
      socket.on('data', () => socket.destroy());
    });
    const { done } = await sendMessage(notify, target(silent.url), { message: 'm' });
    await silent.close();
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'connection' });
    expect(connections).toBe(1);
  });

  it('a proxy that answers 200 with a page is not a success', async () => {
    server = await startHttp((response) => response.end('<html>Sign in</html>'));
    const { done } = await sendMessage(notify, target(server.url), { message: 'm' });
    expect(done).toMatchObject({ ok: false, wire: 'unknown', code: 'not-slack' });
  });

  it('needs a token and a channel', async () => {
    await expect(sendMessage(notify, { type: 'chat', channel: 'C1' }, { message: 'm' })).rejects.toThrow('needs token');
    expect(notify.facts({}, { type: 'chat' }).repeatable).toBe(false);
  });
});

describe('incoming webhook', () => {
  const secretPath = '/services/T000/B000/secretsecret';

  it('gets the text alone, and answers ok', async () => {
    server = await startHttp((response, received) => {
      const keys = Object.keys(JSON.parse(received.body) as object);
      if (received.headers['content-type'] !== 'application/json; charset=utf-8' || keys.join() !== 'text')
        response.writeHead(400).end('invalid_payload');
      else response.end('ok');
    });
    const { done } = await sendMessage(
      notify,
      { type: 'chat', webhook: `${server.url}${secretPath}` },
      { message: 'Gaps', attach: ['report'] },
    );
    expect(done).toMatchObject({ ok: true, result: { status: 200, attached: [] } });
    expect(body()).toEqual({ text: 'Gaps' });
    expect(server.received[0]?.path).toBe(secretPath);
  });

  it.each([
    [400, 'invalid_payload', 'refused', 'validation'],
    [403, 'action_prohibited', 'refused', 'auth'],
    [410, 'channel_is_archived', 'refused', 'validation'],
    [500, 'rollup_error', 'unknown', 'connection'],
  ])('status %i says %s: %s, of class %s; the address is a secret', async (status, words, wire, klass) => {
    server = await startHttp((response) => response.writeHead(status).end(`${words} ${secretPath}`));
    const { done } = await sendMessage(notify, { type: 'chat', webhook: `${server.url}${secretPath}` }, { message: 'm' });
    expect(done).toMatchObject({ ok: false, wire, class: klass });
    expect(JSON.stringify(done)).toContain(words);
    expect(JSON.stringify(done)).not.toContain('secretsecret');
  });

  it('says how long Slack asks to wait', async () => {
    let n = 0;
    server = await startHttp((response) =>
      n++ === 0 ? response.writeHead(429, { 'retry-after': '30' }).end() : response.end('ok'),
    );
    const { done, pauses } = await sendMessage(notify, { type: 'chat', webhook: server.url }, { message: 'm' });
    expect([done.ok, pauses]).toEqual([true, [30_000]]);
  });
});
