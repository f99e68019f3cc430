/** Durations among the keys of step types: a text that is none would be NaN in a runner, and no comparison refuses NaN. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';
import { closedPort } from '../rig/servers.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const write = (name: string, text: string): string => {
  const path = join(here.folder, name);
  writeFileSync(path, text);
  return path;
};
const head = 'apiVersion: runbook/v1\nid: durations\ntitle: Durations\nowners: [tests]\n';

it('lint finds them at their place, nested ones too, once each', async () => {
  const path = write(
    'wrong.yaml',
    `${head}targets: { metrics: prometheus, updates: websocket }\nsteps:\n` +
      '  - { id: one, type: metric, query: up, maxAge: soon }\n' +
      '  - { id: two, type: metric, query: up, past: { count: 3, every: 1m1h }, expect: size(value) == 3 }\n' +
      '  - { id: three, type: metric, query: up, maxAge: 30 }\n' +
      '  - { id: four, type: metric, query: up, maxAge: 1m30s }\n',
  );
  const { code, stdout } = await runbook(['lint', path], { cwd: here.folder, env: here.env });
  expect(code).toBe(3);
  expect(stdout.split('\n').filter((line) => line.startsWith('wrong.yaml'))).toEqual([
    'wrong.yaml:7:49: error value/duration: the text "soon" is not a duration',
    'wrong.yaml:8:66: error value/duration: the text "1m1h" is not a duration',
    'wrong.yaml:9:51: error value/duration: 30 is not a duration',
  ]);
});

it.each([
  ['text', '30', 'duration', /^\/maxAge: "30" is not a duration$/],
  ['text', 'soon', 'duration', /^\/maxAge: "soon" is not a duration$/],
  ['integer', '30', 'duration', /^\/maxAge: 30 is not a duration$/],
  ['text', '30s', 'ECONNREFUSED', /refused/i],
  ['duration', '30s', 'ECONNREFUSED', /refused/i],
])(
  'an input of type %s that is %s is a duration, or the step fails before anything is sent',
  async (type, value, faultCode, words) => {
    const port = String(await closedPort());
    write(
      'runbook.config.yaml',
      `environments:\n  lab: { targets: { metrics: { type: prometheus, url: "http://127.0.0.1:${port}" } } }\n`,
    );
    const path = write(
      'given.yaml',
      `${head}inputs: { age: { type: ${type} } }\ntargets: { metrics: prometheus }\n` +
        'steps:\n  - { id: one, type: metric, query: up, maxAge: "{{inputs.age}}" }\n',
    );
    const { code, stdout, stderr } = await runbook(['run', path, '-i', `age=${value}`, '--no-questions', '-o', 'ndjson'], {
      cwd: here.folder,
      env: here.env,
    });
    const finished = stdout.split('\n').find((line) => line.includes('"attempt.finished"'));
    if (finished === undefined) throw new Error(stdout + stderr);
    const { outcome } = JSON.parse(finished) as {
      readonly outcome: { readonly is: string; readonly fault: { readonly code: string; readonly message: string } };
    };
    expect(outcome).toMatchObject({ is: 'notStarted', fault: { code: faultCode } });
    expect(outcome.fault.message).toMatch(words);
    expect(code).toBe(1);
  },
);
