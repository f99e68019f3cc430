/** Files on another host: read and replaced by a short script over there, with GNU or BusyBox tools. */
import { randomBytes } from 'node:crypto';
import type { RemoteEnd } from '../../clients/ssh.ts';
import { runRemote } from '../../clients/ssh.ts';
import type { SshTarget } from '../../clients/ssh-target.ts';
import { sshPlace } from '../../clients/ssh-target.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import { FormatError } from './formats.ts';
import type { FilePlace } from './place.ts';
import { ChangedMeanwhile, shaOf, decodedText } from './place.ts';
import { lastPart } from '../../interpreter/port/text.ts';

/** Bytes; what is read comes as text of a third more, of which a MiB is kept. */
const largest = 700 * 1024;
const codes = { absent: 66, large: 67, changed: 75, denied: 77 } as const;

const readScript = `path=$(readlink -f -- "$FILE") && [ -f "$path" ] || exit ${String(codes.absent)}
[ -r "$path" ] || exit ${String(codes.denied)}
[ "$(wc -c < "$path")" -le ${String(largest)} ] || exit ${String(codes.large)}
printf '%s\\n' "$path"; base64 < "$path"`;

/** The rename is the last act: readers see the old or the new content, and a lost connection leaves one of them. */
const replaceScript = `beside="$(dirname -- "$FILE")/.$(basename -- "$FILE").$ID"
umask 077; set -C; trap 'rm -f -- "$beside"' EXIT
: > "$beside" || exit ${String(codes.denied)}
set +C; base64 -d > "$beside"
chown "$(stat -c %u:%g -- "$FILE")" "$beside" && chmod "$(stat -c %a -- "$FILE")" "$beside" || exit ${String(codes.denied)}
sync
[ "$(sha256sum < "$FILE" | cut -d ' ' -f 1)" = "$BEFORE" ] || exit ${String(codes.changed)}
mv -f -- "$beside" "$FILE" || exit ${String(codes.denied)}
sync`;

/** A failure that says itself what became of the step. */
export class RemoteFault extends Error {
  readonly done: Extract<Done, { ok: false }>;
  constructor(done: Extract<Done, { ok: false }>) {
    super(done.message);
    this.done = done;
  }
}

export function there(target: SshTarget): FilePlace {
  const run = (script: string, env: Readonly<Record<string, string>>, stdin: string, context: RunContext, started: () => void) =>
    runRemote(
      target,
      { script, shell: 'sh', env, stdin },
      { directory: context.directory, signal: context.signal, cookie: context.cookie, started, output: () => undefined },
    );
  return {
    load: async (path, context) => {
      const end = await run(readScript, { FILE: path }, '', context, () => undefined);
      const text = outputOf(end, path, target, context, 'refused');
      const line = text.indexOf('\n');
      return { path: text.slice(0, line), text: decodedText(Buffer.from(text.slice(line + 1), 'base64')) };
    },
    replace: async (path, before, after, context) => {
      const content = Buffer.from(after, 'utf8');
      if (content.length > largest)
        throw new FormatError(`it would have ${String(content.length)} bytes; at most 700 KiB go over ssh`);
      const env = { FILE: path, BEFORE: shaOf(before), ID: randomBytes(6).toString('hex') };
      outputOf(
        await run(replaceScript, env, content.toString('base64'), context, () => context.sent()),
        path,
        target,
        context,
        'unknown',
      );
    },
  };
}

/** `lost`: what a connection that ends early leaves; reading changes nothing. */
function outputOf(end: RemoteEnd, path: string, target: SshTarget, context: RunContext, lost: 'refused' | 'unknown'): string {
  const where = `${path} on ${sshPlace(target)}`;
  if (end.is === 'notStarted') {
    const { is, ...fault } = end;
    void is;
    throw new RemoteFault({ ok: false, wire: 'notStarted', ...fault });
  }
  if (context.signal.aborted || end.is === 'lost') {
    const kind = context.signal.aborted ? 'timeout' : 'connection';
    throw new RemoteFault({
      ok: false,
      wire: lost,
      class: kind,
      code: kind,
      message: `${where}: the connection ended early`,
    });
  }
  const refused = (kind: 'config' | 'auth', code: string, message: string): RemoteFault =>
    new RemoteFault({ ok: false, wire: 'refused', class: kind, code, message: `${where}: ${message}` });
  switch (end.code) {
    case 0:
      return end.out.text;
    case codes.absent:
      throw refused('config', 'ENOENT', 'there is no such file');
    case codes.denied:
      throw refused('auth', 'EACCES', end.err.text.trim().split('\n').at(-1) ?? 'not permitted');
    case codes.large:
      throw new FormatError(`${where} is larger than 700 KiB`);
    case codes.changed:
      throw new ChangedMeanwhile(`${where} was changed by somebody else just now`);
    default:
      throw refused('config', 'exit', `exit code ${String(end.code)}: ${lastPart(end.err.text.trim(), 300)}`);
  }
}
