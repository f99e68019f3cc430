/** The built program tells everybody: drivers load, secrets come from the environment and stand in no file of the run. */
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { place, runbook } from '../rig/cli.ts';
import type { Place } from '../rig/cli.ts';
import { startHttp, startTcp } from '../rig/servers.ts';
import { startSmtp } from '../rig/smtp.ts';

let here: Place | undefined;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  here?.remove();
});

const secrets = {
  SLACK_TOKEN: 'xoxb-slack-token-of-the-test',
  ROUTING_KEY: 'e93facc04764012d7bfb002500d5d1a6',
  PAGE_TOKEN: 'page-token-of-the-test',
  SIGNING_KEY: 'signing-key-of-the-test-with-many-bytes',
  MAIL_PASSWORD: 'mail-password-of-the-test',
};

const text = `apiVersion: runbook/v1
id: tell-everybody
title: Tell everybody
owners: [tests]
targets: { team: chat, hook: chat, oncall: pager, partners: statuspage, tickets: ticket, robot: webhook, board: email }
inputs: { note: { type: string } }
steps:
  - { id: first, type: notify, to: team, message: 'Work begins, <@U1>: {{inputs.note}}', undo: none }
  - { id: second, type: notify, to: team, message: 'Still at it', follows: '{{steps.first.value.id}}', undo: none }
  - { id: page, type: escalate, to: oncall, message: Come, severity: SEV1, undo: none }
  - { id: calm, type: escalate, to: oncall, message: Done, action: resolve, follows: '{{steps.page.value.id}}', undo: none }
  - { id: public, type: notify, to: partners, title: Streams, message: We look into it, components: { books: major_outage }, undo: none }
  - { id: mail, type: notify, to: board, message: 'Work is done', attach: [report], undo: none }
  - { id: signed, type: notify, to: robot, message: go, undo: none }
  - { id: track, type: escalate, to: tickets, message: 'Root cause of the gaps', undo: none }
validations:
  - { id: tracked, type: check, expect: steps.track.value.id == "OPS-12" }
comms:
  - { at: [succeeded], to: partners, message: 'All is well', status: resolved, components: { books: operational } }
  - { at: [finished], to: hook, message: 'Finished {{inputs.note}}' }
`;

const files = (folder: string): readonly string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });

