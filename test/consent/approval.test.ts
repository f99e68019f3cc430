/** Four eyes: who approves is a user of the host that the engine has proved, never a name that somebody gives. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEngineFile } from '../../src/interpreter/link/connect.ts';
import { proofFolder } from '../../src/interpreter/link/proof.ts';
import { linkVersion } from '../../src/interpreter/link/protocol.ts';
import { isAlive } from '../../src/interpreter/store/processes.ts';
import type { Finished, Place } from '../rig/cli.ts';
import { eventually, place, program, runbook } from '../rig/cli.ts';
import { openTerminal } from '../rig/terminal.ts';

/** Users that exist everywhere: nobody, and one without a name. */
const nobody = 65_534;
const nameless = 54_321;

let here: Place;
let env: Readonly<Record<string, string>>;
beforeEach(() => {
  here = place();
  chmodSync(here.folder, 0o711);
  const doors = join(here.folder, 'doors');
  mkdirSync(doors);
  chmodSync(doors, 0o1777);
  env = { ...here.env, RUNBOOK_APPROVAL_DIR: doors };
});
afterEach(() => {
  const engine = started === '' ? undefined : readEngineFile(folderOf(started));
  if (engine !== undefined && isAlive(engine)) process.kill(engine.pid, 'SIGKILL');
  started = '';
  here.remove();
});

let started = '';
const folderOf = (run: string): string => join(here.folder, 'state', 'runs', run);
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { env, cwd: here.folder });

/** As another user, with a state folder of its own and nothing of ours. */
function callAs(uid: number, ...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    uid,
    gid: uid,
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', RUNBOOK_APPROVAL_DIR: env['RUNBOOK_APPROVAL_DIR'] ?? '' },
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

interface Line {
  readonly type: string;
  readonly [name: string]: unknown;
}
const journal = (): readonly Line[] =>
  readFileSync(join(folderOf(started), 'journal.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

/** A run that waits for an approval. */
async function begin(approve: string, config = '', more: readonly string[] = []): Promise<void> {
  writeFileSync(join(here.folder, 'runbook.config.yaml'), `environments: { prod: {} }\n${config}`);
  const steps = `steps:\n  - { id: move, type: shell, argv: [touch, moved], undo: none, approve: { ${approve}, timeout: 2m } }\n`;
  writeFileSync(join(here.folder, 'one.yaml'), `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\n${steps}`);
  const terminal = openTerminal(['run', 'one.yaml', '-o', 'plain', ...more], { cwd: here.folder, env });
  await terminal.sees('?? move');
  const { stdout } = await call('runs', '-o', 'json');
  started = (JSON.parse(stdout) as readonly { readonly run: string }[])[0]?.run ?? '';
}
const moved = (): boolean => existsSync(join(here.folder, 'moved'));
const finished = (): Promise<unknown> =>
  eventually('the run has finished', () => journal().some((one) => one.type === 'run.finished'));

/** Speaks the link by hand: what the engine says to these lines, the challenge answered by `prove`. */
function speak(hello: object, prove: (socket: string, name: string) => boolean): Promise<string> {
  const path = readEngineFile(folderOf(started))?.socket ?? '';
  const question = journal().findLast((one) => one.type === 'question.opened');
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let heard = '';
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('utf8');
      const name = /"name":"([0-9a-f]{64})"/.exec(heard)?.[1];
      if (name !== undefined && !heard.includes('refused') && !heard.includes('welcome') && prove(path, name))
        socket.write(`${JSON.stringify({ is: 'proved' })}\n`);
      if (heard.includes('"welcome"') && !heard.includes('"nack"') && !heard.includes('"ack"'))
        socket.write(
          `${JSON.stringify({ is: 'do', id: 'x', act: { is: 'answer', question: question?.['id'], verdict: 'yes', shown: question?.['shown'] } })}\n`,
        );
      if (/"refused"|"nack"|"ack"/.test(heard)) socket.end();
    });
    socket.on('close', () => resolve(heard));
    socket.write(`${JSON.stringify({ is: 'hello', v: linkVersion, run: started, mode: 'command', ...hello })}\n`);
  });
}
const forged = { actor: { name: 'nobody', auth: 'uid', uid: nobody, host: 'here' } };
const content = (socket: string, name: string): string => `runbook proof\n${socket}\n${name}\n`;

