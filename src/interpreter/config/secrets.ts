/** References to secrets and how they are opened. A secret is never in argv, in a message or in a file of ours. */
import { readFile } from 'node:fs/promises';

export type SecretReference =
  | { readonly is: 'env'; readonly name: string }
  | { readonly is: 'file'; readonly path: string }
  | { readonly is: 'exec'; readonly argv: readonly string[] };

/** Why a secret cannot be opened; names the reference, never a value. */
export class SecretError extends Error {}

const largest = 64 * 1024;

export function secretReference(reference: string): SecretReference | undefined {
  const [, kind = '', rest = ''] = /^(env|file|exec):\s*(.+)$/s.exec(reference.trim()) ?? [];
  if (kind === 'env') return /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest) ? { is: 'env', name: rest } : undefined;
  if (kind === 'file') return { is: 'file', path: rest };
  const argv = kind === 'exec' ? jsonArgv(rest) : undefined;
  return argv === undefined ? undefined : { is: 'exec', argv };
}

/** A JSON list, or words without quotes: nothing here ever reaches a shell. */
function jsonArgv(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return /^[A-Za-z0-9_./:=@ -]+$/.test(text) ? text.split(/ +/) : undefined;
  try {
    const argv: unknown = JSON.parse(text);
    return Array.isArray(argv) && argv.length > 0 && argv.every((one) => typeof one === 'string') ? argv : undefined;
  } catch {
    return undefined;
  }
}

/** The secret without a final newline. Throws SecretError. */
export async function resolveSecret(reference: string, signal: AbortSignal): Promise<string> {
  const read = secretReference(reference);
  if (read === undefined) throw new SecretError('a secret reference is env:NAME, file:/path or exec:["command"]');
  const text = await openReference(read, signal);
  const secret = text.replace(/\r?\n$/, '');
  const from = describeReference(read);
  if (secret === '') throw new SecretError(`the secret of ${from} is empty`);
  // What was replaced in silence would be sent wrong and masked wrong; and no header, variable or password takes a NUL.
  if (secret.includes('\uFFFD')) throw new SecretError(`the secret of ${from} is not UTF-8 text`);
  if (secret.includes('\0')) throw new SecretError(`the secret of ${from} contains a NUL character`);
  return secret;
}

export function describeReference(read: SecretReference): string {
  if (read.is === 'env') return `the environment variable ${read.name}`;
  return read.is === 'file' ? `the file ${read.path}` : `the command ${read.argv[0] ?? ''}`;
}

async function openReference(read: SecretReference, signal: AbortSignal): Promise<string> {
  switch (read.is) {
    case 'env': {
      const value = process.env[read.name];
      if (value === undefined) throw new SecretError(`the environment variable ${read.name} is not set`);
      return value;
    }
    case 'file':
      return readFile(read.path, { encoding: 'utf8', signal }).catch(() => {
        throw new SecretError(`the file ${read.path} cannot be read`);
      });
    case 'exec':
      return runCommand(read.argv, signal);
  }
}

/** The command's stderr is not shown: helpers sometimes print what they were asked for. Nothing of it is repeated in our own words. */
async function runCommand(argv: readonly string[], signal: AbortSignal): Promise<string> {
  const [command = '', ...args] = argv;
  const { execa } = await import('execa');
  const end = await execa(command, args, {
    stdin: 'ignore',
    stderr: 'ignore',
    maxBuffer: largest,
    cancelSignal: signal,
    forceKillAfterDelay: 1000,
    stripFinalNewline: false,
    reject: false,
  });
  if (!end.failed) return end.stdout;
  if (end.isMaxBuffer) throw new SecretError(`the command ${command} for a secret printed more than 64 KiB`);
  if (end.isCanceled) throw new SecretError(`the command ${command} for a secret was cancelled`);
  if (end.exitCode === undefined && end.signal === undefined)
    throw new SecretError(`the command ${command} for a secret could not be run`);
  throw new SecretError(`the command ${command} for a secret failed (exit ${String(end.exitCode ?? end.signal)})`);
}
