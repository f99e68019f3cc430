/**
 * Twelve things that an operator does at night, each by reading the screen and pressing keys, on the lab's real servers.
 * Two stories: a fault, with a run that is refused and undone and a run that repairs it; and a step that fails until
 * somebody repairs the world by hand.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { root, runbook } from '../rig/cli.ts';
import type { Tmux, Window } from '../rig/tmux.ts';
import { openTmux } from '../rig/tmux.ts';

const folder = mkdtempSync(join(tmpdir(), 'runbook-tasks-'));
let path: string | undefined;
let configuration = '';
let tmux: Tmux;

const env = (): Readonly<Record<string, string>> => ({
  ...(path === undefined ? {} : { PATH: path }),
  RUNBOOK_LAB_DIR: join(folder, 'lab'),
  RUNBOOK_STATE_DIR: join(folder, 'state'),
  RUNBOOK_CATALOGUE: join(root, 'runbooks.yaml.d'),
});
async function lab(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runbook(['lab', ...args], { env: env() });
  if (code !== 0) throw new Error(`lab ${args.join(' ')} exited ${String(code)}: ${stderr}`);
  return stdout;
}
const redisPort = (): string => /redis:\/\/127\.0\.0\.1:(\d+)/.exec(configuration)?.[1] ?? '';
const verify = async (): Promise<readonly string[]> =>
  JSON.parse((await runbook(['lab', 'verify', '-o', 'json'], { env: env() })).stdout) as readonly string[];

beforeAll(async () => {
  await lab('up');
  path = (JSON.parse(await lab('env', '-o', 'json')) as Record<string, string>)['PATH'];
  configuration = (await lab('config')).replace('timeScale: 60', 'timeScale: 120');
  writeFileSync(join(folder, 'runbook.config.yaml'), configuration);
  await lab('fault', 'ws-desync');
  tmux = openTmux({ cwd: folder, env: env() });
});
afterAll(async () => {
  tmux.end();
  await lab('down');
  rmSync(folder, { recursive: true, force: true });
});

/** A question takes no keys in its first half second; whoever reads it is slower than that. */
const reading = (): Promise<void> => new Promise((done) => setTimeout(done, 700));
async function answers(window: Window, question: string | RegExp, ...keys: readonly string[]): Promise<void> {
  await window.sees(question, 60_000);
  await reading();
  window.press(...keys);
}

/** Each part begins on the screen that the part before has left. */
function asOneStory(): void {
  let broken = false;
  beforeEach(({ onTestFailed }) => {
    if (broken) throw new Error('an earlier part of this story failed; the screen is not where this part begins');
    onTestFailed(() => {
      broken = true;
    });
  });
}

