/** Performs log steps: a command's output or a file, line by line, nothing kept but the last matches (T-54). */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { RE2JS } from 're2js';
import { runProcess } from '../../clients/process.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';

interface Params {
  readonly match: string;
  readonly since?: number;
  readonly file?: string;
  readonly command?: readonly string[];
}
interface Kubernetes {
  readonly command?: readonly string[];
  readonly deployment?: string;
}

const defaultSince = 15 * 60_000;
const shown = 20;

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => ({
    describe: (params) => commandOf(params as unknown as Params, open).join(' '),
    run: async (params, context) => perform(params as unknown as Params, open, context),
    close: async () => undefined,
  }),
};

function commandOf(params: Params, open: OpenContext): readonly string[] {
  if (params.file !== undefined) return ['read', params.file];
  if (params.command !== undefined) return params.command;
  const target = (open.target ?? {}) as Kubernetes;
  const seconds = Math.max(1, Math.round((params.since ?? defaultSince) / 1000));
  return [
    ...(target.command ?? ['kubectl']),
    'logs',
    target.deployment ?? `deploy/${open.targetName ?? ''}`,
    `--since=${String(seconds)}s`,
  ];
}

async function perform(params: Params, open: OpenContext, context: RunContext): Promise<Done> {
  const counter = createCounter(params, context);
  if (params.file !== undefined) return fromFile(resolve(context.directory, params.file), counter);
  const end = await runProcess({
    argv: commandOf(params, open),
    cwd: context.directory,
    env: {},
    signal: context.signal,
    cookie: context.cookie,
    started: () => undefined,
    output: async (stream, chunk) => {
      if (stream === 'out') counter.take(chunk);
      await context.output(stream, chunk);
    },
  });
  if (end.is === 'notStarted') return { ok: false, wire: 'notStarted', class: 'config', code: end.code, message: end.message };
  if (end.code !== 0)
    return {
      ok: false,
      wire: 'refused',
      class: 'exit-code',
      code: 'exit',
      message: `exit code ${String(end.code)}: ${end.err.text.trim().slice(-300)}`,
    };
  return counter.end();
}

async function fromFile(path: string, counter: Counter): Promise<Done> {
  try {
    for await (const chunk of createReadStream(path)) counter.take(chunk as Buffer);
    return counter.end();
  } catch (problem) {
    return { ok: false, wire: 'notStarted', class: 'config', code: 'file', message: (problem as Error).message };
  }
}

interface Counter {
  take(chunk: Buffer): void;
  end(): Done;
}

/** Lines that begin with a time (RFC 3339) older than `since` do not count; lines without a time count. */
function createCounter(params: Params, context: RunContext): Counter {
  const pattern = RE2JS.compile(params.match);
  const oldest = params.file === undefined ? 0 : context.clock.wall().getTime() - (params.since ?? defaultSince);
  const last: string[] = [];
  let rest = '';
  let count = 0;
  let scanned = 0;
  const line = (text: string): void => {
    scanned += 1;
    if (!pattern.matcher(text).find()) return;
    const time = /^\S*?(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))/.exec(text)?.[1];
    if (time !== undefined && Date.parse(time) < oldest) return;
    count += 1;
    last.push(text.slice(0, 1000));
    if (last.length > shown) last.shift();
  };
  return {
    take: (chunk) => {
      const parts = (rest + chunk.toString('utf8')).split('\n');
      rest = (parts.pop() ?? '').slice(-16_384);
      parts.forEach(line);
    },
    end: () => {
      if (rest !== '') line(rest);
      return { ok: true, changed: false, result: { count, lines: last, scanned } };
    },
  };
}
