/** A log on another host: a command, or a file with the one before it, printed over there and counted here. */
import { runRemote } from '../../clients/ssh.ts';
import type { SshTarget } from '../../clients/ssh-target.ts';
import { sshPlace } from '../../clients/ssh-target.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import type { Counter } from './counter.ts';
import { judgeSilence } from './journal.ts';
import type { Streams } from './streams.ts';
import { readStreams } from './streams.ts';
import { lastPart } from '../../interpreter/port/text.ts';

/** Neither file nor the one before it. */
const noFile = 66;

/** Up to the size that a file has now: one that grows faster than it is read would have no end. The clock over there decides what is old. */
const printFile = `since=$(( $(date +%s) - STRETCH )); found=
for file in "$FILE.1" "$FILE"; do
  [ -f "$file" ] || continue
  [ "$file" = "$FILE" ] || [ "$(stat -c %Y "$file")" -ge "$since" ] || continue
  found=yes; head -c "$(wc -c < "$file")" "$file"; echo
done
[ -n "$found" ] || exit ${String(noFile)}`;

export async function fromHost(
  target: SshTarget,
  what:
    { readonly command: readonly string[]; readonly streams: Streams } | { readonly file: string; readonly stretchMs: number },
  counter: Counter,
  context: RunContext,
): Promise<Done> {
  const place = sshPlace(target);
  // What our own script says on stderr is not a line of the log.
  const read = readStreams(counter, 'command' in what ? what.streams : 'stdout');
  const command =
    'command' in what
      ? { argv: what.command }
      : {
          script: printFile,
          shell: 'sh' as const,
          env: { FILE: what.file, STRETCH: String(Math.ceil(what.stretchMs / 1000)) },
        };
  const end = await runRemote(target, command, {
    directory: context.directory,
    signal: context.signal,
    cookie: context.cookie,
    started: () => undefined,
    output: async (stream, chunk) => {
      read.take(stream, chunk);
      await context.output(stream, chunk);
    },
  });
  if (end.is === 'notStarted') {
    const { is, ...fault } = end;
    void is;
    return { ok: false, wire: 'notStarted', ...fault };
  }
  if (context.signal.aborted)
    return { ok: false, wire: 'unknown', class: 'timeout', code: 'timeout', message: `the log of ${place} did not end in time` };
  if (end.is === 'lost') return { ok: false, wire: 'refused', class: 'connection', code: 'lost', message: end.message };
  if ('file' in what && end.code === noFile) {
    const message = `${what.file} on ${place} does not exist, or is not a plain file`;
    return { ok: false, wire: 'notStarted', class: 'config', code: 'file', message };
  }
  if (end.code !== 0) {
    const message = `exit code ${String(end.code)}: ${lastPart(end.err.text.trim(), 300)}`;
    return { ok: false, wire: 'refused', class: 'exit-code', code: 'exit', message };
  }
  read.flush();
  const done = { ok: true, changed: false, result: counter.result() } as const;
  return 'file' in what || !counter.silent()
    ? done
    : judgeSilence(done, { argv: what.command, complaint: end.err.text }, (argv) => provesThere(target, argv, context));
}

async function provesThere(target: SshTarget, argv: readonly string[], context: RunContext): Promise<boolean> {
  const { directory, signal, cookie } = context;
  const end = await runRemote(target, { argv }, { directory, signal, cookie, started: () => undefined, output: () => undefined });
  return end.is === 'ended' && end.code === 0 && end.out.bytes > 0;
}
