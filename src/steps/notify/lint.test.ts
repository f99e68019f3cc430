/** Which receiver a message has is known from the declared targets, also of messages at moments. */
import { describe, expect, it } from 'vitest';
import { emptyEnvironment } from '../../interpreter/config/config.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { check } from '../../interpreter/check/check.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { registry } from '../index.ts';

async function codes(text: string): Promise<readonly (readonly [string, number])[]> {
  const head =
    'apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\ninputs: { word: { type: string, default: a } }\ntargets: { team: chat, oncall: pager, board: email, page: statuspage }\n';
  const { runbook, diagnostics } = loadRunbook(head + text, 'example.yaml');
  const findings = runbook === undefined ? diagnostics : [...diagnostics, ...(await check(runbook, registry))];
  return findings.map(({ code, line }) => [code, line]);
}
const step = (keys: string): string => `steps:\n  - { id: one, type: notify, undo: none, ${keys} }\n`;

describe('entries of the configuration', () => {
  const text = (type: string): string =>
    `apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\ntargets: { one: ${type} }\nsteps:\n  - { id: one, type: notify, undo: none, to: one, message: m }\n`;
  const told = async (entry: { readonly type: string; readonly [key: string]: Json }): Promise<string> => {
    const { runbook } = loadRunbook(text(entry.type), 'example.yaml');
    if (runbook === undefined) throw new Error('the example does not load');
    const lab = { ...emptyEnvironment, name: 'lab', targets: { one: entry } };
    const findings = await check(runbook, registry, { config: { roles: {}, environments: { lab } }, environment: 'lab' });
    return findings.map(({ code, line, message }) => `${String(line)} ${code} ${message}`).join();
  };

  it.each([
    [{ type: 'pager' }, 'needs routingKey'],
    [{ type: 'chat', channel: 'C1' }, 'needs token'],
    [{ type: 'chat', webhok: 'secret:hook' }, 'did you mean "webhook"?'],
    [{ type: 'statuspage', page: 'p1' }, 'needs token'],
    [{ type: 'ticket', url: 'http://a.test', signingKey: 'short' }, 'fewer than 24 bytes'],
    [{ type: 'email', host: 'mail.test', from: 'a@b.test' }, 'needs to'],
  ])('%j: %s', async (entry, words) => {
    expect(await told(entry)).toContain('5 target/entry ');
    expect(await told(entry)).toContain(words);
  });

  it.each([
    [{ type: 'pager', routingKey: 'secret:key' }],
    [{ type: 'chat', webhook: 'secret:hook' }],
    [{ type: 'chat', channel: 'C1', token: 'secret:token' }],
    [{ type: 'webhook', url: 'secret:address', signingKey: ['secret:one', 'secret:two'] }],
    [{ type: 'email', host: 'mail.test', from: 'a@b.test', to: 'secret:to', username: 'u', password: 'secret:password' }],
    [{ type: 'pager', members: { a: { routingKey: 'secret:a' } } }],
  ])('%j is right, though its secrets are not opened', async (entry) => {
    expect(await told(entry)).toBe('');
  });
});

describe('messages', () => {
  it('at moments are judged by their receiver', async () => {
    const comms = (to: string): string =>
      `steps:\n  - { id: one, type: check, expect: "true" }\ncomms:\n  - { at: [finished], to: ${to}, message: m, attach: [report] }\n`;
    expect(await codes(comms('team'))).toEqual([['message/unused', 10]]);
    expect(await codes(comms('board'))).toEqual([]);
  });

  it('are judged by what is known: a template may be short', async () => {
    const words = 'w'.repeat(1100);
    expect(await codes(step(`to: oncall, message: ${words}`))).toEqual([['message/too-long', 8]]);
    expect(await codes(step(`to: oncall, message: "${words}{{inputs.word}}"`))).toEqual([]);
    expect(await codes(step(`to: team, message: ${words}`))).toEqual([]);
    expect(await codes(step('to: oncall, message: m, severity: "{{inputs.word}}"'))).toEqual([]);
  });

  it('have a title as long as a subject or a name may be', async () => {
    const title = 't'.repeat(230);
    expect(await codes(step(`to: board, message: m, title: ${title}`))).toEqual([['message/too-long', 8]]);
    expect(await codes(step(`to: page, message: m, title: ${title}`))).toEqual([]);
    expect(await codes(step(`to: page, message: m, title: ${title}, components: { a: major_outage }`))).toEqual([]);
    expect(await codes(step('to: team, message: m, components: { a: major_outage }'))).toEqual([['message/unused', 8]]);
  });
});
