/** Performs log steps: a command's output or a file, line by line, nothing kept but the last matches. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { clusterVariables, onCluster, readKubernetesTarget } from '../../clients/kubernetes-target.ts';
import { runProcess } from '../../clients/process.ts';
import type { SshTarget } from '../../clients/ssh-target.ts';
import { readSshTarget } from '../../clients/ssh-target.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import type { Counter } from './counter.ts';
import { createCounter } from './counter.ts';
import { judgeSilence, notices, streamsOf } from './journal.ts';
import type { Streams } from './streams.ts';
import { readStreams } from './streams.ts';
import { fromHost } from './remote.ts';
import { lastPart } from '../../interpreter/port/text.ts';

interface Params {
  readonly match: string;
  readonly since?: number;
  readonly file?: string;
  readonly command?: readonly string[];
  readonly stream?: Streams;
}

const defaultSince = 15 * 60_000;

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => ({
    describe: (params) => commandOf(params as unknown as Params, open).join(' '),
    run: (params, context) => performed(params as unknown as Params, open, context),
    close: async () => undefined,
  }),
};

function commandOf(params: Params, open: OpenContext): readonly string[] {
  if (params.file !== undefined && open.targetType !== 'kubernetes') return ['read', params.file];
  if (open.targetType === 'ssh') return params.command ?? ['read', 'nothing'];
  if (open.targetType !== 'kubernetes') {
    if (params.command === undefined) throw new Error('a log needs file, command, or a target of type kubernetes');
    return params.command;
  }
  if (params.file !== undefined) throw new Error('a cluster has no files: leave out file, or the target');
  const target = readKubernetesTarget(open.target, open.directory);
  const seconds = Math.max(1, Math.round((params.since ?? defaultSince) / 1000));
  const source = target.deployment ?? `deploy/${open.targetName ?? ''}`;
  return onCluster(target, params.command ?? ['kubectl', 'logs', source, `--since=${String(seconds)}s`]);
}

/** A command that a template leads elsewhere is not run. */
async function performed(params: Params, open: OpenContext, context: RunContext): Promise<Done> {
  let argv: readonly string[];
  try {
    argv = commandOf(params, open);
  } catch (problem) {
    const { message } = problem as Error;
    return { ok: false, wire: 'notStarted', class: 'config', code: 'no-source', message };
  }
  return perform(params, argv, open, context);
}

/** A target is asked for its last stretch of time itself; files always, commands only when `since` is given, are sorted by the times in their lines. */
async function perform(params: Params, argv: readonly string[], open: OpenContext, context: RunContext): Promise<Done> {
  const stretch =
    params.file !== undefined ? (params.since ?? defaultSince) : params.command !== undefined ? params.since : undefined;
  const oldest = stretch === undefined ? 0 : context.clock.wall().getTime() - stretch;
  const counter = createCounter(params.match, oldest, params.command === undefined ? undefined : notices);
  if (open.targetType === 'ssh')
    return onHost(params, readSshTarget(open.target, open.directory), stretch ?? 0, counter, context);
  return params.file === undefined
    ? fromCommand(params, argv, counter, context)
    : fromFile(resolve(context.directory, params.file), oldest, counter, context.signal);
}

function onHost(params: Params, target: SshTarget, stretchMs: number, counter: Counter, context: RunContext): Promise<Done> {
  if (params.file !== undefined) return fromHost(target, { file: params.file, stretchMs }, counter, context);
  if (params.command !== undefined)
    return fromHost(target, { command: params.command, streams: streamsOf(params.command, params.stream) }, counter, context);
  return Promise.resolve(wrong('a host alone is not a log: say file or command'));
}

async function fromCommand(params: Params, argv: readonly string[], counter: Counter, context: RunContext): Promise<Done> {
  const read = readStreams(counter, streamsOf(argv, params.stream));
  const end = await runProcess({
    argv,
    cwd: context.directory,
    env: {},
    passEnv: context.targetType === 'kubernetes' ? clusterVariables : [],
    signal: context.signal,
    cookie: context.cookie,
    started: () => undefined,
    output: async (stream, chunk) => {
      read.take(stream, chunk);
      await context.output(stream, chunk);
    },
  });
  if (end.is === 'notStarted') return { ok: false, wire: 'notStarted', class: 'config', code: end.code, message: end.message };
  if (context.signal.aborted) return tooLate(`${argv[0] ?? ''} did not end in time`);
  if (end.code !== 0) {
    const how = end.signal === null ? `exit code ${String(end.code)}` : `signal ${end.signal}`;
    return {
      ok: false,
      wire: 'refused',
      class: 'exit-code',
      code: 'exit',
      message: `${how}: ${lastPart(end.err.text.trim(), 300)}`,
    };
  }
  read.flush();
  // kubectl, which a target asks, fails for what does not exist.
  return params.command === undefined || !counter.silent()
    ? counted(counter)
    : judgeSilence(counted(counter), { argv, complaint: end.err.text }, (command) => provesHere(command, context));
}

async function provesHere(argv: readonly string[], context: RunContext): Promise<boolean> {
  const { directory: cwd, signal, cookie } = context;
  const end = await runProcess({ argv, cwd, env: {}, signal, cookie, started: () => undefined, output: () => undefined });
  return end.is === 'ended' && end.code === 0 && end.out.bytes > 0;
}

/** A file that was rotated within the stretch of time is read together with the one before it (NAME.1), which may be all there is for a moment. */
async function fromFile(path: string, oldest: number, counter: Counter, signal: AbortSignal): Promise<Done> {
  try {
    const rotated = await sizeOf(`${path}.1`, oldest);
    if (rotated !== undefined) await readInto(counter, `${path}.1`, rotated, signal);
    const size = await sizeOf(path, 0);
    if (size === undefined && rotated === undefined) return wrong(`${path} does not exist, or is not a plain file`);
    if (size !== undefined) await readInto(counter, path, size, signal);
    return counted(counter);
  } catch (problem) {
    return signal.aborted ? tooLate(`${path} was not read to its end in time`) : wrong((problem as Error).message);
  }
}

/** Size of a plain file written to since; pipes and devices would never end. */
async function sizeOf(path: string, since: number): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() && found.mtimeMs >= since ? found.size : undefined;
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw problem;
  }
}

/** Up to the size that it had: a log that grows faster than it is read would have no end. */
async function readInto(counter: Counter, path: string, size: number, signal: AbortSignal): Promise<void> {
  const lines = counter.lines();
  if (size > 0) for await (const chunk of createReadStream(path, { end: size - 1, signal })) lines.take(chunk as Buffer);
  lines.flush();
}

const counted = (counter: Counter): Extract<Done, { ok: true }> => ({ ok: true, changed: false, result: counter.result() });
const wrong = (message: string): Done => ({ ok: false, wire: 'notStarted', class: 'config', code: 'file', message });
const tooLate = (message: string): Done => ({ ok: false, wire: 'unknown', class: 'timeout', code: 'timeout', message });
