/** Which receiver a message has is known from the declared targets, also of messages at moments. */
import { describe, expect, it } from 'vitest';
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
