/** People on the pages of the built server: who they are, what they are shown, and what counts. */
import { userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../rig/cli.ts';
import type { Server, ServerPlace, Visitor } from '../rig/serve.ts';
import { answerForm, askedPage, fieldIn, openServer, people, serverPlace, signIn, startRun, tokenOf } from '../rig/serve.ts';

let at: ServerPlace;
let server: Server;
let ana: Visitor;
let bob: Visitor;
beforeEach(async () => {
  at = serverPlace(`${people('ana', 'bob')}  mayStart: { prod: [ana], lab: ["*"] }\n`);
  const step = `{ id: move, type: shell, argv: [sh, -c, "echo moved >> moved.log"], cwd: "${at.folder}", undo: none`;
  at.write('move', `summary: Moves things\nsteps:\n  - ${step}, approve: { from: [bob, ana], timeout: 5m, reason: true } }\n`);
  at.write(
    'plain',
    `inputs: { text: { type: string } }\nsteps:\n  - { id: ask, type: ask, title: "{{inputs.text}}", fields: { cause: { type: string } } }\n`,
  );
  server = await openServer(at);
  [ana, bob] = await Promise.all([signIn(server.url, 'ana'), signIn(server.url, 'bob')]);
});
afterEach(async () => {
  await server.stop();
  at.remove();
});

const closed = (run: string) => at.journal(run).filter((one) => one.type === 'question.closed');
const finished = (run: string) =>
  eventually('the run has finished', () => at.journal(run).find((one) => one.type === 'run.finished'));

describe('a run that somebody starts on the pages', () => {
  it('is agreed to by another person, and the record tells who vouched for both', async () => {
    const run = await startRun(ana, 'move');
    const own = await askedPage(ana, run);
    expect(own).toContain('You cannot agree: ana has started the run; somebody else must agree.');
    const refused = await ana.post(`/runs/${run}/answer`, answerForm(own, { verdict: 'yes', reason: 'mine' }));
    expect({ status: refused.status, text: refused.text }).toMatchObject({
      status: 409,
      text: expect.stringContaining('somebody else must agree') as string,
    });
    const page = await askedPage(bob, run);
    for (const shown of [
      'echo moved',
      'WRITE',
      'it cannot be undone',
      'anybody other than ana of bob or ana',
      'Moves things',
      'Expires',
    ])
      expect(page).toContain(shown);
    expect((await bob.post(`/runs/${run}/answer`, answerForm(page, { verdict: 'yes' }))).text).toContain('requires a reason');
    expect((await bob.post(`/runs/${run}/answer`, answerForm(page, { verdict: 'yes', reason: 'looked' }))).status).toBe(303);
    expect(await finished(run)).toMatchObject({ outcome: 'succeeded' });
    expect(at.lines('moved.log')).toEqual(['moved']);
    expect(at.journal(run)[0]).toMatchObject({ operator: { name: 'ana', auth: 'vouched' } });
    expect(closed(run)).toMatchObject([
      { verdict: 'yes', by: { name: 'bob', auth: 'vouched', account: userInfo().username }, reason: 'looked' },
    ]);
    expect((await bob.get(`/runs/${run}/report`)).text).toContain('bob on');
  });

  it('counts one of two answers, and tells the other one who was first', async () => {
    const run = await startRun(ana, 'move');
    const page = await askedPage(bob, run);
    const form = answerForm(page, { verdict: 'yes', reason: 'both' });
    const both = await Promise.all([bob.post(`/runs/${run}/answer`, form), bob.post(`/runs/${run}/answer`, form)]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(both.find(({ status }) => status === 409)?.text).toMatch(/the question is closed/);
    expect(closed(run)).toHaveLength(1);
  });

  it('is the plan that was shown, or nothing', async () => {
    const plan = fieldIn((await ana.get('/runbooks/move')).text, 'plan');
    at.write('move', 'steps:\n  - { id: other, type: shell, argv: ["true"], undo: none }\n');
    const { status, text } = await ana.post('/runbooks/move/start', { plan, environment: 'prod' });
    expect({ status, text }).toMatchObject({ status: 409, text: expect.stringContaining('nothing was started') as string });
    expect(at.runs()).toEqual([]);
  });

  it('is not started by somebody whom the configuration does not list', async () => {
    const page = await bob.get('/runbooks/move?environment=prod');
    expect(page.text).toContain('You cannot start it: serve.mayStart.prod');
    const plan = fieldIn((await ana.get('/runbooks/move?environment=prod')).text, 'plan');
    expect((await bob.post('/runbooks/move/start', { plan, environment: 'prod' })).status).toBe(403);
    expect(at.runs()).toEqual([]);
  });

  it('is started by nobody where the configuration names nobody', async () => {
    const page = await ana.get('/runbooks/move?environment=spare');
    expect(page.text).toContain('serve.mayStart of the configuration names nobody for spare');
    const { text } = await ana.get('/runbooks/move?environment=prod');
    const form = { plan: fieldIn(text, 'plan'), environment: 'spare' };
    expect((await ana.post('/runbooks/move/start', form)).status).toBe(403);
    expect(at.runs()).toEqual([]);
  });

  it('asks for fields, takes them typed, and is paused, continued and stopped with a reason', async () => {
    const run = await startRun(bob, 'plain', '?environment=lab&input.text=Why');
    const page = await askedPage(bob, run);
    expect((await bob.post(`/runs/${run}/act`, { do: 'abort', text: '' })).status).toBe(400);
    expect((await bob.post(`/runs/${run}/act`, { do: 'note', text: 'looking' })).status).toBe(303);
    expect((await bob.post(`/runs/${run}/answer`, answerForm(page, { 'field.cause': 'disk' }))).status).toBe(303);
    expect(await finished(run)).toMatchObject({ outcome: 'succeeded' });
  });
});

describe('what counts as agreement', () => {
  it('is no GET, no form without the token of the session, none of another site, and none about something else', async () => {
    const run = await startRun(ana, 'move');
    const page = await askedPage(bob, run);
    const form = answerForm(page, { verdict: 'yes', reason: 'r' });
    const address = `/runs/${run}/answer`;
    const query = String(new URLSearchParams(form));
    expect((await bob.get(`${address}?${query}`)).status).toBe(405);
    expect((await bob.post(address, { ...form, csrf: '' })).status).toBe(403);
    expect((await bob.post(address, { ...form, csrf: fieldIn((await ana.get('/')).text, 'csrf') })).status).toBe(403);
    expect((await bob.post(address, form, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await bob.post(address, form, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const stale = await bob.post(address, { ...form, shown: 'f'.repeat(64) });
    expect({ status: stale.status, text: stale.text }).toMatchObject({
      status: 409,
      text: expect.stringContaining('changed since you saw it') as string,
    });
    expect(closed(run)).toEqual([]);
    expect(at.lines('moved.log')).toEqual([]);
  });

  it('comes from a token in a header as well, without a form of a session', async () => {
    const run = await startRun(ana, 'move');
    const page = await askedPage(bob, run);
    const send = (token: string) =>
      fetch(`${server.url}/runs/${run}/answer`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: new URLSearchParams(answerForm(page, { verdict: 'yes', reason: 'r' })),
        redirect: 'manual',
      });
    expect((await send(`${tokenOf('bob')}x`)).status).toBe(401);
    expect((await send(tokenOf('bob'))).status).toBe(303);
    await finished(run);
  });
});

describe('the catalogue', () => {
  it('is searched by words', async () => {
    const found = (await ana.get('/runbooks?q=moves%20things')).text;
    expect(found).toContain('1 of 2');
    expect(found).toContain('href="/runbooks/move"');
  });

  it('tells what is wrong with a runbook that cannot be planned', async () => {
    at.write('wrong', 'steps:\n  - { id: a, type: shell, argv: [date], nonsense: 1 }\n');
    const { text } = await ana.get('/runbooks/wrong?environment=prod');
    expect(text).toContain('1 error; nothing was executed');
    expect(text).toMatch(/line 6: .*nonsense.* \[key\/unknown\]/);
    expect(text).not.toContain('Start this plan');
  });
});

describe('the server', () => {
  it('stops when it is told to, and its runs continue', async () => {
    const run = await startRun(ana, 'move');
    const page = await askedPage(bob, run);
    expect(await server.stop()).toBe(0);
    server = await openServer(at);
    bob = await signIn(server.url, 'bob');
    expect((await bob.post(`/runs/${run}/answer`, answerForm(page, { verdict: 'yes', reason: 'r' }))).status).toBe(303);
    expect(await finished(run)).toMatchObject({ outcome: 'succeeded' });
  });
});
