/** What `plan` and `show` print for people who read, or who must act by hand. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(
    join(here.folder, 'paper.yaml'),
    `apiVersion: runbook/v1
id: paper
title: On paper
owners: [tests]
onFailure: ask
inputs:
  venue: { type: string, default: all }
  ticket: { type: string }
targets: { cache: redis, api: http, chat: chat }
steps:
  - { id: read, type: redis, command: [GET, "seq:{{inputs.venue}}"], expect: value != null }
  - id: requeue
    type: http
    target: api
    method: POST
    url: "/orders/{{inputs.ticket}}"
    headers: { Authorization: "Bearer {{secrets.apiToken}}" }
    confirm: { message: Requeue it, typed: "{{inputs.ticket}}" }
    undo: none
    repeatable: true
  - id: each
    forEach: "['a', 'b']"
    steps:
      - id: reset
        type: redis
        command: [SET, "seq:{{item}}", "0"]
        undo: restore
  - { id: tell, type: notify, to: chat, message: "Done with {{inputs.ticket}}" }
validations:
  - { id: back, type: redis, command: [GET, x], until: value == "1", timeout: 2m, onFailure: undo }
`,
  );
});
afterEach(() => {
  here.remove();
});
const call = (...args: readonly string[]) => runbook(args, { env: here.env, cwd: here.folder });

describe('plan', () => {
  it('tells commands, questions and undo although nobody has bound the targets', async () => {
    const { code, stdout, stderr } = await call('plan', 'paper.yaml', '-i', 'ticket=INC-7', '-i', "venue=it's");
    expect([code, stderr]).toEqual([0, '']);
    for (const line of [
      'target cache: redis, not bound in environment local',
      `$ redis-cli -u "$CACHE_URL" GET 'seq:it'\\''s'`,
      'must hold: value != null',
      `$ curl -sS -X POST -H 'Authorization: Bearer '"$APITOKEN" "$API_URL"/orders/INC-7`,
      'asks first: type "INC-7"',
      'undo: none, stays changed',
      `  $ redis-cli -u "$CACHE_URL" SET 'seq:{{item}}' 0`,
      'undo: restores what was there before',
      'waits until value == "1"',
    ])
      expect(stdout).toContain(line);
    expect(stdout.match(/stays changed/g)).toHaveLength(1);
  });

  it('gives machines the same, one row a step', async () => {
    const { stdout } = await call('plan', 'paper.yaml', '-i', 'ticket=INC-7', '-o', 'json');
    const { steps } = JSON.parse(stdout) as { readonly steps: readonly Readonly<Record<string, unknown>>[] };
    expect(steps.find(({ id }) => id === 'requeue')).toMatchObject({
      command: expect.stringContaining('/orders/INC-7') as string,
      typed: 'INC-7',
      confirm: true,
      undo: 'none',
      onFailure: 'ask',
    });
    expect(steps.find(({ id }) => id === 'reset')).toMatchObject({ parent: 'each', undo: 'restore' });
    expect(steps.find(({ id }) => id === 'back')).toMatchObject({ until: 'value == "1"' });
  });

  it('fills no input of a runbook that is called with one of the caller', async () => {
    const head = (id: string): string =>
      `apiVersion: runbook/v1\nid: ${id}\ntitle: T\nowners: [tests]\ninputs: { venue: { type: string } }\n`;
    writeFileSync(
      join(here.folder, 'inner.yaml'),
      `${head('inner')}steps:\n  - { id: say, type: shell, argv: [echo, "{{inputs.venue}}"] }\n`,
    );
    writeFileSync(
      join(here.folder, 'outer.yaml'),
      `${head('outer')}steps:\n  - { id: call, type: runbook, run: inner, inputs: { venue: "not {{inputs.venue}}" } }\n`,
    );
    const { stdout, stderr } = await call('plan', 'outer.yaml', '-i', 'venue=alpha');
    expect(stdout, stderr).toContain("$ echo '{{inputs.venue}}'");
  });

  it('refuses a target that is bound to something else', async () => {
    writeFileSync(
      join(here.folder, 'runbook.config.yaml'),
      'environments: { local: { targets: { cache: { type: http, url: "http://a" } } } }\n',
    );
    const { code, stderr } = await call('plan', 'paper.yaml', '-i', 'ticket=INC-7');
    expect(stderr).not.toContain('binds no target');
    expect([code, stderr]).toEqual([3, expect.stringContaining('"cache" is declared as redis but bound to http in local')]);
  });
});

describe('show', () => {
  it('is a page to follow by hand: names, words, commands, and what follows', async () => {
    const { code, stdout } = await call('show', 'paper.yaml', '-i', 'ticket=INC-7');
    expect(code).toBe(0);
    for (const line of [
      '* If a step fails: decide: try again, skip the step, undo what was changed, or stop.',
      '* `ticket` (string, here `INC-7`)',
      'export APITOKEN=  # a secret',
      'export CACHE_URL=  # of the target cache',
      '1. **GET seq:all** (`read`)',
      'redis-cli -u "$CACHE_URL" GET seq:all',
      'Must hold: there is a value (`value != null`).',
      '2. **POST /orders/INC-7** (`requeue`, changes something)',
      'Ask first: Requeue it (whoever agrees types `INC-7`)',
      `curl -sS -X POST -H 'Authorization: Bearer '"$APITOKEN" "$API_URL"/orders/INC-7`,
      'Stays changed: nothing takes it back.',
      'Do this for each item of "a", "b"; `{{item}}` stands for it.',
      '   1. **SET seq:{{item}} 0** (`reset`, changes something)',
      'Note down what is there before; to take it back, put that back.',
      '4. **Tell chat** (`tell`)',
      'Wait until the value is "1" (`value == "1"`), at most 2m.',
      'If not: stop, and undo what was changed, last change first.',
    ])
      expect(stdout).toContain(line);
  });

  it('leaves an input without a value as it is written', async () => {
    expect((await call('show', 'paper.yaml')).stdout).toContain('POST /orders/{{inputs.ticket}}');
  });
});
