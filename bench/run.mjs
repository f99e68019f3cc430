// Ratios measured in pairs on this machine; see README.md. Usage: node bench/run.mjs [lint|many|words|steps|slope|thousands|core|redactor|lines|screen|first|paint|webhook|size ...]
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { webhookTimes } from './webhook.mjs';

const cli = resolve('dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'runbook-bench-'));
const observed = join(folder, 'observed.json');
const environment = {
  ...process.env,
  RUNBOOK_STATE_DIR: join(folder, 'state'),
  XDG_CACHE_HOME: join(folder, 'cache'),
  BENCH_OBSERVED: observed,
  NO_COLOR: '1',
  CI: '1',
};

/** Runs a command to its end, output thrown away; wall ms. A command that fails is not a measurement. */
function timed(argv) {
  return new Promise((done, fail) => {
    const begun = process.hrtime.bigint();
    const child = spawn(argv[0], argv.slice(1), { stdio: 'ignore', env: environment, cwd: folder });
    child.on('error', fail);
    child.on('exit', (code) => {
      if (code !== 0) fail(new Error(`${argv.join(' ')} exited ${code}`));
      else done(Number(process.hrtime.bigint() - begun) / 1e6);
    });
  });
}

/** One run of the program with its syncs counted and its peak memory in MiB. Not timed: the counting is in the way. */
async function watched(argv) {
  await timed([process.execPath, '-r', resolve('bench/observe.cjs'), ...argv]);
  return JSON.parse(readFileSync(observed, 'utf8'));
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** The code cache learns over the first starts of a verb. */
async function warm(argv, times = 5) {
  for (let i = 0; i < times; i++) await timed(argv);
}

/** A B A B ...; the median of the pairwise ratios. */
async function ratio(name, a, b, aim, pairs, starts = 5) {
  await warm(a, starts);
  await timed(b);
  const ratios = [];
  const left = [];
  const right = [];
  for (let i = 0; i < pairs; i++) {
    left.push(await timed(a));
    right.push(await timed(b));
    ratios.push(left.at(-1) / right.at(-1));
  }
  say(
    name,
    `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}, ${pairs} pairs, ` +
      `medians ${median(left).toFixed(0)} / ${median(right).toFixed(0)} ms)`,
    aim,
  );
}

function say(name, figure, aim) {
  console.log(`${name.padEnd(52)} ${figure}${aim === undefined ? '' : `; aim ${aim}`}`);
}

const runbook = (id, steps) =>
  `apiVersion: runbook/v1\nid: ${id}\ntitle: Benchmark\nowners: [bench]\nsteps:\n${steps.map((line) => `  - ${line}\n`).join('')}`;
const write = (name, steps) => {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, runbook(name, steps));
  return path;
};
const shellSteps = (n) =>
  write(
    `steps-${n}`,
    Array.from({ length: n }, (_, i) => `{ id: s${i}, type: shell, argv: ["true"] }`),
  );

const node = process.execPath;
const bare = [node, '-e', '0'];
const run = (path) => [node, cli, 'run', path, '-o', 'json'];
const loopOf = (n) => `i=0; while [ $i -lt ${n} ]; do sh -c true; echo $i >>log; sync -d log; i=$((i+1)); done`;

const benches = {
  async lint() {
    const plain = write(
      'plain',
      Array.from({ length: 18 }, (_, i) => `{ id: s${i}, type: shell, argv: [echo, "${i}"] }`),
    );
    const desync = resolve('runbooks.yaml.d/realtime/ws-desync.yaml');
    await warm([node, cli, 'lint', desync]);
    await ratio('lint, a file without conditions / bare node', [node, cli, 'lint', plain], bare, '1.25', 21);
    await ratio('lint, ws-desync / bare node', [node, cli, 'lint', desync], bare, '1.4', 21);
    await ratio('list / bare node', [node, cli, 'list', '--catalogue', resolve('runbooks.yaml.d')], bare, '1.2', 21);
  },
  async many() {
    const ajv = [
      node,
      resolve('node_modules/.bin/ajv'),
      'validate',
      '--strict=false',
      '-s',
      resolve('schema/runbook.schema.json'),
    ];
    const peaks = [];
    for (const n of [1000, 10_000]) {
      const name = `many-${n}`;
      mkdirSync(join(folder, name));
      for (let i = 0; i < n; i++) {
        const steps = Array.from({ length: 18 }, (_, at) => `{ id: s${at}, type: shell, argv: [echo, "${i} ${at}"] }`);
        writeFileSync(join(folder, name, `r${i}.yaml`), runbook(`plain-${i}`, steps));
      }
      peaks.push((await watched([cli, 'lint', name])).peak.toFixed(0));
    }
    await ratio(
      'lint, 10,000 files / ajv-cli',
      [node, cli, 'lint', 'many-10000'],
      [...ajv, '-d', 'many-10000/*.yaml'],
      '0.5',
      3,
      0,
    );
    say('peak memory of lint, 1,000 and 10,000 files', `${peaks.join(' and ')} MiB`, 'flat');
  },
  async steps() {
    const hundred = shellSteps(100);
    await ratio('100 shell steps / sh loop that syncs once a step', run(hundred), ['sh', '-c', loopOf(100)], '1.6', 9);
    const { syncs } = await watched([cli, 'run', hundred]);
    say('syncs of 100 steps', `100 + ${syncs - 100}`, 'steps + a constant');
  },
  async slope() {
    const [one, hundred, thousand] = [1, 100, 1000].map(shellSteps);
    await warm(run(one));
    const slopes = [];
    for (let i = 0; i < 3; i++) {
      const [base, h, t] = [await timed(run(one)), await timed(run(hundred)), await timed(run(thousand))];
      slopes.push({ hundred: (h - base) / 99, thousand: (t - base) / 999 });
    }
    const ratios = slopes.map((slope) => slope.thousand / slope.hundred);
    const of = (key) => median(slopes.map((slope) => slope[key])).toFixed(2);
    say(
      'ms a step at 1,000 / at 100',
      `${median(ratios).toFixed(2)} (${of('thousand')} / ${of('hundred')} ms, 3 rounds)`,
      'at most 1.35',
    );
    const peaks = [];
    for (const path of [hundred, thousand]) peaks.push((await watched([cli, 'run', path])).peak.toFixed(0));
    say('peak memory at 100 and at 1,000 steps', `${peaks.join(' and ')} MiB`, '80');
  },
  /** Start and preparation count too, spread over so many steps. */
  async thousands() {
    const [thousand, tenThousand] = [1000, 10_000].map(shellSteps);
    const loop = ['sh', '-c', loopOf(1000)];
    await ratio('1,000 shell steps / sh loop that syncs once a step', run(thousand), loop, '1.6', 5, 2);
    const [wall, bare] = [await timed(run(tenThousand)), await timed(loop)];
    const seconds = (wall / 1000).toFixed(0);
    say('10,000 shell steps / ten times that loop', `${(wall / bare / 10).toFixed(2)} (1 pair, ${seconds} s)`, '1.6 and 30 s');
    const { peak } = await watched([cli, 'run', tenThousand]);
    say('peak memory at 10,000 steps', `${peak.toFixed(0)} MiB`);
  },
  async lines() {
    for (const lines of [1000, 2_000_000, 20_000_000]) {
      const path = write(`lines-${lines}`, [`{ id: print, type: shell, argv: [seq, "${lines}"] }`]);
      const peaks = [];
      for (let i = 0; i < 3; i++) peaks.push((await watched([cli, 'run', path])).peak);
      say(`peak memory, a child printing ${lines.toLocaleString('en')} lines`, `${median(peaks).toFixed(0)} MiB`, 'flat');
    }
  },
  /**
   * The same run on a terminal of 120 columns, with engine and viewer, and on a pipe; by the run's own clock, from its first record to its last,
   * so that the start of a second process is not in it.
   */
  async screen() {
    const path = write('flood', [`{ id: print, type: shell, argv: [seq, -f, "%0100.0f", "500000"] }`]);
    const command = [node, cli, 'run', path].join(' ');
    const shown = ['script', '-qefc', `stty cols 120 rows 40; exec ${command}`, '/dev/null'];
    delete environment.CI;
    const clocks = [];
    for (let i = 0; i < 11; i++)
      clocks.push({ shown: await clocked(shown), piped: await clocked(['sh', '-c', `${command} | cat`]) });
    environment.CI = '1';
    const ratios = clocks.slice(2).map((clock) => clock.shown / clock.piped);
    const of = (key) => median(clocks.slice(2).map((clock) => clock[key])).toFixed(0);
    say(
      '500,000 lines with the screen / without',
      `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}, 9 pairs, medians ${of('shown')} / ${of('piped')} ms)`,
      'at most 1.25',
    );
  },
  /** From the start of the command to the first picture with the runbook in it; against a program that draws one box with the same library. */
  async first() {
    // Still running when the picture comes, or the title would be that of the last page.
    const path = write('first', [`{ id: waits, type: shell, argv: [sleep, "5"] }`]);
    const program = await bundled('bench/box.tsx');
    const command = ['script', '-qefc', `stty cols 120 rows 40; exec ${node} ${cli} run ${path}`, '/dev/null'];
    const box = ['script', '-qefc', `stty cols 120 rows 40; exec ${node} ${program}`, '/dev/null'];
    delete environment.CI;
    const times = [];
    for (let i = 0; i < 12; i++) times.push({ run: await seen(command, 'Benchmark'), box: await seen(box, 'Benchmark') });
    environment.CI = '1';
    rmSync(program);
    const ratios = times.slice(5).map((time) => time.run / time.box);
    const of = (key) => median(times.slice(5).map((time) => time[key])).toFixed(0);
    say(
      'first picture of a run / a box drawn by node with Ink',
      `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}, 7 pairs, medians ${of('run')} / ${of('box')} ms)`,
      '1.5',
    );
  },
  /** Paintings of a run in its middle, in one process each. */
  async paint() {
    const program = await bundled('bench/paint.tsx');
    const costs = [];
    const stored = {};
    for (const n of [50, 1000]) {
      const state = join(folder, `paint-${n}`);
      environment.RUNBOOK_STATE_DIR = state;
      await timed(run(shellSteps(n)));
      stored[n] = join(state, 'runs', readdirSync(join(state, 'runs'))[0]);
    }
    for (let i = 0; i < 7; i++)
      costs.push({ few: await printed(program, stored[50]), many: await printed(program, stored[1000]) });
    rmSync(program);
    const of = (key) => median(costs.map((cost) => cost[key])).toFixed(2);
    say(
      'painting a run of 1,000 steps / of 50',
      `${median(costs.map((cost) => cost.many / cost.few)).toFixed(2)} (${of('many')} / ${of('few')} ms, 7 pairs)`,
      'at most 1.3',
    );
  },
  /** Decide and fold alone, in a virtual world: linear, not quadratic. */
  async core() {
    const program = await bundled('bench/core.ts');
    const ratios = [];
    for (let i = 0; i < 5; i++) ratios.push(await printed(program, ''));
    rmSync(program);
    say('the core, 4,000 steps / 500', `${median(ratios).toFixed(1)} (5 runs)`, 'at most 12');
  },
  /** The redactor alone, against what is done to each byte anyway; and a whole run that prints 50 MiB. */
  async redactor() {
    const program = await bundled('bench/redactor.ts');
    const ratios = [];
    for (let i = 0; i < 5; i++) ratios.push(await printed(program, ''));
    rmSync(program);
    const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((one) => one.toFixed(1));
    say('masking output, 50 secrets / hashing it', `${median(ratios).toFixed(1)} (${least}-${most}, 5 runs)`, 'at most 20');
    const printing = write('printing', [`{ id: print, type: shell, argv: [seq, -f, "%0100.0f", "500000"] }`]);
    const names = Array.from({ length: 50 }, (_, at) => `BENCH_SECRET_${at}`);
    for (const name of names) environment[name] = `bench-secret-${name}-value`;
    const config = join(folder, 'secrets.yaml');
    writeFileSync(
      config,
      `environments: { local: { secrets: { ${names.map((name) => `${name}: 'env:${name}'`).join(', ')} } } }\n`,
    );
    await ratio('500,000 lines, 50 secrets / none', [...run(printing), '--config', config], run(printing), '2', 9, 2);
  },
  /** Text that a careless pattern would read again and again, against as much ordinary text. */
  async words() {
    const titles = (name, word) =>
      write(
        name,
        Array.from({ length: 12 }, (_, i) => `{ id: s${i}, type: manual, title: "${word.repeat(60_000 / word.length)}" }`),
      );
    const lint = (path) => [node, cli, 'lint', path];
    const ordinary = titles('ordinary', 'as much ordinary text and no more; ');
    for (const [i, word] of ['a.', 'a+b-', 'a://b:', 'Bearer ', '-----BEGIN ', 'ghp_', 'xoxb'].entries())
      await ratio(`lint, 720 kB of "${word}" / ordinary text`, lint(titles(`word-${i}`, word)), lint(ordinary), '2', 3, 1);
  },
  /** An alert's run has its first record as soon as one that is typed, also where a thousand runs are stored. */
  async webhook() {
    for (const stored of [0, 1000]) {
      const times = await webhookTimes({ folder, cli, environment, stored, pairs: 9 });
      const ratios = times.map(({ hook, run }) => hook / run);
      const hooks = times.map(({ hook }) => hook);
      say(
        `webhook to first record / of run, ${stored} stored`,
        `${median(ratios).toFixed(2)} (9 pairs, median ${median(hooks).toFixed(0)} ms, longest ${Math.max(...hooks).toFixed(0)} ms)`,
        'at most 1, each below 1,000 ms',
      );
    }
  },
  async size() {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const production = Object.entries(lock.packages).filter(([path, one]) => path !== '' && !one.dev && existsSync(path));
    const bytes = production.reduce((sum, [path]) => sum + ownSize(path), 0);
    say('production dependencies', `${production.length} packages, ${(bytes / 2 ** 20).toFixed(1)} MiB`);
    say('dist, without the lab', `${(sizeOf('dist', /^lab/) / 2 ** 20).toFixed(1)} MiB`);
  },
};

/** One of our own modules as a file that node can start; packages are resolved from the project, so it lies inside. */
async function bundled(path) {
  const { build } = await import('esbuild');
  const outfile = resolve('node_modules', `.bench-${process.pid}.mjs`);
  await build({
    entryPoints: [path],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    packages: 'external',
    jsx: 'automatic',
  });
  return outfile;
}

/** Wall ms until a command has printed the text; it runs to its end before anything else begins. */
function seen(argv, text) {
  return new Promise((done, fail) => {
    const begun = process.hrtime.bigint();
    const child = spawn(argv[0], argv.slice(1), {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...environment, NODE_ENV: 'production', TERM: 'xterm-256color' },
      cwd: folder,
    });
    let printed = '';
    let took;
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (took === undefined && printed.includes(text)) took = Number(process.hrtime.bigint() - begun) / 1e6;
    });
    child.on('error', fail);
    child.on('exit', (code) =>
      code === 0 && took !== undefined ? done(took) : fail(new Error(`${argv.join(' ')} exited ${code}`)),
    );
  });
}

