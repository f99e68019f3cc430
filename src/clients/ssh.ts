/**
 * Runs a command on another host through the machine's own OpenSSH client. The command line over there is always the same words; what is to be
 * run goes over standard input (ssh-program.ts), which stays open as its life line. Words of the far side begin with a mark of 128 random bits and
 * are taken out of the output.
 */
import { randomBytes } from 'node:crypto';
import type { FaultClass } from '../interpreter/core/model/value.ts';
import type { LeftProcess } from './background.ts';
import type { Kept, Talk } from './process.ts';
import { runProcess } from './process.ts';
import type { ProgramMark, RemoteCommand } from './ssh-program.ts';
import { loader, programOf, unsendable } from './ssh-program.ts';
import type { SshTarget } from './ssh-target.ts';
import { sshPlace, sshArguments } from './ssh-target.ts';

export type RemoteEnd =
  | { readonly is: 'ended'; readonly code: number; readonly out: Kept; readonly err: Kept; readonly left: readonly LeftProcess[] }
  /** Nothing was run. */
  | {
      readonly is: 'notStarted';
      readonly class: FaultClass;
      readonly code: string;
      readonly message: string;
      readonly hint?: string;
    }
  /** It was started, and nobody knows how it ended. */
  | { readonly is: 'lost'; readonly message: string; readonly out: Kept; readonly err: Kept };

export interface RemoteOptions {
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Aborts when this side waits no longer; the far side ends the command by itself, at the latest after its own grace. */
  readonly force?: AbortSignal;
  readonly cookie: string;
  /** Called before the command may have an effect. */
  readonly started: () => void;
  output(stream: 'out' | 'err', chunk: Buffer): Promise<void> | void;
}

export async function runRemote(target: SshTarget, command: RemoteCommand, options: RemoteOptions): Promise<RemoteEnd> {
  const wrong = unsendable(command);
  if (wrong !== undefined) return { is: 'notStarted', class: 'config', ...wrong };
  const mark = `rb${randomBytes(16).toString('hex')}`;
  const program = `${programOf(command, mark, options.cookie)}\n`;
  const hearing = listener(mark, options.started);
  const end = await runProcess({
    argv: ['ssh', ...sshArguments(target), '--', target.host, loader(mark)],
    cwd: options.directory,
    env: {},
    passEnv: ['SSH_AUTH_SOCK'],
    signal: options.signal,
    ...(options.force === undefined ? {} : { force: options.force }),
    cookie: options.cookie,
    started: () => undefined,
    output: (stream, chunk) => options.output(stream, chunk),
    talk: { begin: `${String(Buffer.byteLength(program) - 1)}\n${program.slice(0, -1)}`, hear: hearing.hear, rest: hearing.rest },
  });
  const where = sshPlace(target);
  if (end.is === 'notStarted') return { is: 'notStarted', class: 'config', code: end.code, message: `ssh: ${end.message}` };
  const { said } = hearing;
  if (said.end !== undefined) return { is: 'ended', code: said.end, out: end.out, err: end.err, left: said.left };
  if (said.why === 'no-folder')
    return { is: 'notStarted', class: 'config', code: 'no-folder', message: `${where} has no folder ${command.cwd ?? ''}` };
  if (said.why === 'no-program') {
    const name = command.argv?.[0] ?? command.shell ?? 'bash';
    return { is: 'notStarted', class: 'config', code: 'ENOENT', message: `${name} is not found on ${where}` };
  }
  if (said.going)
    return { is: 'lost', message: `the connection to ${where} ended before the command`, out: end.out, err: end.err };
  return notReached(where, end.err.text);
}

export interface RemoteReport {
  going: boolean;
  why?: string;
  end?: number;
  /** Processes that the command left running over there. */
  readonly left: LeftProcess[];
}

/** Takes the words of the far side out of what is printed; exported for its test. Before `ready` both streams hold what a login prints. */
export function listener(
  mark: string,
  started: () => void,
): { readonly said: RemoteReport; readonly hear: Talk['hear']; readonly rest: NonNullable<Talk['rest']> } {
  const said: RemoteReport = { going: false, left: [] };
  const ready = { out: false, err: false };
  const rest = { out: '', err: '' };
  const word = (text: string, stream: 'out' | 'err', say: (text: string) => void): void => {
    const [name, value, ...more] = text.split(' ');
    if (name === 'ready') ready[stream] = true;
    else if (name === 'prepared') {
      started();
      said.going = true;
      say('go\n');
    } else if (name === 'end') said.end = Number(value);
    else if (name === 'left') said.left.push({ pid: Number(value), command: more.join(' ').trim() });
    else said.why = name ?? '';
  };
  return {
    said,
    hear: (stream, chunk, say) => {
      // Bytes unchanged: latin1 keeps each of them.
      const text = rest[stream] + chunk.toString('latin1');
      const lines = text.split(/(?<=\n)/);
      const open = lines.at(-1)?.endsWith('\n') === false ? (lines.pop() ?? '') : '';
      // Only what may become a word is kept back, wherever in the line it begins: a part of a word that is let go is a word never heard.
      const from = ready[stream] ? wordIn(open, mark) : 0;
      rest[stream] = open.slice(from);
      let out = '';
      for (const line of [...lines, open.slice(0, from)]) {
        const at = line.indexOf(`${mark} `);
        if (at >= 0) {
          if (ready[stream]) out += line.slice(0, at);
          word(line.slice(at + mark.length + 1).trimEnd(), stream, say);
        } else if (ready[stream] || stream === 'err') out += line;
      }
      return Buffer.from(out, 'latin1');
    },
    // What was kept back and became no word was printed by the command, or by ssh.
    rest: (stream) => {
      const kept = ready[stream] || stream === 'err' ? rest[stream] : '';
      rest[stream] = '';
      return Buffer.from(kept, 'latin1');
    },
  };
}

/** Where in this text, which has no line break, a word begins or may begin; its length if nowhere. */
function wordIn(text: string, mark: ProgramMark): number {
  const whole = text.indexOf(mark);
  if (whole >= 0) return whole;
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1)
    if (mark.startsWith(text.slice(-length))) return text.length - length;
  return text.length;
}

function notReached(where: string, text: string): Extract<RemoteEnd, { is: 'notStarted' }> {
  const words = text.trim().split('\n').at(-1)?.trim() ?? '';
  const message = `${where}: ${words === '' ? 'ssh exited without a message' : words}`;
  if (/HOST IDENTIFICATION HAS CHANGED|Host key verification failed|No .* host key is known/i.test(text))
    return {
      is: 'notStarted',
      class: 'auth',
      code: 'host-key',
      message: `${where}: its host key is not the known one`,
      hint: 'compare it with the owner of the host, then put it into knownHosts of the target; nothing was sent',
    };
  if (/Permission denied|Too many authentication failures|Load key/i.test(text))
    return { is: 'notStarted', class: 'auth', code: 'denied', message, hint: 'user and identity of the target, or the agent' };
  return { is: 'notStarted', class: 'connection', code: 'unreachable', message };
}
