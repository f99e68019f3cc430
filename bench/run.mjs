// Ratios measured in pairs on this machine; see README.md. Usage: node bench/run.mjs [name...]
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const cli = resolve('dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'runbook-bench-'));
const environment = { ...process.env, RUNBOOK_STATE_DIR: join(folder, 'state'), NO_COLOR: '1', CI: '1' };

/** Runs a command to its end; wall ms, peak resident MiB (from /proc, sampled), exit code. Fails when the exit code is another one. */
function timed(argv, { expect = 0 } = {}) {
  return new Promise((done, fail) => {
    const begun = process.hrtime.bigint();
    const child = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'ignore', 'inherit'], env: environment, cwd: folder });
    let peak = 0;
    const sample = () => {
      try {
        const found = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
        if (found) peak = Math.max(peak, Number(found[1]) / 1024);
      } catch {
        /* it has ended */
      }
    };
    const timer = setInterval(sample, 10);
    child.on('error', fail);
    child.on('exit', (code) => {
      clearInterval(timer);
      if (code !== expect) fail(new Error(`${argv.join(' ')} exited ${code}`));
      else done({ ms: Number(process.hrtime.bigint() - begun) / 1e6, peak });
    });
  });
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** A B A B ...; the median of the pairwise ratios. */
async function ratio(name, a, b, aim, pairs = 11) {
  await timed(a);
  await timed(b);
  const ratios = [];
  const left = [];
  for (let i = 0; i < pairs; i++) {
    const one = await timed(a);
    const two = await timed(b);
    ratios.push(one.ms / two.ms);
    left.push(one.ms);
  }
  console.log(
    `${name}: ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}), ${median(left).toFixed(0)} ms; aim ${aim}`,
  );
}

const runbook = (id, steps) =>
  `apiVersion: runbook/v1\nid: ${id}\ntitle: Benchmark\nowners: [bench]\nsteps:\n${steps.map((line) => `  - ${line}\n`).join('')}`;
const shellSteps = (n) =>
  runbook(
    `steps-${n}`,
    Array.from({ length: n }, (_, i) => `{ id: s${i}, type: shell, argv: ["true"] }`),
  );
const write = (name, text) => {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, text);
  return path;
};

const node = process.execPath;
const bare = [node, '-e', '0'];
const desync = resolve('runbooks.yaml.d/realtime/ws-desync.yaml');

const benches = {
  async lint() {
    const plain = write(
      'plain',
      runbook(
        'plain',
        Array.from({ length: 18 }, (_, i) => `{ id: s${i}, type: shell, argv: [echo, "${i}"] }`),
      ),
    );
    await ratio('lint of a file without conditions / bare node', [node, cli, 'lint', plain], bare, '1.25');
    await ratio('lint of ws-desync / bare node', [node, cli, 'lint', desync], bare, '1.4');
    await ratio('list / bare node', [node, cli, 'list', '--catalogue', resolve('runbooks.yaml.d')], bare, '1.2');
  },
  async steps() {
    const hundred = write('steps-100', shellSteps(100));
    const loop = `i=0; while [ $i -lt 100 ]; do sh -c true; echo $i >>log; sync -d log; i=$((i+1)); done`;
    await ratio(
      '100 shell steps / sh loop that syncs once a step',
      [node, cli, 'run', hundred, '-o', 'json'],
      ['sh', '-c', loop],
      '1.6',
      5,
    );
  },
  async slope() {
    const hundred = write('steps-100', shellSteps(100));
    const thousand = write('steps-1000', shellSteps(1000));
    const one = write('steps-1', shellSteps(1));
    const at = async (path) => timed([node, cli, 'run', path, '-o', 'json']);
    const base = await at(one);
    const h = await at(hundred);
    const t = await at(thousand);
    const perHundred = (h.ms - base.ms) / 99;
    const perThousand = (t.ms - base.ms) / 999;
    console.log(
      `ms a step: ${perHundred.toFixed(2)} at 100, ${perThousand.toFixed(2)} at 1,000: ${(perThousand / perHundred).toFixed(2)} times; aim 1.35`,
    );
    console.log(`peak memory: ${h.peak.toFixed(0)} MiB at 100, ${t.peak.toFixed(0)} MiB at 1,000; aim 80`);
  },
  async lines() {
    for (const lines of [1000, 2_000_000]) {
      const path = write('lines', runbook('lines', [`{ id: print, type: shell, argv: [seq, "${lines}"] }`]));
      const run = await timed([node, cli, 'run', path, '-o', 'json']);
      console.log(`a child printing ${lines} lines: peak ${run.peak.toFixed(0)} MiB, ${run.ms.toFixed(0)} ms`);
    }
  },
  async size() {
    const production = readFileSync('package-lock.json', 'utf8');
    const packages = Object.entries(JSON.parse(production).packages).filter(([path, one]) => path !== '' && !one.dev);
    console.log(`production dependencies: ${packages.length} packages`);
    console.log(`dist: ${readdirSync('dist/chunks').length} chunks`);
  },
};

const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) if (wanted.length === 0 || wanted.includes(name)) await bench();
rmSync(folder, { recursive: true, force: true });