describe('messages of a run', () => {
  it('reach chat, thread, pager, status page, mailbox, webhook and tracker; no secret is kept', async () => {
    let incident: object | undefined;
    const http = await startHttp((response, { path, method, body }) => {
      const answer = (status: number, json: object): void => void response.writeHead(status).end(JSON.stringify(json));
      if (path === '/slack') answer(200, { ok: true, ts: '1503435956.000247' });
      else if (path === '/pager') answer(202, { status: 'success' });
      else if (path === '/tickets') answer(201, { key: 'OPS-12' });
      else if (path === '/pages/p1/incidents' && method === 'GET') answer(200, incident === undefined ? [] : [incident]);
      else if (path.startsWith('/pages/p1/incidents')) {
        incident = { ...incident, id: 'inc1', ...(JSON.parse(body) as { readonly incident: object }).incident, components: [] };
        answer(method === 'POST' ? 201 : 200, incident);
      } else response.end('ok');
    });
    const smtp = await startSmtp({ password: secrets.MAIL_PASSWORD });
    closing.push(
      () => http.close(),
      () => smtp.close(),
    );
    here = place();
    const environment = {
      secrets: Object.fromEntries(Object.keys(secrets).map((name) => [name.toLowerCase(), `env:${name}`])),
      targets: {
        team: { type: 'chat', token: 'secret:slack_token', channel: 'C1', url: `${http.url}/slack` },
        hook: { type: 'chat', webhook: `${http.url}/hook` },
        oncall: { type: 'pager', routingKey: 'secret:routing_key', url: `${http.url}/pager` },
        partners: { type: 'statuspage', page: 'p1', token: 'secret:page_token', url: http.url, components: { books: 'c1' } },
        tickets: { type: 'ticket', url: `${http.url}/tickets`, signingKey: 'secret:signing_key' },
        robot: { type: 'webhook', url: `${http.url}/robot`, signingKey: 'secret:signing_key' },
        board: {
          type: 'email',
          host: '127.0.0.1',
          port: smtp.port,
          username: 'runbook',
          password: 'secret:mail_password',
          from: 'runbook@example.test',
          to: 'board@example.test',
        },
      },
    };
    writeFileSync(join(here.folder, 'tell-everybody.yaml'), text);
    writeFileSync(join(here.folder, 'runbook.config.yaml'), JSON.stringify({ environments: { lab: environment } }));
    const done = await runbook(['run', 'tell-everybody.yaml', '--yes', '--env', 'lab', '-i', 'note=<!subteam^S1> <@U2>'], {
      cwd: here.folder,
      env: { ...here.env, ...secrets },
    });
    expect(done.code, done.stdout + done.stderr).toBe(0);

    const bodies = (path: string): readonly unknown[] =>
      http.received.filter((one) => one.path === path && one.method !== 'GET').map((one) => JSON.parse(one.body) as unknown);
    expect(bodies('/slack')).toEqual([
      { channel: 'C1', text: 'Work begins, <@U1>: &lt; !subteam^S1&gt; &lt; @U2&gt;' },
      { channel: 'C1', text: 'Still at it', thread_ts: '1503435956.000247' },
    ]);
    expect(bodies('/pager')).toMatchObject([{ event_action: 'trigger' }, { event_action: 'resolve' }]);
    expect(bodies('/pages/p1/incidents')).toMatchObject([
      { incident: { name: 'Streams', status: 'investigating', components: { c1: 'major_outage' } } },
    ]);
    expect(bodies('/pages/p1/incidents/inc1')).toMatchObject([
      { incident: { status: 'resolved', components: { c1: 'operational' } } },
    ]);
    expect(bodies('/hook')).toEqual([
      {
        text: expect.stringMatching(
          /^Finished &lt; !subteam\^S1&gt; &lt; @U2&gt;\n\nRecord of run \w+: head [0-9a-f]{64} \(record \d+\)$/,
        ) as string,
      },
    ]);
    expect(smtp.mails[0]?.raw).toContain('-report.md');
    expect(http.received.find((one) => one.path === '/robot')?.headers['webhook-signature']).toMatch(/^v1,/);

    const kept =
      files(here.folder)
        .map((path) => readFileSync(path, 'utf8'))
        .join('\n') +
      done.stdout +
      done.stderr;
    expect(kept).toContain('Work begins');
    for (const secret of Object.values(secrets)) expect(kept.includes(secret)).toBe(false);
  });

  it.each([
    [
      'a step',
      'steps:\n  - { id: say, type: notify, to: team, message: m, undo: none, retry: { attempts: 3, delay: 10ms } }\n',
      false,
    ],
    [
      'comms',
      'steps:\n  - { id: work, type: check, expect: "true" }\ncomms:\n  - { at: [finished], to: team, message: m }\n',
      true,
    ],
  ])('%s whose reply got lost is said once, and is not taken for said', async (_name, steps, good) => {
    let told = 0;
    const deaf = await startTcp((socket) => {
      socket.on('data', () => {
        told += 1;
        socket.destroy();
      });
    });
    closing.push(() => deaf.close());
    here = place();
    const head = 'apiVersion: runbook/v1\nid: say\ntitle: Say\nowners: [tests]\ntargets: { team: chat }\n';
    writeFileSync(join(here.folder, 'say.yaml'), head + steps);
    const targets = { team: { type: 'chat', webhook: `${deaf.url}/hook` } };
    writeFileSync(join(here.folder, 'runbook.config.yaml'), JSON.stringify({ environments: { lab: { targets } } }));
    const done = await runbook(['run', 'say.yaml', '--yes', '--env', 'lab'], { cwd: here.folder, env: here.env });
    expect(told).toBe(1);
    expect(done.code === 0, done.stdout + done.stderr).toBe(good);
  });

  it('a run does not begin with an entry that cannot work', async () => {
    here = place();
    const head = 'apiVersion: runbook/v1\nid: say\ntitle: Say\nowners: [tests]\ntargets: { oncall: pager }\n';
    const steps =
      'steps:\n  - { id: work, type: shell, argv: [touch, made], undo: none }\n  - { id: page, type: escalate, to: oncall, message: m, undo: none }\n';
    writeFileSync(join(here.folder, 'say.yaml'), head + steps);
    const targets = { oncall: { type: 'pager', routingkey: 'r' } };
    writeFileSync(join(here.folder, 'runbook.config.yaml'), JSON.stringify({ environments: { lab: { targets } } }));
    const done = await runbook(['run', 'say.yaml', '--yes', '--env', 'lab'], { cwd: here.folder, env: here.env });
    expect(done.code).toBe(3);
    expect(done.stdout + done.stderr).toContain('did you mean "routingKey"?');
    expect(existsSync(join(here.folder, 'made'))).toBe(false);
  });
});
