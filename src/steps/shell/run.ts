/** Performs shell steps through clients/process. */
import { resolve } from 'node:path';
import { runProcess } from '../../clients/process.ts';
import type { ProcessEnd } from '../../clients/process.ts';
import type { Json } from '../../interpreter/core/value.ts';
import type { Done, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';

interface Params {
  readonly argv?: readonly (string | number | boolean)[];
  readonly script?: string;
  readonly shell?: 'bash' | 'sh';
  readonly env?: Readonly<Record<string, string | number | boolean>>;
  readonly passEnv?: readonly string[];
  readonly cwd?: string;
  readonly stdin?: string;
  readonly allowExit?: readonly number[];
  readonly output?: 'text' | 'lines' | 'json';
}

export const runner: Runner = {
  open: async (): Promise<Session> => ({
    describe: (params) =>
      commandOf(params as Params)
        .map(quoted)
        .join(' '),
    run: async (params, context) => run(params as Params, context),
    preview: async (params) => ({
      diff: `would run: ${commandOf(params as Params)
        .map(quoted)
        .join(' ')}`,
      data: null,
    }),
    close: async () => undefined,
  }),
};

function commandOf(params: Params): readonly string[] {
  if (params.argv !== undefined) return params.argv.map(String);
  return params.shell === 'sh'
    ? ['sh', '-eu', '-c', params.script ?? '']
    : ['bash', '-euo', 'pipefail', '-c', params.script ?? ''];
}

const quoted = (word: string): string => (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

async function run(params: Params, context: RunContext): Promise<Done> {
  const argv = commandOf(params);
  if (argv.some((word) => word.includes('\u0000'))) {
    return { ok: false, wire: 'notStarted', class: 'config', code: 'nul', message: 'an argument contains a NUL byte' };
  }
  const end = await runProcess({
    argv,
    cwd: resolve(context.directory, params.cwd ?? '.'),
    env: Object.fromEntries(Object.entries(params.env ?? {}).map(([name, value]) => [name, String(value)])),
    ...(params.passEnv === undefined ? {} : { passEnv: params.passEnv }),
    ...(params.stdin === undefined ? {} : { stdin: params.stdin }),
    signal: context.signal,
    cookie: context.cookie,
    started: () => {
      context.sent();
    },
    output: (stream, chunk) => context.output(stream, chunk),
  });
  if (end.is === 'notStarted') return { ok: false, wire: 'notStarted', class: 'config', code: end.code, message: end.message };
  if (context.signal.aborted)
    return {
      ok: false,
      wire: 'unknown',
      class: 'cancelled',
      code: 'stopped',
      message: 'the command was stopped',
      result: resultOf(end, params),
    };
  return judged(end, params);
}

type Ended = Extract<ProcessEnd, { is: 'ended' }>;

function resultOf(end: Ended, params: Params): Readonly<Record<string, Json>> {
  const stdout = end.out.text;
  const output = params.output === 'lines' ? (stdout === '' ? [] : stdout.replace(/\n$/, '').split('\n')) : stdout;
  return { exitCode: end.code ?? -1, stdout, stderr: end.err.text, output, truncated: end.out.truncated || end.err.truncated };
}

function judged(end: Ended, params: Params): Done {
  const result = resultOf(end, params);
  const refused = (code: string, message: string, hint?: string): Done => ({
    ok: false,
    wire: 'refused',
    class: 'exit-code',
    code,
    message,
    result,
    ...(hint === undefined ? {} : { hint }),
  });
  if (end.signal !== null)
    return refused(
      'signal',
      `the command was ended by ${end.signal}`,
      end.signal === 'SIGKILL' ? 'often the kernel, out of memory' : undefined,
    );
  if (!(params.allowExit ?? [0]).includes(end.code ?? -1)) {
    const last = end.err.text.trim().split('\n').at(-1) ?? '';
    return refused(
      'exit',
      `exit code ${String(end.code)}${last === '' ? '' : `: ${last.slice(0, 300)}`}`,
      end.code === 137 ? 'killed, often out of memory' : undefined,
    );
  }
  const cut = [...(end.out.truncated ? ['/stdout', '/output'] : []), ...(end.err.truncated ? ['/stderr'] : [])];
  if (params.output !== 'json') return { ok: true, changed: true, result, ...(cut.length === 0 ? {} : { cut }) };
  if (end.out.truncated) return refused('json', 'stdout is too long to be read as JSON');
  try {
    return { ok: true, changed: true, result: { ...result, output: JSON.parse(end.out.text) as Json } };
  } catch (problem) {
    return refused('json', `stdout is no JSON: ${(problem as Error).message}`);
  }
}