describe('an approval by another user of the host', () => {
  it('is asked and given without access to the folder of the run, and is recorded with the proven user', async () => {
    await begin('from: [nobody], auth: uid');
    const list = await callAs(nobody, 'approvals');
    expect(list.said).toContain('touch moved');
    expect(list.said).toContain(`runbook answer ${started} move yes`);
    expect((await callAs(nameless, 'approvals')).said).toBe('');
    expect((await callAs(nameless, 'answer', started, 'move', 'yes', '--operator', 'nobody')).code).toBe(2);
    expect(moved()).toBe(false);
    const answer = await callAs(nobody, 'answer', started, 'move', 'yes');
    expect(answer).toEqual({ code: 0, said: '' });
    await finished();
    expect(moved()).toBe(true);
    expect(journal().find((one) => one.type === 'question.closed')?.['by']).toMatchObject({
      name: 'nobody',
      uid: nobody,
      auth: 'uid',
    });
    expect((await callAs(nobody, 'approvals')).said).toBe('');
  });

  it('can be a refusal, and of two approvals each needs a user of its own', async () => {
    await begin('from: ["user:65534", "user:54321"], min: 2');
    expect((await callAs(nobody, 'answer', started, 'move', 'yes')).code).toBe(0);
    await eventually('it asks for the second', () => journal().filter((one) => one.type === 'question.opened').length === 2);
    expect((await callAs(nobody, 'answer', started, 'move', 'yes', '--operator', 'another')).code).toBe(2);
    expect(moved()).toBe(false);
    expect((await callAs(nameless, 'answer', started, 'move', 'yes')).code).toBe(0);
    await finished();
    expect(moved()).toBe(true);
  });
});

describe('the starter', () => {
  it('is nobody else in a second terminal under another name', async () => {
    await begin('from: [ana]');
    const { code, stderr } = await call('answer', started, 'move', 'yes', '--operator', 'ana');
    expect(code).toBe(1);
    expect(stderr).toContain('with the same user of the system');
    expect(moved()).toBe(false);
  });

  it('may be one of several behind an account that is declared as shared, and the record says so', async () => {
    await begin('from: [ana, bob], min: 2', `sharedAccounts: [user:${String(process.getuid?.())}]\n`);
    expect((await call('answer', started, 'move', 'yes')).stderr).toContain('somebody else must agree');
    expect((await call('answer', started, 'move', 'yes', '--operator', 'ana')).code).toBe(0);
    await eventually('it asks for the second', () => journal().filter((one) => one.type === 'question.opened').length === 2);
    expect((await call('answer', started, 'move', 'yes', '--operator', 'ana')).stderr).toContain('has agreed already');
    expect((await call('answer', started, 'move', 'yes', '--operator', 'bob')).code).toBe(0);
    await finished();
    const report = (await call('report', started)).stdout;
    expect(report).toContain('one account, shared by several people');
    expect(report).toContain('names given there are only claimed');
  });

  it('is told of shared accounts by lint, plan and screen, also of those of one environment', async () => {
    const uid = `user:${String(process.getuid?.())}`;
    const environment = `prod: { sharedAccounts: ["${uid}"] }`;
    writeFileSync(join(here.folder, 'runbook.config.yaml'), `environments:\n  ${environment}\n`);
    const steps =
      'steps:\n  - { id: move, type: shell, argv: [touch, moved], undo: none, approve: { from: [ana], timeout: 2m } }\n';
    writeFileSync(join(here.folder, 'one.yaml'), `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\n${steps}`);
    const lint = await call('lint', 'one.yaml', '--config', 'runbook.config.yaml');
    expect(lint).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`2:11: warning config-shared-account: ${uid}`) as string,
    });
    expect((await call('plan', 'one.yaml')).stdout).toContain(`shared accounts: ${uid}`);
    const screen = openTerminal(['run', 'one.yaml'], { cwd: here.folder, env });
    await screen.sees(`env prod, shared account ${uid}`);
    started = (JSON.parse((await call('runs', '-o', 'json')).stdout) as readonly { readonly run: string }[])[0]?.run ?? '';
    expect((await call('answer', started, 'move', 'yes', '--operator', 'ana')).code).toBe(0);
    await finished();
  });

  it('is also the person for whom an agent has started the run', async () => {
    await begin('from: [nobody]', '', ['--actor-kind', 'agent', '--on-behalf-of', 'nobody']);
    expect((await callAs(nobody, 'approvals')).said).toBe('');
    expect((await callAs(nobody, 'answer', started, 'move', 'yes')).code).toBe(2);
    expect(moved()).toBe(false);
  });
});

