/** The tools of agents under the server: the client of the official SDK over HTTP, and people who agree on the pages. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tokenHash } from '../../src/serve/identity/tokens.ts';
import { eventually } from '../rig/cli.ts';
import type { Server, ServerPlace } from '../rig/serve.ts';
import { answerForm, askedPage, openServer, people, serverPlace, signIn, tokenOf } from '../rig/serve.ts';

let at: ServerPlace;
let server: Server;
let client: Client;
beforeEach(async () => {
  const agents = `  agents: { triage: { token: "${tokenHash(tokenOf('triage'))}", onBehalfOf: ana } }\n`;
  at = serverPlace(`${people('ana', 'bob')}${agents}`, 'agents: { triage: { mayStart: { lab: [move] } } }\n');
  at.write(
    'move',
    `steps:\n  - { id: move, type: shell, argv: [sh, -c, "echo moved >> moved.log"], cwd: "${at.folder}", undo: none }\n`,
  );
  server = await openServer(at);
  client = await connected(tokenOf('triage'));
});
afterEach(async () => {
  await client.close();
  await server.stop();
  at.remove();
});

async function connected(token: string): Promise<Client> {
  const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  const made = new Client({ name: 'scripted', version: '1.0.0' });
  await made.connect(transport);
  return made;
}

async function call(name: string, given: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { content } = await client.callTool({ name, arguments: given });
  return (content as readonly { readonly text?: string }[])[0]?.text ?? '';
}

async function request(environment: string): Promise<string> {
  const plan = /^plan ([0-9a-f]{64})$/m.exec(await call('plan', { runbook: 'move', environment }))?.[1];
  const text = await call('request', { runbook: 'move', environment, plan, reason: 'the alert fires' });
  return /^run (\S+)/.exec(text)?.[1] ?? text;
}

describe('an agent at the server', () => {
  it('has the tools of stdio, and starts alone what the policy lets it', async () => {
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('request');
    const run = await request('lab');
    expect(await call('status', { run, after: 0, wait: 30 })).toMatch(/succeeded, finished/);
    expect(at.journal(run)[0]).toMatchObject({ operator: { name: 'triage', kind: 'agent', onBehalfOf: 'ana', auth: 'vouched' } });
  });

  it('waits elsewhere for somebody who is neither it nor the one it acts for', async () => {
    const run = await request('prod');
    const [ana, bob] = await Promise.all([signIn(server.url, 'ana'), signIn(server.url, 'bob')]);
    const own = await askedPage(ana, run);
    expect(own).toContain('You cannot agree: ana has started the run');
    expect((await ana.post(`/runs/${run}/answer`, answerForm(own, { verdict: 'yes', reason: 'r' }))).status).toBe(409);
    expect(await call('answer', { run, step: 'start', option: 'yes' })).toContain('an agent never approves');
    expect(at.lines('moved.log')).toEqual([]);
    const page = await askedPage(bob, run);
    expect(page).toContain('Reason given by the agent: the alert fires');
    expect((await bob.post(`/runs/${run}/answer`, answerForm(page, { verdict: 'yes', reason: 'r' }))).status).toBe(303);
    await eventually('it is done', () => at.lines('moved.log').includes('moved'));
  });

  it('has a door of its own: its token opens no page, and the token of a person no tool', async () => {
    const look = (path: string, token: string, method = 'GET') =>
      fetch(server.url + path, { method, headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });
    expect((await look('/', tokenOf('triage'))).status).toBe(403);
    expect((await look('/mcp', tokenOf('ana'), 'POST')).status).toBe(401);
    expect((await look('/mcp', tokenOf('triage'))).status).toBe(405);
    await expect(connected(tokenOf('ana'))).rejects.toThrow();
  });
});