describe('with an alert in the pager', { timeout: 150_000 }, () => {
  let window: Window;
  asOneStory();

  it('1. finds the runbook from the name of the alert', async () => {
    window = tmux.window('runbook run');
    await window.sees('Which runbook?');
    window.types('WsSequenceGapRatioHigh');
    await window.sees('Which runbook? WsSequenceGapRatioHigh');
    const screen = await window.sees('1 of ');
    expect(screen).toContain('> ws-desync');
    expect(screen).toContain('Stop corrupted deltas, rebuild the cache');
  });

  it('2. fills in the inputs and sees the plan before anything happens', async () => {
    window.press('Enter');
    await window.sees('ticket');
    await window.sees('> venue');
    window.press('Enter');
    await window.sees('> symbols');
    window.press('Enter');
    await window.sees('> ticket');
    await window.fills('a ticket');
    await window.sees('does not match');
    window.press('C-u');
    await window.fills('INC-7');
    await window.sees('> expectedRestore');
    window.press('Enter');
    await window.sees('> evaluationInterval');
    window.press('C-u');
    await window.fills('1s');
    const screen = await window.sees('this is the plan; nothing has been touched');
    expect(screen).toMatch(/\d+ reads, 4 WRITES, 1 DESTRUCTIVE, 4 messages/);
    expect(screen).toContain('DESTRUCTIVE: syncOffsets, cannot be undone, asks first');
    expect((await runbook(['runs', '-o', 'json'], { env: env() })).stdout).toBe('[]\n');
  });

  it('4. refuses a typed approval, and 11. undoes what was done before', async () => {
    window.press('Enter');
    await answers(window, /grafana: Compare with the dashboard/, 'd');
    await answers(window, /type ws-gateway to agree/, 'C-n');
    await window.sees('Press Ctrl-N again: no');
    window.press('C-n');
    // Something has changed already: a refusal is not the end.
    expect(await window.sees('was refused: what now?', 60_000)).toMatch(/abort +stop; stays changed: pause, rebuildCache/);
    await answers(window, /a = abort/, 'a');
    await window.sees('Press a again: abort');
    window.press('a');
    await answers(window, /rootCause/, 'C-n');
    await answers(window, /automation/, 'C-n');
    const end = await window.sees('can be undone: pause', 60_000);
    const [, undo = ''] = /to do it: (runbook undo \S+)/.exec(end) ?? [];
    window.types(`clear; ${undo}\n`);
    await window.sees('ws-desync: undone', 60_000);
    expect(window.screen()).toContain('taken back: pause');
  });

  it('3. gives a typed approval, once mistyped', async () => {
    window.types('clear; runbook run WsSequenceGapRatioHigh -i ticket=INC-8 -i evaluationInterval=1s\n');
    await answers(window, /grafana: Compare with the dashboard/, 'd');
    await window.sees('type ws-gateway to agree', 60_000);
    await reading();
    await window.fills('ws-gatewai');
    await window.sees('"ws-gatewai" is not ws-gateway');
    window.types('ws-gateway');
    await window.sees('to agree: ws-gateway█');
    window.press('Enter');
  });

  it('9. hands over to a second terminal and closes the first', async () => {
    await window.sees('Resume', 60_000);
    const second = tmux.window('runbook attach --operator bob');
    await second.sees('t takes them', 60_000);
    second.press('t');
    await second.sees('Ctrl-C stop');
    await window.sees('bob has the controls');
    window.close();
    window = second;
    await answers(window, /y = yes/, 'y');
  });

  it('5. watches a wait as a curve and gives it more time', async () => {
    await window.sees(/now: .* left/, 60_000);
    const before = await window.sees(/left, then it fails/);
    window.press('e');
    await window.sees(/: extend \S+ 5m/);
    await window.fills('the exchange is slow today');
    await window.sees(/left, then it fails/);
    expect(before).toContain('until:');
  });

  it('12. ends the incident and pastes the summary', async () => {
    await answers(window, /rootCause/, 'C-n');
    await answers(window, /automation/, 'C-n');
    const screen = await window.sees('ws-desync: succeeded', 90_000);
    expect(screen).toContain('changed: rebuildCache, syncOffsets\ntaken back: pause');
    expect(screen).toMatch(/validations: 17 of 17 hold/);
    expect(await verify()).toEqual([]);
  });
});

const handwork = `apiVersion: runbook/v1
id: handwork
title: A procedure with a step that needs a hand
owners: [tests]
onFailure: ask
targets: { cache: redis }
steps:
  - { id: mark, type: redis, command: [SET, "handwork:begun", "yes"], undo: none }
  - { id: settle, title: Let the caches settle, type: shell, argv: [sleep, "300"], effect: read }
  - { id: repaired, title: The index answers, type: redis, command: [GET, "handwork:index"], expect: value == "whole" }
  - { id: close, title: Close the books, type: redis, command: [SET, "handwork:closed", "yes"], undo: none }
`;

describe('with the name of the runbook, and its inputs missing', () => {
  it('asks for them, with what was given already', async () => {
    const window = tmux.window('runbook run ws-desync -i venue=alpha');
    await window.sees('> venue');
    const screen = await window.sees(/ticket +string, required/);
    expect(screen).toMatch(/venue +alpha/);
    window.press('Escape');
    await window.sees('nothing was chosen; nothing was done');
  });
});

describe('with a step that fails until the world is repaired by hand', { timeout: 150_000 }, () => {
  let window: Window;
  asOneStory();

  it('6. pauses and continues', async () => {
    writeFileSync(join(folder, 'handwork.yaml'), handwork);
    window = tmux.window('runbook run ./handwork.yaml');
    await window.sees(/running +Let the caches settle/, 60_000);
    window.press('p');
    await window.sees(/paused by \S+|PAUSED/);
    window.press('c');
    await window.sees(/^(?![\s\S]*(paused by|PAUSED))/);
  });

  it('7. skips a step, with the reason that the record keeps', async () => {
    window.press('s');
    await window.sees(': skip settle');
    await window.fills('the caches are known to be warm');
    await window.sees(/skipped +Let the caches settle/);
    expect(window.screen()).toContain('the caches are known to be warm');
  });

  it('10. loses the terminal with a question open, and finds the same question again', async () => {
    await window.sees(/retry/);
    await window.sees('The index answers');
    window.close();
    window = tmux.window('runbook attach');
    await window.sees(/= retry/, 60_000);
  });

  it('8. retries the failed step after repairing the world from another terminal', async () => {
    const other = tmux.window();
    other.types(`redis-cli -p ${redisPort()} SET handwork:index whole\n`);
    await other.sees('OK');
    await answers(window, /= retry/, 'r');
    const screen = await window.sees('handwork: warning', 60_000);
    expect(screen).toMatch(/ok +Close the books/);
    expect(screen).toContain('left out: Let the caches settle, by root: the caches are known to be warm');
    expect(screen).toContain('changed: mark, close');
  });
});
