// From an alert at the webhook of `runbook serve` to the first record of its run, in turn with a `runbook run` of the same runbook.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const token = 'b'.repeat(43);
const config = `environments: { local: {} }
vouchingAccounts: ["user:${process.getuid()}"]
serve:
  alertmanager:
    token: "sha256:${createHash('sha256').update(token).digest('hex')}"
    rules: [{ environment: local, startAlone: ["*"] }]
`;
const runbook = `apiVersion: runbook/v1
id: answer
title: Benchmark
owners: [bench]
triggers: [{ alert: Bench }]
steps:
  - { id: step, type: shell, argv: ["true"], undo: none }
`;

/** `stored`: so many runs are there before. ms from the call, and from the start of the program. */
export async function webhookTimes({ folder, cli, environment, stored, pairs }) {
  const place = join(folder, `webhook-${stored}`);
  const runs = join(place, 'state', 'runs');
  mkdirSync(join(place, 'runbooks.yaml.d'), { recursive: true });
  writeFileSync(join(place, 'runbook.config.yaml'), config);
  writeFileSync(join(place, 'runbooks.yaml.d', 'answer.yaml'), runbook);
  const env = { ...environment, RUNBOOK_STATE_DIR: join(place, 'state') };
  const program = (...args) => spawn(process.execPath, [cli, ...args], { cwd: place, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = (child) => new Promise((done) => child.once('exit', done));
  const seen = new Set();
  const firstRecord = async () => {
    for (;;) {
      const names = existsSync(runs) ? readdirSync(runs).filter((name) => !name.startsWith('.') && !seen.has(name)) : [];
      const found = names.find((name) => (statSync(join(runs, name, 'journal.jsonl'), { throwIfNoEntry: false })?.size ?? 0) > 0);
      if (found !== undefined) return found;
      await pause(1);
    }
  };
  /** ms until the run that `begin` starts has its first record; the next one begins when nothing of it is left. */
  const measured = async (begin) => {
    const from = performance.now();
    const begun = begin();
    const run = await firstRecord();
    const took = performance.now() - from;
    await begun;
    while (existsSync(join(place, 'state', 'locks', 'answer@local.lock'))) await pause(5);
    seen.add(run);
    return took;
  };
  const typed = () =>
    ended(
      program('run', 'answer', '-o', 'json').on('spawn', function () {
        this.stdout.resume();
      }),
    );
  await measured(typed);
  const [one] = seen;
  for (let i = 0; i < stored; i++) {
    const name = `0${String(i).padStart(25, '0')}`;
    cpSync(join(runs, one), join(runs, name), { recursive: true });
    seen.add(name);
  }
  const server = program('serve', '--listen', '127.0.0.1:0');
  const url = await new Promise((done, fail) => {
    let text = '';
    server.stdout.on('data', (chunk) => {
      text += chunk;
      const [, found] = /listening on (\S+)/.exec(text) ?? [];
      if (found !== undefined) done(found);
    });
    server.once('exit', () => fail(new Error('the server ended')));
  });
  const send = async (number) => {
    const alert = {
      status: 'firing',
      labels: { alertname: 'Bench' },
      startsAt: new Date(number).toISOString(),
      fingerprint: `f${number}`,
    };
    const body = JSON.stringify({ version: '4', groupKey: '{}', status: 'firing', alerts: [alert] });
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/hooks/alertmanager`, { method: 'POST', body, headers });
    const text = await answer.text();
    if (!text.includes('"started"')) throw new Error(`not started: ${text}`);
  };
  const times = [];
  for (let i = 0; i < pairs + 3; i++) times.push({ hook: await measured(() => send(i)), run: await measured(typed) });
  server.kill('SIGTERM');
  await ended(server);
  return times.slice(3);
}
