/** The pages with runs of a team: the same pages, whichever worker or server is lost meanwhile. On the real server of Temporal. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../rig/cli.ts';
import type { Server, ServerPlace, Visitor } from '../rig/serve.ts';
import { answerForm, askedPage, openServer, people, serverPlace, signIn, startRun } from '../rig/serve.ts';
import type { Server as Temporal, TeamProcess } from '../rig/team.ts';
import { startServer, startWorker, whyNoTeam } from '../rig/team.ts';

const missing = whyNoTeam();

describe.skipIf(missing !== undefined)('the pages of a team', () => {
  let temporal: Temporal;
  let at: ServerPlace;
  let worker: TeamProcess;
  let server: Server;
  let beginWorker: () => TeamProcess;
  let begin: () => Promise<Server>;
  beforeAll(async () => {
    temporal = await startServer();
  }, 180_000);
  afterAll(() => temporal.stop());
  beforeEach(async () => {
    at = serverPlace(people('ana', 'bob', 'cid'));
    const approve = 'approve: { from: [bob, cid], timeout: 5m, reason: true }';
    at.write(
      'move',
      `steps:\n  - { id: move, type: shell, argv: [sh, -c, "echo moved >> moved.log"], cwd: "${at.folder}", undo: none, ${approve} }\n`,
    );
    at.write(
      'keyed',
      `steps:\n  - { id: use, type: shell, argv: [sh, -c, "echo $K >> key.log"], env: { K: "{{secrets.KEY}}" }, cwd: "${at.folder}", undo: none }\n`,
    );
    const queue = `tests-${randomUUID().slice(0, 8)}`;
    const env = { ...at.env, RUNBOOK_STATE_DIR: join(at.folder, 'worker'), KEY_OF_WORKERS: 'a key of workers alone' };
    beginWorker = () => startWorker({ server: temporal, queue, cwd: at.folder, env });
    const team = ['--team', temporal.address, '--namespace', temporal.namespace, '--queue', queue, '--heartbeat', '1500ms'];
    begin = () => openServer(at, {}, 0, team);
    worker = beginWorker();
    await worker.ready;
    server = await begin();
  }, 180_000);
  afterEach(async () => {
    await server.stop();
    await worker.kill();
    at.remove();
  });

  const succeeded = (person: Visitor, run: string): Promise<string> =>
    eventually(
      'the run has succeeded',
      async () => {
        const { text } = await person.get(`/runs/${run}`);
        return text.includes('<title>succeeded') ? text : undefined;
      },
      60_000,
    );

  it('start a run, and of two people who agree at once one counts and the other one is told who was first', async () => {
    const [ana, bob, cid] = await Promise.all(['ana', 'bob', 'cid'].map((name) => signIn(server.url, name)));
    if (ana === undefined || bob === undefined || cid === undefined) throw new Error('three people have signed in');
    const run = await startRun(ana, 'move');
    expect(at.runs()).toEqual([]);
    const own = await ana.post(`/runs/${run}/answer`, answerForm(await askedPage(ana, run), { verdict: 'yes', reason: 'mine' }));
    expect({ status: own.status, text: own.text }).toMatchObject({
      status: 409,
      text: expect.stringContaining('somebody else must agree') as string,
    });
    const form = answerForm(await askedPage(bob, run), { verdict: 'yes', reason: 'looked' });
    const both = await Promise.all([bob, cid].map((person) => person.post(`/runs/${run}/answer`, form)));
    expect(both.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(both.find(({ status }) => status === 409)?.text).toMatch(/the question is closed: (?:bob|cid) on/);
    const page = await succeeded(ana, run);
    expect(page).toContain('vouched for by');
    expect(at.lines('moved.log')).toEqual(['moved']);
    expect((await ana.get('/')).text).toContain(run);
    expect((await ana.get(`/runs/${run}/report`)).text).toContain('looked');
  });

  it('start what needs a secret that only the workers have', async () => {
    const ana = await signIn(server.url, 'ana');
    await succeeded(ana, await startRun(ana, 'keyed'));
    expect(at.lines('key.log')).toEqual(['a key of workers alone']);
  });

  it('lose neither the run nor its question with the server and the worker', async () => {
    const run = await startRun(await signIn(server.url, 'ana'), 'move');
    await askedPage(await signIn(server.url, 'bob'), run);
    server.started.child.kill('SIGKILL');
    await Promise.all([worker.kill(), server.started.finished]);
    worker = beginWorker();
    await worker.ready;
    server = await begin();
    const bob = await signIn(server.url, 'bob');
    const form = answerForm(await askedPage(bob, run), { verdict: 'yes', reason: 'looked' });
    expect((await bob.post(`/runs/${run}/answer`, form)).status).toBe(303);
    await succeeded(bob, run);
    expect(at.lines('moved.log')).toEqual(['moved']);
  });
});

if (missing !== undefined) it.skip(`${missing}; the pages of a team`, () => undefined);
