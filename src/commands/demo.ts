/** The demo: lab up, fault, ws-desync on it with scaled time, report, lab down; also after Ctrl-C. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../console/exit-codes.ts';
import { call } from '../console/call.ts';
import { packageRoot } from '../console/package-root.ts';
import { print } from '../console/terminal.ts';

export async function demo(program: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-demo-'));
  process.env['RUNBOOK_LAB_DIR'] = join(folder, 'lab');
  let stopped = false;
  let running: ChildProcess | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    stopped = true;
    // A demo belongs to its terminal: when that is closed the run is not left behind, as a real one would be.
    if (signal !== 'SIGINT') end(running);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  try {
    await say('lab: starting Kafka, Redis, PostgreSQL, Prometheus, Alertmanager and the services …');
    if ((await call(program, ['up'])) !== 0) return exitCodes.failed;
    if (stopped) return exitCodes.interrupted;
    await call(program, ['fault', 'ws-desync']);
    const config = join(folder, 'runbook.config.yaml');
    writeFileSync(config, await output(program, ['config']));
    const env = JSON.parse(await output(program, ['env', '--json'])) as Readonly<Record<string, string>>;
    if (stopped) return exitCodes.interrupted;
    const report = join(process.cwd(), 'ws-desync-report.md');
    const answers = given.flatMap((one) => ['--answer', one]);
    const inputs = ['-i', 'ticket=INC-1', '-i', 'evaluationInterval=1s'];
    const code = await runRunbook(
      ['run', 'ws-desync', '--foreground', '--config', config, '--env', 'lab', ...inputs, ...answers, '--report', report],
      env,
      (child) => {
        running = child;
      },
    );
    await say(`the report is ${report}`);
    return code;
  } finally {
    await say('lab: stopping everything …');
    await call(program, ['down'], 'apart');
    rmSync(folder, { recursive: true, force: true });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop);
  }
}

/** What the operator of the demo says, so that nobody has to. */
const given = [
  'grafana=done',
  'syncOffsets=ws-gateway',
  'resume=yes',
  'rootCause=the lab injected the fault ws-desync',
  'automation=yes, as this runbook',
];

/** Told to stop with its own policy; ended when it has not after a while. */
function end(child: ChildProcess | undefined): void {
  child?.kill('SIGTERM');
  setTimeout(() => child?.kill('SIGKILL'), 20_000).unref();
}

/** A terminal that was closed must not keep the lab from being taken down. */
const say = (line: string): Promise<void> => print(line).catch(() => undefined);

function runRunbook(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  started: (child: ChildProcess) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(packageRoot(), 'dist', 'cli.js'), ...args], {
      stdio: 'inherit',
      cwd: packageRoot(),
      env: { ...process.env, ...env },
    });
    started(child);
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code ?? exitCodes.interrupted);
    });
  });
}

function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve(text);
      else reject(new Error(`lab ${args.join(' ')} exited ${String(code)}`));
    });
  });
}
