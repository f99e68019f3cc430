/** What a step obtains may be a secret: it is masked before the first record, and later steps use it where secrets may stand. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/console/exit-codes.ts';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';
import { everythingIn } from '../rig/files.ts';

const token = 'eyJhbGciOi.login-token.77';
const cookie = 'c00kie-of-the-session';
/** Too short to be masked; with letters, so that no hash contains it. */
const pin = 'q7zk1';

/** Hands out a token at /login, and says at /orders who asked. */
const login = (): Server =>
  createServer((request, response) => {
    if (request.url?.startsWith('/login') === true) {
      response.setHeader('set-cookie', [`sid=${cookie}; Path=/; HttpOnly`, 'lang=en']);
      response.setHeader('x-api-key', 'key-of-the-gateway');
      response.setHeader('content-type', 'application/json');
      response.statusCode = request.url.includes('fail') ? 401 : 200;
      response.end(JSON.stringify({ user: 'ana', token, keys: [{ pin: 4711 }] }));
    } else response.end(`asked by ${request.headers.authorization ?? ''} with ${request.headers.cookie ?? ''}`);
  });

let here: Place;
let server: Server;
beforeEach(async () => {
  here = place();
  server = login();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  writeFileSync(
    join(here.folder, 'runbook.config.yaml'),
    `environments:\n  local:\n    targets:\n      api: { type: http, url: "${url}" }\n`,
  );
});
afterEach(() => {
  server.close();
  here.remove();
});

const document = (steps: string): void => {
  writeFileSync(
    join(here.folder, 'one.yaml'),
    `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\ntargets: { api: http }\nsteps:\n${steps}`,
  );
};
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { cwd: here.folder, env: here.env });
const run = (): Promise<Finished> => call('run', 'one.yaml', '--no-questions', '--yes');
const written = (): string => everythingIn(join(here.folder, 'state'));
const logsIn = '  - { id: login, type: http, url: /login, sensitive: [/body/token, "/body/keys/*/pin"] }\n';

describe('a secret that a step obtains', () => {
  it('is masked in the result, in the whole text and in what a server repeats', async () => {
    document(`${logsIn}  - { id: orders, type: http, url: /orders, headers: { authorization: "Bearer {{steps.login.result.body.token}}", cookie: "{{steps.login.result.headers.set-cookie}}" } }
  - { id: env, type: shell, script: 'echo "$TOKEN" | base64; echo "$TOKEN" > used.txt', env: { TOKEN: "{{steps.login.value.token}}" }, reads: true }
`);
    const { code, stdout, stderr } = await run();
    expect(code, stdout + stderr).toBe(0);
    expect(readFileSync(join(here.folder, 'used.txt'), 'utf8')).toBe(`${token}\n`);
    const record = written().replaceAll('\n', '');
    expect(record).toContain('asked by Bearer *** with');
    expect(record).toContain('"user":"ana"');
    const shown = [
      stdout,
      stderr,
      written(),
      (await call('report', 'last', '-o', 'json')).stdout,
      (await call('report', 'last')).stdout,
    ];
    for (const text of shown)
      for (const secret of [
        token,
        cookie,
        'key-of-the-gateway',
        Buffer.from(token).toString('base64'),
        'pin":4711',
        'pin": 4711',
      ])
        expect(text).not.toContain(secret);
  });

  it('is masked when the step fails', async () => {
    document('  - { id: login, type: http, url: "/login?fail=1", sensitive: /body/token }\n');
    const { code, stdout } = await run();
    expect(code).toBe(exitCodes.failed);
    for (const text of [stdout, written()]) expect(text).not.toMatch(/login-token|c00kie|key-of-the-gateway/);
  });

  it('of a command is not in its output file either', async () => {
    writeFileSync(join(here.folder, 'told.json'), JSON.stringify({ user: 'ana', token, pin }));
    document(
      '  - { id: one, type: shell, argv: [cat, told.json], output: json, sensitive: [/output/token, /output/pin], reads: true }\n',
    );
    const { code, stderr } = await run();
    expect(code, stderr).toBe(0);
    expect(written()).toContain('"user":"ana"');
    expect(written()).not.toMatch(/login-token|q7zk1/);
  });

  it('is hidden in every text that has it, however short, and with or without the break at its end', async () => {
    writeFileSync(join(here.folder, 'pin'), `${pin}\n`);
    document(
      '  - { id: pin, type: shell, argv: [cat, pin], sensitive: /stdout, reads: true }\n' +
        '  - { id: there, type: check, expect: "has(steps.pin.result.stdout) && steps.pin.result.exitCode == 0" }\n',
    );
    const { code, stdout } = await run();
    expect(code, stdout).toBe(0);
    for (const text of [stdout, written()]) expect(text).not.toContain(pin);
  });

  it('cannot be read by a condition, nor stand where no secret may', async () => {
    document(`  - { id: login, type: http, url: /login, sensitive: "/body/t*" }
  - { id: title, type: shell, argv: ["true"], title: "with {{steps.login.result.body.token}}", reads: true }
  - { id: argument, type: shell, argv: [echo, "{{steps.login.result.body.token}}"], reads: true, onFailure: continue }
  - { id: condition, type: check, expect: 'steps.login.result.body.token == "a"', onFailure: continue }
`);
    const { stdout, stderr } = await run();
    expect(stdout + stderr).toMatch(/argument: FAILED.*is not allowed here/);
    expect(stdout + stderr).toMatch(/condition: FAILED.*cannot be read here/);
    expect(written()).not.toContain('login-token');
  });

  it('is looked for by lint where the author names it', async () => {
    document(`${logsIn}  - { id: argument, type: shell, argv: [echo, "{{steps.login.result.body.token}}"], undo: none }
  - { id: condition, type: check, expect: 'steps.login.result.body.token != ""' }
  - { id: cookie, type: shell, argv: [echo, "{{steps.login.result.body.token.x}}"], undo: none, sensitive: /stdot }
`);
    const { stdout } = await call('lint', 'one.yaml');
    for (const code of ['template/secret', 'expression/secret', 'template/unknown-name', 'result/sensitive'])
      expect(stdout).toContain(code);
  });

  it('that is not there is told: nothing was masked', async () => {
    document('  - { id: login, type: http, url: /login, sensitive: /body/tokn }\n');
    expect((await run()).stdout).toContain('sensitive: the result has nothing at /body/tokn');
  });

  it('is known only to the engine that obtained it', async () => {
    document(`${logsIn}  - { id: dies, type: shell, script: 'test -e died || { touch died; kill -9 $PPID; }', reads: true }
  - { id: orders, type: http, url: /orders, headers: { authorization: "Bearer {{steps.login.result.body.token}}" } }
`);
    await run();
    const { code, stdout, stderr } = await call('resume', 'last', '--no-questions', '--yes');
    expect(code).toBe(exitCodes.failed);
    expect(stdout + stderr).toContain('only the engine that obtained "steps.login.result.body.token" knew it');
  });
});
