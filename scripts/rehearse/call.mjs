// Runs commands for the rehearsals; all of them are interrupted when the signal aborts, except what takes a system down.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

export function createCaller(signal) {
  return {
    /** Exit code and standard output; its progress is printed in one piece when it has ended, so that jobs do not mix their lines. */
    runbook: (args, env) => run([process.execPath, program, ...args], env, signal),
    /** A line for sh in which `runbook` is the built program. */
    shell: (line, env) => run(['/bin/sh', '-c', `runbook() { '${process.execPath}' '${program}' "$@"; }; ${line}`], env),
  };
}

function run([command, ...args], env, signal) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const interrupt = () => child.kill('SIGINT');
    signal?.addEventListener('abort', interrupt);
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (chunk) => (text[name] += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      signal?.removeEventListener('abort', interrupt);
      process.stderr.write(text.stderr);
      resolve({ code, stdout: text.stdout });
    });
  });
}
