/** Mail, against a server that keeps to RFC 5321. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sendMessage } from '../../../test/rig/messages.ts';
import { closedPort, startTcp } from '../../../test/rig/servers.ts';
import { startSmtp } from '../../../test/rig/smtp.ts';
import type { SmtpServer } from '../../../test/rig/smtp.ts';
import { stepType as notify } from './index.ts';

let server: SmtpServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});
const password = 'a-long-password';
const target = (port: number, more: object = {}) => ({
  type: 'email',
  host: '127.0.0.1',
  port,
  from: 'Runbook <runbook@example.test>',
  to: ['oncall@example.test', 'lead@example.test'],
  ...more,
});

/** Lines of the head by their names, unfolded, and the rest. */
function parts(raw = ''): { readonly heads: Readonly<Record<string, string>>; readonly body: string } {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  return {
    heads: Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
    ),
    body: body.join('\r\n\r\n'),
  };
}

/** Signed by itself, for this server only; `folder` is the test's to remove. */
function certificate(): {
  readonly folder: string;
  readonly cert: string;
  readonly texts: { readonly key: string; readonly cert: string };
} {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-mail-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = ['-subj', '/CN=mail.test', '-addext', 'subjectAltName=DNS:mail.test,IP:127.0.0.1'];
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...names, '-keyout', key, '-out', cert];
  execFileSync('openssl', make, { stdio: 'ignore' });
  return { folder, cert, texts: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') } };
}

