/** Performs shell steps through clients/process. */
import { resolve } from 'node:path';
import type { LeftProcess } from '../../clients/background.ts';
import { strictBash, strictScript } from '../../clients/bash.ts';
import { findProgram } from '../../clients/find-program.ts';
import { clusterVariables, onCluster, readKubernetesTarget } from '../../clients/kubernetes-target.ts';
import { runProcess } from '../../clients/process.ts';
import type { Kept } from '../../clients/process.ts';
import { quoteWords } from '../../clients/quote.ts';
import { runRemote } from '../../clients/ssh.ts';
import type { SshTarget } from '../../clients/ssh-target.ts';
import { readSshTarget } from '../../clients/ssh-target.ts';
import { parseExactJson } from '../../interpreter/core/model/json.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { textIn } from '../../interpreter/port/command-line.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import { firstPart } from '../../interpreter/port/text.ts';

/** Words and texts are any data: what is not a text becomes JSON, as `plan` shows it. */
interface Params {
  readonly argv?: readonly Json[];
  readonly script?: string;
  readonly shell?: 'bash' | 'sh';
  readonly env?: Readonly<Record<string, Json>>;
  readonly passEnv?: readonly string[];
  readonly cwd?: string;
  readonly stdin?: Json;
  readonly allowExit?: readonly number[];
  readonly output?: 'text' | 'lines' | 'json';
  readonly background?: 'end' | 'keep';
}

export const runner: Runner = {
  open: async (open): Promise<Session> => {
    const held = heldTo(open);
    return {
      describe: (params) => quoteWords(commandOf(held(params as Params))),
      run: remoteOf(open) ?? ((params, context) => runHeld(held, params as Params, context)),
      preview: async (params) => {
        const here = held(params as Params);
        const command = commandOf(here);
        if (open.targetType !== 'ssh') needProgram(command, here, open.directory);
        return { diff: `would run: ${quoteWords(command)}`, data: null };
      },
      close: async () => undefined,
    };
  },
};

/** The command as it runs on the target: one of a cluster says which cluster itself. */
function heldTo(open: OpenContext): (params: Params) => Params {
  if (open.targetType !== 'kubernetes') return (params) => params;
  const target = readKubernetesTarget(open.target, open.directory);
  return (params) => {
    if (params.argv === undefined) throw new Error('a script cannot be held to a cluster: say argv, which begins with kubectl');
    const passEnv = [...(params.passEnv ?? []), ...clusterVariables];
    return { ...params, argv: onCluster(target, params.argv.map(textIn)), passEnv };
  };
}

function runHeld(held: (params: Params) => Params, params: Params, context: RunContext): Promise<Done> {
  try {
    return run(held(params), context);
  } catch (problem) {
    const { message } = problem as Error;
    return Promise.resolve({ ok: false, wire: 'notStarted', class: 'config', code: 'not-on-cluster', message });
  }
}

/** Throws when starting the command would fail: better told by `check` and where somebody agrees to it than by the step. */
function needProgram([name = '']: readonly string[], params: Params, directory: string): void {
  const path = textIn(params.env?.['PATH'] ?? process.env['PATH'] ?? '');
  if (findProgram(name, path, resolve(directory, params.cwd ?? '.')) === undefined)
    throw new Error(`${name} is not on this machine: there is no such program on PATH`);
}

/** Undefined: the command runs here. */
function remoteOf(open: OpenContext): Session['run'] | undefined {
  if (open.targetType !== 'ssh') return undefined;
  const target = readSshTarget(open.target, open.directory);
  return (params, context) => runThere(target, params as Params, context);
}

async function runThere(target: SshTarget, params: Params, context: RunContext): Promise<Done> {
  if (params.passEnv !== undefined)
    return { ok: false, wire: 'notStarted', class: 'config', code: 'pass-env', message: 'passEnv is for commands that run here' };
  const command = {
    ...(params.argv === undefined ? {} : { argv: params.argv.map(textIn) }),
    ...(params.script === undefined ? {} : { script: params.script, shell: params.shell ?? ('bash' as const) }),
    ...(params.stdin === undefined ? {} : { stdin: textIn(params.stdin) }),
    ...(params.cwd === undefined ? {} : { cwd: params.cwd }),
    background: params.background ?? ('end' as const),
    env: envOf(params),
  };
  const end = await runRemote(target, command, {
    directory: context.directory,
    signal: context.signal,
    ...(context.force === undefined ? {} : { force: context.force }),
    cookie: context.cookie,
    started: () => {
      context.sent();
    },
    output: (stream, chunk) => context.output(stream, chunk),
  });
  if (end.is === 'notStarted') {
    const { is, ...fault } = end;
    void is;
    return { ok: false, wire: 'notStarted', ...fault };
  }
  if (end.is === 'ended') warnOfLeft(end.left, params.background === 'keep', context);
  if (context.signal.aborted) return stopped(end, params);
  if (end.is === 'lost')
    return { ok: false, wire: 'unknown', class: 'connection', code: 'lost', message: end.message, result: resultOf(end, params) };
  return judged(end, params);
}

const envOf = (params: Params): Record<string, string> =>
  Object.fromEntries(Object.entries(params.env ?? {}).map(([name, value]) => [name, textIn(value)]));

const stopped = (end: Printed, params: Params): Done => ({
  ok: false,
  wire: 'unknown',
  class: 'cancelled',
  code: 'stopped',
  message: 'the command was stopped',
  result: resultOf(end, params),
});

