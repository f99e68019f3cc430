/** Values of inputs and results stay data, whatever text they are: they are encoded for their place, or the step is refused before it starts. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';
import { startHttp } from '../rig/servers.ts';

let here: Place;
let server: Awaited<ReturnType<typeof startHttp>>;
beforeEach(async () => {
  here = place();
  server = await startHttp((response) => response.end('{}'));
  writeFileSync(
    join(here.folder, 'runbook.config.yaml'),
    `environments:\n  local:\n    targets:\n      api: { type: http, url: "${server.url}/api" }\n`,
  );
});
afterEach(async () => {
  await server.close();
  here.remove();
});

async function run(step: string, value: string, declared = 'type: string'): Promise<Finished> {
  writeFileSync(
    join(here.folder, 'one.yaml'),
    'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\ntargets: { api: http }\n' +
      `inputs: { x: { ${declared} } }\nsteps:\n  - { id: one, ${step} }\n`,
  );
  return runbook(['run', 'one.yaml', '--no-questions', '-i', `x=${value}`], { cwd: here.folder, env: here.env });
}

describe('in an address', () => {
  const get = 'type: http, target: api, url: "/v1/users/{{inputs.x}}/orders", query: { q: "{{inputs.x}}" }';

  it.each([
    ['../../../admin', '/api/v1/users/..%2F..%2F..%2Fadmin/orders?q=..%2F..%2F..%2Fadmin'],
    ['a?b=c&d=e#f', '/api/v1/users/a%3Fb%3Dc%26d%3De%23f/orders?q=a%3Fb%3Dc%26d%3De%23f'],
  ])('%s is one segment and one parameter', async (value, path) => {
    expect((await run(get, value)).code).toBe(0);
    expect(server.received.map((one) => one.path)).toEqual([path]);
  });

  it('.. is refused, and nothing is sent', async () => {
    const { code, stdout, stderr } = await run(get, '..');
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain('".." would lead to another folder of the address');
    expect(server.received).toEqual([]);
  });

  it('a path from a list of the author is sent as it is', async () => {
    const declared = 'type: string, enum: [v1/health, v1/ready?full=1]';
    expect((await run('type: http, target: api, url: "/{{inputs.x}}"', 'v1/ready?full=1', declared)).code).toBe(0);
    expect(server.received.map((one) => one.path)).toEqual(['/api/v1/ready?full=1']);
  });
});

describe('in a command', () => {
  it.each([
    ['an option', 'type: shell, argv: [touch, "{{inputs.x}}"], undo: none', '--help', 'would be taken as an option'],
    [
      'arithmetic',
      'type: shell, script: "[[ $X -eq 1 ]] || true", env: { X: "{{inputs.x}}" }, undo: none',
      'a[$(touch MADE)]',
      'the shell computes with $X',
    ],
    ['a path', 'type: file, read: "{{inputs.x}}"', '/etc/passwd', 'would lead out of the folder'],
    ['a folder', 'type: shell, argv: [ls], cwd: "conf/{{inputs.x}}"', '../..', 'would lead up and out'],
  ])('%s is refused in the run', async (_what, step, value, words) => {
    const { code, stdout, stderr } = await run(step, value);
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain(words);
    expect(existsSync(join(here.folder, 'MADE'))).toBe(false);
  });

  it('program text is refused before anything is planned', async () => {
    const { code, stdout, stderr } = await run('type: shell, argv: [sh, -c, "echo {{inputs.x}}"], undo: none', '$(touch MADE)');
    expect({ code, text: `${stdout}${stderr}` }).toMatchObject({
      code: 3,
      text: expect.stringContaining('template/code') as string,
    });
    expect(existsSync(join(here.folder, 'MADE'))).toBe(false);
  });

  it('program text is refused in the run where lint cannot know the program', async () => {
    const declared = 'type: string }, sh: { type: string, enum: [sh, bash], default: sh';
    const { stdout, stderr } = await run(
      'type: shell, argv: ["{{inputs.sh}}", -c, "{{inputs.x}}"], undo: none',
      'touch MADE',
      declared,
    );
    expect(`${stdout}${stderr}`).toContain('/argv/2: a value from outside is used here, and sh runs it as a program');
    expect(existsSync(join(here.folder, 'MADE'))).toBe(false);
  });

  it('a number is computed with, and a value with a pattern may begin as the pattern says', async () => {
    expect((await run('type: shell, script: "[[ $X -eq 7 ]]", env: { X: "{{inputs.x}}" }, undo: none', '7')).code).toBe(0);
    const declared = 'type: string, pattern: "^-[nr]$"';
    expect((await run('type: shell, argv: [sort, "{{inputs.x}}", /dev/null], reads: true', '-r', declared)).code).toBe(0);
  });
});
