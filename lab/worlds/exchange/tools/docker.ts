/** `docker`, for containers that are units of the supervisor: start, stop, restart, inspect, ps, logs; `docker compose` is beside this file. */
import { createHash } from 'node:crypto';
import type { Supervisor } from '../../../supervisor/supervisor.ts';
import type { UnitStatus } from '../../../supervisor/unit.ts';
import type { Words } from '../../../tools/arguments.ts';
import { last, parseWords } from '../../../tools/arguments.ts';
import type { Tool, ToolResult } from '../../../tools/tool.ts';
import { printed, refused } from '../../../tools/tool.ts';

const shape = {
  valued: ['type', 'format', 'time', 'tail', 'since', 'filter'],
  flags: ['all', 'quiet', 'timestamps', 'no-trunc'],
  alias: { t: 'time', n: 'tail', a: 'all', q: 'quiet', f: 'format' },
} as const;

export const containerNamed = (supervisor: Supervisor, name: string): UnitStatus | undefined =>
  supervisor.list().find(({ unit }) => unit.container === name);

export const createDocker =
  (supervisor: Supervisor, compose: Tool): Tool =>
  async (call) => {
    const [verb = '', ...argv] = call.argv;
    if (verb === 'compose') return compose({ ...call, argv });
    const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (act === undefined) return refused(`docker: '${verb}' is not a docker command.\nSee 'docker --help'`);
    const parsed = parseWords(argv, shape);
    if (parsed.is === 'wrong') return refused(`unknown flag: ${parsed.option}\nSee 'docker ${verb} --help'.`, 125);
    return act(supervisor, [...parsed.given.words, ...parsed.given.rest], parsed.given);
  };

type Act = (supervisor: Supervisor, names: readonly string[], given: Words) => Promise<ToolResult> | ToolResult;

const each =
  (act: (supervisor: Supervisor, unit: string) => Promise<void>): Act =>
  async (supervisor, names) => {
    const done: string[] = [];
    const errors: string[] = [];
    for (const name of names) {
      const found = containerNamed(supervisor, name);
      if (found === undefined) errors.push(`Error response from daemon: No such container: ${name}`);
      else {
        await act(supervisor, found.unit.name);
        done.push(name);
      }
    }
    return { code: errors.length === 0 ? 0 : 1, stdout: lines(done), stderr: lines(errors) };
  };

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

const verbs: Readonly<Record<string, Act>> = {
  start: each((supervisor, unit) => supervisor.start(unit)),
  stop: each((supervisor, unit) => supervisor.stop(unit)),
  restart: each((supervisor, unit) => supervisor.restart(unit)),
  kill: each(async (supervisor, unit) => {
    supervisor.kill(unit, 'SIGKILL');
    await supervisor.stop(unit);
  }),
  inspect: (supervisor, names) => {
    const found = names.map((name) => ({ name, status: containerNamed(supervisor, name) }));
    const missing = found.filter(({ status }) => status === undefined).map(({ name }) => `Error: No such container: ${name}`);
    const known = found.flatMap(({ status }) => (status === undefined ? [] : [inspected(status)]));
    return { code: missing.length === 0 ? 0 : 1, stdout: `${JSON.stringify(known, null, 2)}\n`, stderr: lines(missing) };
  },
  ps: (supervisor, _, given) => {
    const all = supervisor
      .list()
      .filter(({ unit, state }) => unit.container !== undefined && ('all' in given.options || state === 'running'));
    if (last(given, 'format') === 'json') return printed(all.map((one) => JSON.stringify(listed(one))).join('\n'));
    return printed(
      ['NAMES               STATUS', ...all.map((one) => `${(one.unit.container ?? '').padEnd(20)}${statusOf(one)}`)].join('\n'),
    );
  },
  logs: (supervisor, [name = ''], given) => {
    const found = containerNamed(supervisor, name);
    if (found === undefined) return refused(`Error response from daemon: No such container: ${name}`);
    const tail = last(given, 'tail');
    const all = supervisor.log(found.unit.name).filter(({ pid }) => pid !== 1);
    const shown = tail === undefined || tail === 'all' ? all : all.slice(-Number(tail));
    return printed(shown.map(({ at, line }) => ('timestamps' in given.options ? `${at} ${line}` : line)).join('\n'));
  },
};

const isUp = ({ state }: UnitStatus): boolean => state === 'running';
const statusOf = (status: UnitStatus): string => (isUp(status) ? 'Up' : `Exited (${String(exitCode(status))})`);
const exitCode = ({ ended }: UnitStatus): number => ended?.code ?? (ended?.signal === 'SIGKILL' ? 137 : 0);

/** What `docker ps --format json` prints of a container, a line each. */
export const listed = (status: UnitStatus): unknown => ({
  Name: status.unit.container,
  Service: status.unit.container?.replace(/^(edge-gateway|ledger-consumer)-\d+$/, '$1'),
  Names: status.unit.container,
  State: isUp(status) ? 'running' : 'exited',
  Status: statusOf(status),
});

function inspected(status: UnitStatus): unknown {
  const { unit, startedAt = '0001-01-01T00:00:00Z', restarts, pid } = status;
  return {
    Id: createHash('sha256').update(unit.name).digest('hex'),
    Name: `/${unit.container ?? ''}`,
    RestartCount: restarts,
    Config: { Image: `exchange/${unit.name.replace(/-\d+$/, '')}:lab` },
    State: {
      Status: isUp(status) ? 'running' : status.startedAt === undefined ? 'created' : 'exited',
      Running: isUp(status),
      Pid: pid ?? 0,
      ExitCode: isUp(status) ? 0 : exitCode(status),
      StartedAt: startedAt,
    },
  };
}