function commandOf(params: Params): readonly string[] {
  if (params.argv !== undefined) return params.argv.map(textIn);
  return params.shell === 'sh' ? ['sh', '-eu', '-c', params.script ?? ''] : [...strictBash, '-c', params.script ?? ''];
}

/** What is started for it: what is shown is the author's own text. */
function startedAs(params: Params): readonly string[] {
  if (params.script === undefined || params.argv !== undefined || params.shell === 'sh') return commandOf(params);
  return [...strictBash, '-c', strictScript(params.script)];
}

async function run(params: Params, context: RunContext): Promise<Done> {
  const argv = startedAs(params);
  if (argv.some((word) => word.includes('\u0000'))) {
    return { ok: false, wire: 'notStarted', class: 'config', code: 'nul', message: 'an argument contains a NUL byte' };
  }
  const end = await runProcess({
    argv,
    cwd: resolve(context.directory, params.cwd ?? '.'),
    env: envOf(params),
    ...(params.passEnv === undefined ? {} : { passEnv: params.passEnv }),
    ...(params.stdin === undefined ? {} : { stdin: textIn(params.stdin) }),
    signal: context.signal,
    ...(context.force === undefined ? {} : { force: context.force }),
    cookie: context.cookie,
    started: () => {
      context.sent();
    },
    output: (stream, chunk) => context.output(stream, chunk),
    background: params.background ?? 'end',
  });
  if (end.is === 'ended') warnOfLeft(end.left, end.kept, context);
  if (end.is === 'notStarted') return { ok: false, wire: 'notStarted', class: 'config', code: end.code, message: end.message };
  return context.signal.aborted ? stopped(end, params) : judged(end, params);
}

function warnOfLeft(left: readonly LeftProcess[], kept: boolean, context: RunContext): void {
  if (left.length === 0) return;
  const names = left.map(({ pid, command }) => `${String(pid)} (${command})`).join(', ');
  const them = left.length === 1 ? 'a process' : `${String(left.length)} processes`;
  context.warn({
    code: 'background-processes',
    message: `the command left ${them} running, ${kept ? 'kept as `background: keep` says' : 'ended with the step'}: ${names}`,
    data: { processes: left.map((one) => ({ ...one })), kept },
  });
}

/** What is known of a command that ran, here or elsewhere. */
interface Printed {
  readonly code?: number | null;
  readonly signal?: string | null;
  readonly out: Kept;
  readonly err: Kept;
}

function resultOf(end: Printed, params: Params): Readonly<Record<string, Json>> {
  const stdout = end.out.text;
  const output = params.output === 'lines' ? linesOf(stdout) : withoutLastBreaks(stdout);
  return { exitCode: end.code ?? -1, stdout, stderr: end.err.text, output, truncated: end.out.truncated || end.err.truncated };
}

/** As `$(...)` of a shell does. */
const withoutLastBreaks = (text: string): string => text.replace(/(?:\r?\n)+$/, '');

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/));

/** What of the result cannot be read as it was printed. */
function marksOf({ out, err }: Printed): { readonly cut?: readonly string[]; readonly undecoded?: readonly string[] } {
  const where = (bad: (kept: Kept) => boolean): readonly string[] => [
    ...(bad(out) ? ['/stdout', '/output'] : []),
    ...(bad(err) ? ['/stderr'] : []),
  ];
  return { cut: where(({ truncated }) => truncated), undecoded: where(({ isText }) => !isText) };
}

/** What shells make of a signal. */
const exitHints: Readonly<Record<number, string>> = {
  126: 'the program is there and cannot be executed',
  127: 'there is no such command',
  137: 'killed, often out of memory',
  141: 'SIGPIPE: a program of a pipeline wrote to one that had ended before, as head does',
  143: 'ended by TERM',
};

function judged(end: Printed, params: Params): Done {
  const result = resultOf(end, params);
  const refused = (code: string, message: string, hint?: string): Done => ({
    ok: false,
    wire: 'refused',
    class: 'exit-code',
    code,
    message,
    result,
    changed: 'unknown',
    ...marksOf(end),
    ...(hint === undefined ? {} : { hint }),
  });
  if (typeof end.signal === 'string')
    return refused(
      'signal',
      `the command was ended by ${end.signal}`,
      end.signal === 'SIGKILL' ? 'often the kernel, out of memory' : undefined,
    );
  if (!(params.allowExit ?? [0]).includes(end.code ?? -1)) {
    const last = end.err.text.trim().split('\n').at(-1) ?? '';
    return refused(
      'exit',
      `exit code ${String(end.code)}${last === '' ? '' : `: ${firstPart(last, 300)}`}`,
      exitHints[end.code ?? -1],
    );
  }
  if (params.output !== 'json') return { ok: true, changed: true, result, ...marksOf(end) };
  if (end.out.truncated) return refused('json', 'stdout is too long to be read as JSON');
  if (!end.out.isText) return refused('json', 'stdout is not JSON: it is not UTF-8');
  try {
    const { json, int64 } = parseExactJson(end.out.text, '/output');
    return { ok: true, changed: true, result: { ...result, output: json }, int64, ...marksOf(end) };
  } catch (problem) {
    return refused('json', `stdout is not JSON: ${(problem as Error).message}`);
  }
}