describe('mail', () => {
  it('goes to everybody of the entry, with subject, text and files, under one Message-ID for all attempts', async () => {
    server = await startSmtp({ password });
    const entry = target(server.port, { username: 'runbook', password });
    const message = { message: 'Gaps in 2 streams\n.\nSee the report', severity: 'SEV2', attach: ['report'] };
    const first = await sendMessage(notify, entry, message);
    const again = await sendMessage(notify, entry, message);
    expect(first.done).toEqual(again.done);
    expect(first.done).toMatchObject({
      ok: true,
      changed: true,
      result: { status: 250, attached: ['r-report.md'], shortened: [], rejected: [] },
    });
    expect(first.sent).toBe(true);
    const [mail] = server.mails;
    const { heads, body } = parts(mail?.raw);
    expect(mail).toMatchObject({ from: 'runbook@example.test', to: ['oncall@example.test', 'lead@example.test'] });
    expect(heads).toMatchObject({
      subject: '[SEV2] Gaps in 2 streams',
      from: 'Runbook <runbook@example.test>',
      'auto-submitted': 'auto-generated',
    });
    expect(first.done).toMatchObject({ result: { id: heads['message-id'] } });
    expect(heads['message-id']).toMatch(/^<[0-9a-f]{40}@example\.test>$/);
    expect(body).toContain('Gaps in 2 streams\r\n.\r\nSee the report');
    expect(body).toContain('filename=r-report.md');
    expect(body).toContain(Buffer.from('# Report').toString('base64'));
  });

  it('a later mail belongs to an earlier one; a title of several lines stays one head', async () => {
    server = await startSmtp();
    await sendMessage(notify, target(server.port), {
      message: 'm',
      title: 'a\r\nBcc: all@example.test',
      follows: '<first@example.test>',
    });
    const { heads } = parts(server.mails[0]?.raw);
    expect(heads).toMatchObject({
      subject: 'a Bcc: all@example.test',
      'in-reply-to': '<first@example.test>',
      references: '<first@example.test>',
    });
    expect(heads['bcc']).toBeUndefined();
    expect(server.mails[0]?.to).toHaveLength(2);
  });

  it('addresses that are refused while others are taken are named', async () => {
    server = await startSmtp({ faults: { 'RCPT TO:<lead': '550 5.1.1 no such user' } });
    const { done } = await sendMessage(notify, target(server.port), { message: 'm' });
    expect(done).toMatchObject({ ok: true, result: { rejected: ['lead@example.test'] } });
    expect(server.mails[0]?.to).toEqual(['oncall@example.test']);
  });

  it.each([
    ['RCPT TO', '450 4.2.0 greylisted', 'connection'],
    ['RCPT TO', '550 5.1.1 no such user', 'validation'],
    ['MAIL FROM', '421 4.7.0 try later', 'connection'],
    ['text', '554 5.7.1 looks like spam', 'validation'],
  ])('%s answered with %s is refused, of class %s', async (command, words, klass) => {
    server = await startSmtp({ faults: { [command]: words } });
    const { done, sent } = await sendMessage(notify, target(server.port), { message: 'm' });
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: klass, code: `smtp-${words.slice(0, 3)}` });
    expect(JSON.stringify(done)).toContain(words);
    expect([sent, server.mails.length]).toEqual([command === 'text', 0]);
  });

  it('a reply to the text that got lost is unknown; before the text nothing was sent', async () => {
    server = await startSmtp({ faults: { text: 'drop' } });
    const lost = await sendMessage(notify, target(server.port), { message: 'm' });
    expect(lost.done).toMatchObject({ ok: false, wire: 'unknown', class: 'connection' });
    expect(server.mails).toHaveLength(1);
    await server.close();
    server = await startSmtp({ faults: { DATA: 'drop' } });
    const before = await sendMessage(notify, target(server.port), { message: 'm' });
    expect(before.done).toMatchObject({ ok: false, wire: 'notStarted', class: 'connection' });
    expect(before.sent).toBe(false);
    expect(notify.facts({}, { type: 'email' }).repeatable).toBe(false);
  });

  it('a server that is not there, or says nothing, was not told anything', async () => {
    const away = await sendMessage(notify, target(await closedPort()), { message: 'm' });
    expect(away.done).toMatchObject({ ok: false, wire: 'notStarted', class: 'connection', code: 'ECONNREFUSED' });
    const silent = await startTcp(() => undefined);
    const { done } = await sendMessage(notify, target(silent.port), { message: 'm' }, { signal: AbortSignal.timeout(200) });
    await silent.close();
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: 'timeout', code: 'timeout' });
  });

  it('a wrong password is refused and is in no words', async () => {
    server = await startSmtp({ password });
    const { done } = await sendMessage(notify, target(server.port, { username: 'runbook', password: 'wrong-password' }), {
      message: 'm',
    });
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: 'auth', code: 'smtp-535' });
    expect(JSON.stringify(done)).not.toContain('wrong-password');
  });

  it('a password never travels in the clear: without STARTTLS nothing is sent', async () => {
    server = await startSmtp({ password });
    const entry = target(server.port, { username: 'runbook', password, tls: 'starttls' });
    const { done } = await sendMessage(notify, entry, { message: 'm' });
    expect(done).toMatchObject({ ok: false, wire: 'refused', class: 'config', code: 'smtp-502' });
    expect(server.commands.filter((one) => /^(AUTH|MAIL)/.test(one))).toEqual([]);
    const open = { ...target(587), host: 'mail.example.test', username: 'runbook', password, tls: 'never' };
    await expect(sendMessage(notify, open, { message: 'm' })).rejects.toThrow('in the clear');
  });

  it.each([
    ['starttls', false, /^(EHLO|STARTTLS)/],
    ['implicit', true, /^$/],
  ])(
    '%s: the certificate is verified before anything is sent, by an authority of its own where one is named',
    async (tls, implicit, said) => {
      const { folder, cert, texts } = certificate();
      server = await startSmtp({ password, certificate: texts, implicit });
      const entry = target(server.port, { username: 'runbook', password, tls });
      const stranger = await sendMessage(notify, entry, { message: 'm' });
      expect(stranger).toMatchObject({
        done: { ok: false, wire: 'notStarted', class: 'auth', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
        sent: false,
      });
      expect(server.commands.filter((one) => !said.test(one))).toEqual([]);
      const known = await sendMessage(notify, { ...entry, ca: cert }, { message: 'm' });
      expect(known.done).toMatchObject({ ok: true });
      expect(server.mails).toHaveLength(1);
      rmSync(folder, { recursive: true });
      await expect(sendMessage(notify, { ...entry, ca: cert }, { message: 'm' })).rejects.toThrow('cannot read the file');
    },
  );

  it('a server that is encrypted from the first byte and one that is not do not wait for each other for ever', async () => {
    const { folder, cert, texts } = certificate();
    server = await startSmtp({ certificate: texts, implicit: true });
    const clear = await sendMessage(
      notify,
      target(server.port, { tls: 'starttls', ca: cert }),
      { message: 'm' },
      { signal: AbortSignal.timeout(500) },
    );
    expect(clear.done).toMatchObject({ ok: false, wire: 'notStarted' });
    await server.close();
    server = await startSmtp();
    const sealed = await sendMessage(notify, target(server.port, { tls: 'implicit', ca: cert }), { message: 'm' });
    expect(sealed.done).toMatchObject({ ok: false, wire: 'notStarted' });
    expect(sealed.sent).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it.each([
    [{ to: [] }, 'needs to'],
    [{ to: 'nobody' }, 'no address of mail as to'],
    [{ from: 'a@b\r\nBcc: c@d' }, 'no address of mail as from'],
    [{ password }, 'username and password'],
    [{ tls: 'maybe' }, 'implicit, starttls, never'],
    [{ port: 0 }, '1 to 65535'],
  ])('the entry %j is refused', async (more, words) => {
    await expect(sendMessage(notify, target(25, more), { message: 'm' })).rejects.toThrow(words);
  });
});
