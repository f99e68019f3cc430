/** What other tools let pass with exit code 0, or meet with silence: said here before step 1, at its place, or within a second. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';
import { closedPort, startTcp } from '../rig/servers.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});
const write = (body: string): string => {
  const path = join(here.folder, 'small.yaml');
  writeFileSync(path, `apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [tests]\n${body}`);
  return path;
};
const config = (targets: string): string => {
  const path = join(here.folder, 'config.yaml');
  writeFileSync(path, `environments:\n  local:\n    targets:\n${targets}`);
  return path;
};
const first = 'steps:\n  - { id: first, type: shell, script: "touch ran" }\n';

describe('a mistake is found before step 1, with its place and what was meant', () => {
  it.each([
    [
      'a misspelt key at the top',
      `validatons:\n  - { id: a, type: check, expect: 1 < 2 }\n${first}`,
      '5:1',
      'did you mean "validations"?',
    ],
    ['a misspelt key of a step', `${first}  - { id: b, type: shell, comand: [echo] }\n`, '7:27', 'error key/unknown'],
    [
      'a text with a comma that is not quoted',
      `${first}  - { id: b, type: manual, title: Stop, then wait }\n`,
      '7:41',
      'quote a text with a comma: title: "Stop, then wait"',
    ],
    ['an unknown step type', `${first}  - { id: b, type: reddis, command: [PING] }\n`, '7:20', 'did you mean "redis"?'],
    [
      'a step that does not exist, in a text',
      `${first}  - { id: b, type: shell, argv: [echo, "{{steps.frist.value}}"] }\n`,
      '7:43',
      'did you mean "first"?',
    ],
    [
      'a variable that does not exist',
      `${first}  - { id: b, type: shell, argv: [echo, "{{inputs.enviroment}}"] }\n`,
      '7:43',
      'there is no "enviroment"',
    ],
    [
      'a text compared with a number',
      `${first}  - { id: b, type: shell, argv: [echo], expect: value > 3 }\n`,
      '7:49',
      'expression/type-mismatch',
    ],
    [
      'a need that makes a circle',
      `${first}  - id: g\n    parallel: true\n    steps:\n      - { id: x, type: shell, argv: ["true"], needs: [u] }\n      - { id: u, type: shell, argv: ["true"], needs: [x] }\n`,
      '10:54',
      'order/circle',
    ],
    [
      'a template inside a script',
      `inputs:\n  a: { type: string, default: b }\n${first}  - { id: b, type: shell, script: "rm -rf {{inputs.a}}" }\n`,
      '9:43',
      'template/forbidden',
    ],
    [
      'PromQL that does not parse',
      `targets: { metrics: prometheus }\n${first}  - { id: b, type: metric, query: "sum(up" }\n`,
      '8:',
      'metric/syntax',
    ],
    [
      'a wait without end',
      `targets: { metrics: prometheus }\n${first}  - { id: b, type: metric, query: up, until: value > 0 }\n`,
      '8:39',
      'wait/no-timeout',
    ],
    ['YAML that is broken', `${first}  - { id: b, type: shell\n`, ':', 'yaml/syntax'],
  ])('%s', async (_name, body, place, words) => {
    const { code, stdout, stderr } = await runbook(['run', write(body)], { env: here.env, cwd: here.folder });
    expect({ code, ran: stdout.includes('first: ok') }).toEqual({ code: 3, ran: false });
    expect(stderr).toContain(`small.yaml:${place}`.replace(/:$/, ''));
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/small\.yaml: 1 error; nothing was executed/);
  });

  it('a command that fails fails the run', async () => {
    const { code } = await runbook(['run', write('steps:\n  - { id: a, type: shell, script: "exit 3" }\n')], { env: here.env });
    expect(code).toBe(1);
  });
});

describe('a connection that is refused', () => {
  it('is said at once, with attempt n of m', async () => {
    const targets = config(`      cache: { type: redis, url: "redis://127.0.0.1:${String(await closedPort())}" }\n`);
    const path = write(
      'targets: { cache: redis }\nsteps:\n  - { id: a, type: redis, command: [PING], retry: { attempts: 3, delay: 1s } }\n',
    );
    const running = start(['run', path, '--config', targets, '--env', 'local'], { env: here.env, cwd: here.folder });
    await eventually('the first attempt is told', () =>
      /attempt 1 of 3 failed \(.*ECONNREFUSED.*again in /.test(running.stdout()),
    );
    expect(running.stdout()).not.toContain('attempt 2 of 3');
    expect((await running.finished).code).toBe(1);
  });

  it('in a wait: the attempt and the time left', async () => {
    const targets = config(`      metrics: { type: prometheus, url: "http://127.0.0.1:${String(await closedPort())}" }\n`);
    const path = write(
      'targets: { metrics: prometheus }\nsteps:\n  - { id: a, type: wait-until-metric, query: up, until: value > 0, every: 200ms, timeout: 2s }\n',
    );
    const { code, stdout } = await runbook(['run', path, '--config', targets, '--env', 'local'], {
      env: here.env,
      cwd: here.folder,
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/a: connection: error .*ECONNREFUSED.*attempt 1, left 2s/);
  });
});

it('plan opens no connection and executes nothing', async () => {
  let connections = 0;
  const server = await startTcp(() => {
    connections += 1;
  });
  const targets = config(`      cache: { type: redis, url: "redis://127.0.0.1:${String(server.port)}" }\n`);
  const path = write(`targets: { cache: redis }\n${first}  - { id: a, type: redis, command: [PING] }\n`);
  const { code, stdout } = await runbook(['plan', path, '--config', targets, '--env', 'local'], {
    env: here.env,
    cwd: here.folder,
  });
  await server.close();
  expect({ code, connections }).toEqual({ code: 0, connections: 0 });
  expect(stdout).toMatch(/a +redis +read/);
});
