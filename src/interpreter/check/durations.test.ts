/** Lint, the published schema and the engine read durations alike. */
import { describe, expect, it } from 'vitest';
import { registry } from '../../steps/index.ts';
import { loadRunbook } from '../document/load.ts';
import { parseDuration } from '../language/duration.ts';
import { check } from './check.ts';
import { durationPattern } from './document-schema.ts';

const head =
  'apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\ntargets: { metrics: prometheus, chat: chat, oncall: pager }\n';
const one = '{ id: one, type: check, expect: "true == true" }';

/** D is the duration. */
const places = {
  deadline: `deadline: D\nsteps: [${one}]\n`,
  estimate: `estimate: D\nsteps: [${one}]\n`,
  timeout: 'steps: [{ id: one, type: shell, argv: ["true"], timeout: D }]\n',
  'the timeout of a group': `steps: [{ id: g, timeout: D, steps: [${one}] }]\n`,
  'retry.delay': 'steps: [{ id: one, type: shell, argv: ["true"], retry: { attempts: 2, delay: D } }]\n',
  'retry.max': 'steps: [{ id: one, type: shell, argv: ["true"], retry: { attempts: 2, max: D } }]\n',
  'approve.timeout': 'steps: [{ id: one, type: manual, approve: { from: [team], timeout: D } }]\n',
  'the timeout of a wait': 'steps: [{ id: one, type: metric, query: up, until: value == 1, timeout: D }]\n',
  'every of a wait': 'steps: [{ id: one, type: metric, query: up, until: value == 1, every: D, timeout: 3650d }]\n',
  'for of a wait': 'steps: [{ id: one, type: metric, query: up, until: value == 1, for: D, timeout: 3650d }]\n',
  within:
    'steps: [{ id: one, type: flag, flag: a, target: flags, set: true, undo: restore, doneWhen: { type: metric, query: up, expect: value == 1, within: D } }]\n',
  'every of a guard': `steps: [${one}]\nwatch: [{ id: w, every: D, expect: "run.elapsed < duration('1h')" }]\n`,
  'every of a message': `steps: [${one}]\ncomms: [{ every: D, to: chat, message: m }]\n`,
};

const bad = ['10s5m', '5m5m', '1ms1s', '3000000h', '99999d', '1000000000s', '5M', '1.5h', '1 h', 'soon', '-5s'];
const good = ['5m', '1h30m', '1s500ms', '1d', '250ms', '1d1h1m1s1ms'];

describe.each(Object.entries(places))('%s', (_, body) => {
  const findings = async (duration: string): Promise<readonly string[]> => {
    const { runbook, diagnostics } = loadRunbook((head + body).replace('flags', 'f').replace(/\bD\b/, duration), 'example.yaml');
    if (runbook === undefined) throw new Error(JSON.stringify(diagnostics));
    return (await check(runbook, registry)).filter(({ code }) => code === 'value/duration').map(({ code }) => code);
  };

  it.each(bad)('%s is found once', async (duration) => {
    expect(await findings(duration)).toEqual(['value/duration']);
  });

  it.each(good)('%s passes', async (duration) => {
    expect(await findings(duration)).toEqual([]);
  });
});

it('an input fills a duration in, and nothing that is read later', async () => {
  const codes = async (timeout: string): Promise<readonly string[]> => {
    const inputs = 'inputs: { limit: { type: duration, default: 5m }, count: { type: integer, default: 3 } }\n';
    const { runbook } = loadRunbook(`${head}${inputs}${places.timeout.replace(/\bD\b/, `"${timeout}"`)}`, 'example.yaml');
    return runbook === undefined ? ['unreadable'] : (await check(runbook, registry)).map(({ code }) => code);
  };
  expect(await codes('{{inputs.limit}}')).toEqual([]);
  expect(await codes('{{inputs.count}}')).toEqual(['value/duration']);
  expect(await codes('{{env.name}}')).toEqual(['value/duration']);
  expect(await codes('{{inputs.limit}}0s')).toEqual(['value/duration']);
  expect(await codes('{{inputs.limt}}')).toEqual(['template/unknown-name']);
});

it('the schema takes what the engine takes, but for the longest one', () => {
  const units = ['', '1d', '2h', '3m', '4s', '5ms', '6m', '07s', '1234567890s'];
  const all = units.flatMap((a) => units.flatMap((b) => units.map((c) => a + b + c))).filter((text) => text !== '');
  for (const text of all)
    expect([text, new RegExp(durationPattern).test(text)]).toEqual([text, parseDuration(text) !== undefined]);
});
