/** The system under rehearsal: its commands are lines for sh, run in the folder of the rehearsal file. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Lab, SystemState } from '../../interpreter/rehearsal/rehearsal.ts';
import { CommandError, exitCodes } from '../../console/exit-codes.ts';
import { packageRoot } from '../../console/package-root.ts';

export interface System {
  /** Of every command and of the runs. */
  readonly env: NodeJS.ProcessEnv;
  /** Path of the configuration. */
  readonly config: string;
  prepare(commands: readonly string[]): Promise<void>;
  verify(command: string): Promise<{ readonly state: SystemState; readonly words: string }>;
}

export interface SystemShell {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands of a rehearsal file mean this program by `runbook`. */
export function withOwnProgram(work: string): NodeJS.ProcessEnv {
  const bin = join(work, 'bin');
  mkdirSync(bin, { recursive: true });
  const program = join(packageRoot(), 'dist', 'cli.js');
  writeFileSync(join(bin, 'runbook'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(bin, 'runbook'), 0o755);
  return { ...process.env, PATH: [bin, process.env['PATH'] ?? ''].join(delimiter) };
}

/** Throws CommandError with the command and what it printed. */
export async function bringUp(lab: Lab, shell: SystemShell): Promise<void> {
  for (const command of lab.up) await must(command, shell);
}

/** A system that is up, with the configuration that this rehearsal wants. Throws CommandError with the command and what it printed. */
export async function openSystem(lab: Lab, shell: SystemShell, work: string): Promise<System> {
  const config = join(work, 'runbook.config.yaml');
  writeFileSync(config, await must(lab.config, shell), { mode: 0o600 });
  const env = lab.env === undefined ? shell.env : { ...shell.env, ...variables(lab.env, await must(lab.env, shell)) };
  const inside = { ...shell, env };
  return {
    env,
    config,
    prepare: async (commands) => {
      for (const command of commands) await must(command, inside);
    },
    verify: async (command) => {
      const { code, stdout, stderr } = await sh(command, inside);
      return { state: code === 0 ? 'holds' : 'broken', words: lastLines(`${stdout}${stderr}`) };
    },
  };
}

/** Also after a failure; what cannot be taken down is told and stops nothing. */
export async function takeDown(lab: Lab, shell: SystemShell): Promise<readonly string[]> {
  const troubles: string[] = [];
  for (const command of lab.down) {
    const { code, stderr } = await sh(command, { ...shell, signal: AbortSignal.timeout(60_000) });
    if (code !== 0) troubles.push(`${command}: ${lastLines(stderr)}`);
  }
  return troubles;
}

async function must(command: string, shell: SystemShell): Promise<string> {
  const { code, stdout, stderr } = await sh(command, shell);
  shell.signal.throwIfAborted();
  if (code === 0) return stdout;
  throw new CommandError({
    exitCode: exitCodes.failed,
    message: `the command \`${command}\` of the rehearsal exited with ${String(code)}: ${lastLines(stderr === '' ? stdout : stderr)}`,
    hint: `it ran in ${shell.folder}`,
  });
}

function sh(command: string, { folder, env, signal }: SystemShell): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-ec', command], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], signal });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
    child.on('error', (problem) => {
      if (signal.aborted) resolve({ code: null, ...text });
      else reject(problem);
    });
    child.on('close', (code) => {
      resolve({ code, ...text });
    });
  });
}

function variables(command: string, text: string): Readonly<Record<string, string>> {
  const refused = (why: string): CommandError =>
    new CommandError({
      exitCode: exitCodes.failed,
      message: `the command \`${command}\` of the rehearsal ${why}`,
      hint: 'it prints a JSON object of variables, for example {"PATH": "..."}',
    });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refused('does not print JSON');
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw refused('does not print a JSON object');
  const wrong = Object.entries(json).find(([, value]) => typeof value !== 'string');
  if (wrong !== undefined) throw refused(`prints ${wrong[0]}, which is not text`);
  return json as Readonly<Record<string, string>>;
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-8).join('\n');
