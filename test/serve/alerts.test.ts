/** Alertmanager's webhook: who may send, what becomes of an alert, and that one alert has one run. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signatureHeaders } from '../../src/clients/messages/signature.ts';
import { tokenHash } from '../../src/serve/identity/tokens.ts';
import { eventually } from '../rig/cli.ts';
import type { Server, ServerPlace } from '../rig/serve.ts';
import { openServer, people, serverPlace, tokenOf } from '../rig/serve.ts';

const key = 'k'.repeat(32);
const rules = [
  '{ labels: { env: prod }, environment: prod, severity: SEV1 }',
  '{ labels: { env: lab }, environment: lab, startAlone: [answer, lists] }',
];
const webhook = `  alertmanager:\n    token: "${tokenHash(tokenOf('alerts'))}"\n    signingKey: env:ALERT_KEY\n    rules: [${rules.join(', ')}]\n`;

let at: ServerPlace;
let server: Server;
beforeEach(async () => {
  at = serverPlace(`${people('ana')}${webhook}  metrics: { token: "${tokenHash(tokenOf('metrics'))}" }\n`);
  const input = 'inputs: { node: "{{alert.labels.node}}" }';
  const ask = '{ id: ask, type: ask, title: Cause, fields: { cause: { type: string } } }';
  at.write(
    'answer',
    `triggers: [{ alert: Broken, ${input} }]\ninputs: { node: { type: string } }\nlock: one\nsteps:\n  - ${ask}\n`,
  );
  const list = 'inputs: { nodes: { type: list, of: string } }';
  at.write('lists', `triggers: [{ alert: Many, inputs: { nodes: "{{alert.labels.node}}" } }]\n${list}\nsteps:\n  - ${ask}\n`);
  server = await openServer(at, { ALERT_KEY: key });
});
afterEach(async () => {
  await server.stop();
  at.remove();
});

interface Given {
  readonly name?: string;
  readonly env?: string;
  readonly node?: string;
  readonly status?: string;
  readonly since?: string;
}

const alertOf = ({ name = 'Broken', env = 'lab', node = 'n1', status = 'firing', since = '2026-01-01T00:00:00Z' }: Given) => ({
  status,
  labels: { alertname: name, env, node },
  annotations: { text: '<script>alert(1)</script>' },
  startsAt: since,
  endsAt: status === 'resolved' ? '2026-01-01T01:00:00Z' : '0001-01-01T00:00:00Z',
  fingerprint: `${name}-${env}-${node}`,
});
const bodyOf = (...alerts: readonly Given[]): string =>
  JSON.stringify({ version: '4', groupKey: '{}', status: 'firing', alerts: alerts.map(alertOf) });

interface Answer {
  readonly status: number;
  readonly alerts: readonly { readonly became: string; readonly run?: string; readonly why?: string }[];
  readonly error?: string;
}

async function send(
  body: string,
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${tokenOf('alerts')}` },
): Promise<Answer> {
  const answer = await fetch(`${server.url}/hooks/alertmanager`, { method: 'POST', body, headers });
  return { alerts: [], ...((await answer.json()) as object), status: answer.status };
}
const signed = (body: string, id: string, now = new Date()): Readonly<Record<string, string>> =>
  signatureHeaders([Buffer.from(key)], { id, body, at: now });

const notes = (run: string): readonly string[] =>
  at.journal(run).flatMap((one) => {
    const act = one['act'] as { readonly is?: string; readonly text?: string } | undefined;
    return act?.is === 'note' ? [act.text ?? ''] : [];
  });

describe('fifty identical alerts', () => {
  it('that come at once and again have one run, also after the server began anew', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(bodyOf({}))));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(answers.flatMap(({ alerts }) => alerts).filter(({ became }) => became === 'started')).toHaveLength(1);
    expect(at.runs()).toHaveLength(1);
    const [run = ''] = at.runs();
    expect(at.journal(run)[0]).toMatchObject({
      operator: { name: 'alertmanager', kind: 'webhook', auth: 'vouched' },
      env: 'lab',
    });
    await server.stop();
    server = await openServer(at, { ALERT_KEY: key });
    expect((await send(bodyOf({}))).alerts).toMatchObject([{ became: 'known', run }]);
    const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${tokenOf('metrics')}` } });
    expect(await metrics.text()).toMatch(
      /runbook_runs\{state="(?:waiting|running)"\} 1\n[\s\S]*runbook_serve_alerts_total\{became="known"\} 1/,
    );
  });
});

describe('an alert', () => {
  it('waits for a person where the rule does not let it start alone, and carries the severity of the rule', async () => {
    const begun = performance.now();
    const { alerts } = await send(bodyOf({ env: 'prod' }));
    const run = alerts[0]?.run ?? '';
    await eventually('there is a first record', () => at.journal(run)[0]);
    // Told, not asserted: how long it takes depends on the machine.
    process.stdout.write(`webhook to first record: ${String(Math.round(performance.now() - begun))} ms\n`);
    const question = await eventually('it asks', () => at.journal(run).find((one) => one.type === 'question.opened'));
    expect(question).toMatchObject({
      key: 'start',
      ask: 'approve',
      show: { title: expect.stringContaining('as an alert asks') as string },
    });
    expect(JSON.stringify(question)).toContain('node=n1');
    const page = await fetch(`${server.url}/runs/${run}`, { headers: { authorization: `Bearer ${tokenOf('ana')}` } });
    expect(await page.text()).toContain('alertname=Broken, env=prod, node=n1');
  });

  it('is noted on the run that holds the lock, and again when it is over', async () => {
    const first = (await send(bodyOf({}))).alerts[0]?.run ?? '';
    await eventually('it asks', () => at.journal(first).find((one) => one.type === 'question.opened'));
    expect((await send(bodyOf({ node: 'n2' }))).alerts).toMatchObject([{ became: 'joined', run: first }]);
    expect((await send(bodyOf({ status: 'resolved' }))).alerts).toMatchObject([{ became: 'noted', run: first }]);
    expect(notes(first)).toEqual([
      expect.stringContaining('fires as well'),
      expect.stringContaining('is over since 2026-01-01T01:00:00Z'),
    ]);
    expect(at.runs()).toHaveLength(1);
  });

  it('shares a run with others where the input is a list', async () => {
    const { alerts } = await send(bodyOf({ name: 'Many', node: 'a' }, { name: 'Many', node: 'b' }));
    expect(new Set(alerts.map(({ run }) => run)).size).toBe(1);
    expect(alerts.map(({ became }) => became)).toEqual(['started', 'started']);
  });

  it('without a rule, or that no runbook answers, starts nothing and says why', async () => {
    const { status, alerts } = await send(bodyOf({ env: 'elsewhere' }, { name: 'Unknown' }));
    expect({ status, alerts }).toMatchObject({
      status: 200,
      alerts: [{ became: 'ignored', why: expect.stringContaining('no rule') as string }, { became: 'ignored' }],
    });
    expect(at.runs()).toEqual([]);
  });
});

describe('a call that is not the sender’s', () => {
  it.each([
    ['no credential', {}],
    ['another token', { authorization: `Bearer ${tokenOf('ana')}` }],
    ['a signature of another body', signed('{}', 'a')],
    ['an old signature', signed(bodyOf({}), 'b', new Date(Date.now() - 3_600_000))],
  ])('with %s is refused', async (_, headers) => {
    const answer = await send(bodyOf({}), headers);
    expect({ status: answer.status, error: typeof answer.error }).toEqual({ status: 401, error: 'string' });
    expect(at.runs()).toEqual([]);
  });

  it('counts once when it is signed', async () => {
    const headers = signed(bodyOf({}), 'once');
    expect((await send(bodyOf({}), headers)).status).toBe(200);
    expect((await send(bodyOf({}), headers)).status).toBe(409);
    expect((await send(bodyOf({}), { ...headers, 'webhook-signature': 'v1,AAAA' })).status).toBe(401);
  });

  it.each([
    '',
    'null',
    '[]',
    '{"version":"3","alerts":[]}',
    '{"version":"4","alerts":[{}]}',
    '{"version":"4","alerts":[{"labels":{}}]}',
  ])('with the body %j is refused as a whole', async (body) => {
    expect((await send(body)).status).toBe(400);
  });
});
