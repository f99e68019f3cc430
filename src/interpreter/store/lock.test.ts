/** One holder at a time, whoever crashed before. Racers are processes of their own, since a lock inside one process proves nothing. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const racer = `
import { openSync, closeSync, unlinkSync, writeSync } from 'node:fs';
import { takeLock } from ${JSON.stringify(resolve(import.meta.dirname, 'lock.ts'))};
const [root, startAt, mode] = process.argv.slice(2);
while (Date.now() < Number(startAt)) {}
const tries = mode === 'once' ? 1 : 40;
for (let i = 0; i < tries; i++) {
  const lock = await takeLock(root, 'the lock', { run: 'r' + process.pid, runbook: 'b', operator: 'o' });
  if (!lock.ok) { await new Promise((go) => setTimeout(go, Math.random() * 3)); continue; }
  let inside;
  try { inside = openSync(root + '/inside', 'wx'); } catch { process.stdout.write('TWO\\n'); process.exit(3); }
  process.stdout.write('held\\n');
  await new Promise((go) => setTimeout(go, mode === 'once' ? 400 : Math.random() * 3));
  closeSync(inside); unlinkSync(root + '/inside');
  if (mode === 'die') process.kill(process.pid, 'SIGKILL');
  lock.release();
}
`;
let folder: string;
let program: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-lock-'));
  program = join(folder, 'racer.mjs');
  await build({
    stdin: { contents: racer, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
}
function race(root: string, startAt: number, mode: string, limitMs = 30_000): Promise<End> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [program, root, String(startAt), mode], { stdio: ['ignore', 'pipe', 'inherit'] });
    const limit = setTimeout(() => child.kill('SIGTERM'), limitMs);
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      done({ code, signal, out });
    });
  });
}
function fresh(name: string): string {
  const root = join(folder, name);
  mkdirSync(join(root, 'locks'), { recursive: true });
  return root;
}
const deadHolder = JSON.stringify({
  lock: 'the lock',
  run: 'old',
  runbook: 'b',
  operator: 'o',
  pid: 1,
  startTime: '1',
  boot: 'before',
  since: '',
});
const lockPath = (root: string): string => join(root, 'locks', 'the%20lock.1.lock');

describe('lock', () => {
  it('fifty processes at once: never two of them hold it', async () => {
    const root = fresh('fifty');
    const at = Date.now() + 4000;
    const ends = await Promise.all(Array.from({ length: 50 }, () => race(root, at, 'once')));
    expect(ends.filter((end) => end.out.includes('TWO'))).toEqual([]);
    expect(ends.some((end) => end.out.includes('held'))).toBe(true);
  });

  it('a holder of a former boot is taken over by one process only, many times over', async () => {
    const root = fresh('stale');
    writeFileSync(lockPath(root), deadHolder);
    const at = Date.now() + 1500;
    const ends = await Promise.all(Array.from({ length: 16 }, (_, i) => race(root, at, i % 2 === 0 ? 'die' : 'many')));
    expect(ends.filter((end) => end.out.includes('TWO'))).toEqual([]);
  });

  it.each(['', '{"lock":"the lo', 'null'])(
    'a lock file left as %j by a power failure does not hang the next run',
    async (text) => {
      const root = fresh(`torn${String(text.length)}`);
      writeFileSync(lockPath(root), text);
      const end = await race(root, 0, 'once', 5000);
      expect({ signal: end.signal, out: end.out }).toEqual({ signal: null, out: 'held\n' });
    },
  );
});