describe('a forged user', () => {
  it.each<readonly [string, (socket: string, name: string) => boolean]>([
    ['in a hello without a proof', () => true],
    [
      'by a link to a file of that user',
      (socket, name) => {
        const theirs = join(here.folder, 'theirs');
        writeFileSync(theirs, content(socket, name));
        linkSync(theirs, join(proofFolder(socket), name));
        return true;
      },
    ],
    [
      'by a symbolic link',
      (socket, name) => {
        const theirs = join(here.folder, 'theirs');
        writeFileSync(theirs, content(socket, name));
        symlinkSync(theirs, join(proofFolder(socket), name));
        return true;
      },
    ],
    [
      'by a file that everybody may write',
      (socket, name) => {
        writeFileSync(join(proofFolder(socket), name), content(socket, name));
        chmodSync(join(proofFolder(socket), name), 0o666);
        return true;
      },
    ],
    [
      'by a proof that was made for another engine',
      (socket, name) => {
        writeFileSync(join(proofFolder(socket), name), content('/tmp/elsewhere/socket', name));
        return true;
      },
    ],
  ])('is refused %s', async (_how, prove) => {
    await begin('from: [nobody], auth: uid');
    expect(await speak(forged, prove)).toContain('"refused"');
    expect(moved()).toBe(false);
  });

  it('in a hello counts for nothing beside the proven one', async () => {
    await begin('from: [nobody], auth: uid');
    const heard = await speak(forged, (socket, name) => {
      if (!existsSync(join(proofFolder(socket), name)))
        writeFileSync(join(proofFolder(socket), name), content(socket, name), { mode: 0o644 });
      return !heardOnce();
    });
    expect(heard).toContain('somebody else must agree');
    expect(moved()).toBe(false);
  });
});

/** The socket of the approval door, as any user of the host finds it. */
const doorOf = (run: string): string => join(env['RUNBOOK_APPROVAL_DIR'] ?? '', `runbook-approve-${run}`, 'socket');

/** Sends one line and waits for the end of the connection. */
const sayAtDoor = (line: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = createConnection(doorOf(started));
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('utf8')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
    socket.write(`${line}\n`);
  });

describe('a stranger at the door', () => {
  it('who sends no messages, or takes all places, stops neither the run nor those who may approve', async () => {
    await begin('from: [nobody], auth: uid');
    const lines = ['null', '5', '[]', '{"is":"hello"}', '{"is":"do","id":"x","act":null}', '['.repeat(60_000)];
    for (const line of lines) expect(await sayAtDoor(line)).toMatch(/"refused".*not a (?:message|line)/);
    const many = Array.from({ length: 200 }, () => createConnection(doorOf(started)).on('error', () => undefined));
    await eventually('most are turned away', () => many.filter((one) => one.closed).length >= 150);
    for (const one of many) one.destroy();
    await eventually('nobody can approve', async () => (await callAs(nobody, 'answer', started, 'move', 'yes')).code === 0);
    await finished();
    expect(moved()).toBe(true);
  });
});

let times = 0;
const heardOnce = (): boolean => (times += 1) > 1;
beforeEach(() => {
  times = 0;
});

describe('an agent', () => {
  it('agrees to nothing, with -y or without', async () => {
    const steps = 'steps:\n  - { id: move, type: shell, argv: [touch, moved], undo: none, confirm: Move it }\n';
    writeFileSync(join(here.folder, 'one.yaml'), `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\n${steps}`);
    const agent = { ...env, RUNBOOK_ACTOR_KIND: 'agent', RUNBOOK_ON_BEHALF_OF: 'ana' };
    const { code, stdout } = await runbook(['run', 'one.yaml', '-y'], { env: agent, cwd: here.folder });
    expect(code).toBe(8);
    expect(stdout).toContain('only a person can agree');
    expect(moved()).toBe(false);
    const asPerson = await runbook(['run', 'one.yaml', '-y', '--actor-kind', 'person'], { env: agent, cwd: here.folder });
    expect(asPerson).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('contradicts RUNBOOK_ACTOR_KIND=agent') as string,
    });
    expect(moved()).toBe(false);
    expect((await call('run', 'one.yaml', '-y')).code).toBe(0);
  });

  it('acts for somebody, and kinds are a closed list', async () => {
    const steps = 'steps: [{ id: move, type: shell, argv: [touch, moved], undo: none }]';
    writeFileSync(join(here.folder, 'one.yaml'), `apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\n${steps}\n`);
    expect((await call('run', 'one.yaml', '--actor-kind', 'agent')).stderr).toContain('--on-behalf-of');
    expect((await call('run', 'one.yaml', '--actor-kind', 'robot')).stderr).toContain('one of person, agent, schedule, webhook');
  });
});