/** Runs a command in a state folder of its own; the run clock at its last record, ms. */
async function clocked(argv) {
  const state = mkdtempSync(join(folder, 'clocked-'));
  environment.RUNBOOK_STATE_DIR = state;
  await timed(argv);
  const run = readdirSync(join(state, 'runs'))[0];
  const records = readFileSync(join(state, 'runs', run, 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n');
  rmSync(state, { recursive: true });
  return JSON.parse(records.at(-1)).t;
}

/** The number that a program prints. */
function printed(program, run) {
  return new Promise((done, fail) => {
    const child = spawn(node, [program], {
      env: { ...environment, NODE_ENV: 'production', BENCH_RUN: run },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('exit', (code) => (code === 0 ? done(Number(text)) : fail(new Error(`${program} exited ${code}`))));
  });
}

/** Bytes of the files below a folder, without entries that `left` names. */
function sizeOf(path, left) {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !left.test(entry.name))
    .reduce((sum, entry) => {
      const at = join(path, entry.name);
      return sum + (entry.isDirectory() ? sizeOf(at, left) : entry.isFile() ? statSync(at).size : 0);
    }, 0);
}

/** Packages inside a package are counted by themselves. */
const ownSize = (path) => sizeOf(path, /^node_modules$/);

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => benches[name] === undefined);
if (unknown !== undefined) throw new Error(`no bench ${unknown}; known: ${Object.keys(benches).join(', ')}`);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const [name, bench] of Object.entries(benches)) if (wanted.length === 0 || wanted.includes(name)) await bench();
