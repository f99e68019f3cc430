/** `npm run demo` as a newcomer runs it: to its end, and interrupted at bad moments. What it started is found by its folder in /proc. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, root } from '../rig/cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-demo-test-'));
  // PostgreSQL runs as a user of its own and must reach its data in here.
  chmodSync(folder, 0o755);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Demo {
  output(): string;
  /** Throws when the demo has ended without. */
  said(words: string): boolean;
  signal(signal: NodeJS.Signals): void;
  readonly code: Promise<number | null>;
}

/** A process group of its own, so that a signal reaches all of it, as Ctrl-C in a terminal does. */
function demo(): Demo {
  const child = spawn('npm', ['run', 'demo'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder, RUNBOOK_STATE_DIR: join(folder, 'state') },
  });
  let output = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  }
  return {
    output: () => output,
    said: (words) => {
      if (ended) throw new Error(`ended before it said ${words}: ${output}`);
      return output.includes(words);
    },
    signal: (signal) => {
      process.kill(-(child.pid ?? 0), signal);
    },
    code: new Promise((done, fail) => {
      child.on('error', fail);
      child.on('close', (code) => {
        ended = true;
        done(code);
      });
    }),
  };
}

/** Command lines of living processes that name the demo's folder. */
const left = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(folder));

describe('npm run demo', () => {
  it('repairs a real desync, writes a report and leaves no process behind', async () => {
    const running = demo();
    await eventually('the servers run', () => running.said('postgres ') && left().length >= 5, 90_000);
    expect(await running.code, running.output()).toBe(0);
    expect(running.output()).toContain('finished: succeeded');
    const report = /the report is (\S+)/.exec(running.output())?.[1] ?? '';
    expect(existsSync(report) && readFileSync(report, 'utf8')).toContain('the lab injected the fault ws-desync');
    expect(left()).toEqual([]);
    // The folders for sockets and for proofs of who is at the other end stay, empty: another run may be about to use them.
    const sockets = readdirSync(folder).filter((name) => /^runbook-\d+$/.test(name));
    expect(sockets.flatMap((name) => readdirSync(join(folder, name), { recursive: true }).map(String))).toEqual(['proofs']);
    expect(readdirSync(folder).filter((name) => !sockets.includes(name))).toEqual(['state']);
  }, 180_000);

  it.each([
    ['SIGINT', 'while the servers start', 'lab: starting Kafka'],
    ['SIGINT', 'while the fault shows', 'postgres '],
    ['SIGINT', 'in the middle of the run', '== main'],
    ['SIGHUP', 'because the terminal is closed', '== main'],
  ] as const)(
    '%s %s: no process is left',
    async (signal, _when, words) => {
      const running = demo();
      await eventually(words, () => running.said(words), 90_000);
      running.signal(signal);
      expect(await running.code, running.output()).not.toBe(0);
      expect(left()).toEqual([]);
    },
    120_000,
  );
});
