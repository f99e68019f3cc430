/** `systemctl` of a host: acts on the units that the supervisor keeps for this host, and answers in the words of the real one. */
import { createHash } from 'node:crypto';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { LogLine, UnitStatus } from '../supervisor/unit.ts';
import type { Words } from './arguments.ts';
import { has, last, parseWords } from './arguments.ts';
import { journalLine } from './journalctl.ts';
import type { Invocation, Tool, ToolResult } from './tool.ts';
import { printed, refused } from './tool.ts';

const shape = {
  valued: ['property', 'lines', 'signal', 'output'],
  flags: ['no-pager', 'quiet', 'value', 'full', 'now', 'all', 'plain', 'no-legend', 'user', 'system', 'failed'],
  alias: { p: 'property', n: 'lines', s: 'signal', q: 'quiet', l: 'full', a: 'all', o: 'output' },
} as const;

/** Codes of the real one: 3 is "not running", 4 and 5 are "no such unit". */
const codes = { inactive: 3, unknown: 4, notLoaded: 5 } as const;

export const systemctl =
  (supervisor: Supervisor): Tool =>
  async (call) => {
    const parsed = parseWords(call.argv, shape);
    if (parsed.is === 'wrong') return refused(`systemctl: unrecognized option '${parsed.option}'`);
    const [verb = 'list-units', ...names] = [...parsed.given.words, ...parsed.given.rest];
    const units = { named: (name: string) => supervisor.status(unitName(name, call.host)) };
    if (Object.hasOwn(whole, verb)) return whole[verb]?.(supervisor, call) ?? refused('');
    const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (act === undefined) return refused(`Unknown command verb ${verb}.`);
    if (names.length === 0) return refused('Too few arguments.');
    const results: ToolResult[] = [];
    for (const name of names)
      results.push(await act({ supervisor, given: parsed.given, name: bare(name), status: units.named(name), verb }));
    return {
      code: Math.max(...results.map(({ code }) => code)),
      stdout: results.map(({ stdout }) => stdout ?? '').join(''),
      stderr: results.map(({ stderr }) => stderr ?? '').join(''),
    };
  };

const bare = (name: string): string => name.replace(/\.service$/, '');
/** The supervisor's name of a unit of a host. */
export const unitName = (name: string, host: string): string => `${bare(name)}@${host}`;

interface Order {
  readonly supervisor: Supervisor;
  readonly given: Words;
  readonly name: string;
  readonly status: UnitStatus | undefined;
  readonly verb: string;
}
type Act = (order: Order) => Promise<ToolResult> | ToolResult;

const changing =
  (change: (supervisor: Supervisor, unit: string, order: Order) => Promise<void> | void): Act =>
  async (order) => {
    const { supervisor, status, name, verb } = order;
    if (status === undefined)
      return refused(`Failed to ${verb} ${name}.service: Unit ${name}.service not found.`, codes.notLoaded);
    await change(supervisor, status.unit.name, order);
    return printed('');
  };

const verbs: Readonly<Record<string, Act>> = {
  start: changing((supervisor, unit) => supervisor.start(unit)),
  stop: changing((supervisor, unit) => supervisor.stop(unit)),
  restart: changing((supervisor, unit) => supervisor.restart(unit)),
  'try-restart': changing(async (supervisor, unit, { status }) => {
    if (status?.state === 'running') await supervisor.restart(unit);
  }),
  kill: changing((supervisor, unit, { given }) => {
    supervisor.kill(unit, signalOf(last(given, 'signal') ?? 'SIGTERM'));
  }),
  'reset-failed': changing(() => undefined),
  enable: changing(() => undefined),
  'is-enabled': ({ status, name }) =>
    status === undefined
      ? refused(`Failed to get unit file state for ${name}.service: No such file or directory`)
      : printed('enabled'),
  'is-active': ({ status, given }) => {
    const active = activeState(status);
    const stdout = has(given, 'quiet') ? '' : `${active}\n`;
    return { code: active === 'active' ? 0 : codes.inactive, stdout };
  },
  'is-failed': ({ status }) => {
    const active = activeState(status);
    return { code: active === 'failed' ? 0 : 1, stdout: `${active}\n` };
  },
  show: ({ status, name, given }) => printed(shown(name, status, given)),
  cat: ({ status, name }) =>
    status === undefined ? refused(`No files found for ${name}.service.`) : printed(unitFile(name, status)),
  status: ({ supervisor, status, name, given }) => {
    if (status === undefined) return refused(`Unit ${name}.service could not be found.`, codes.unknown);
    const lines = supervisor.log(status.unit.name).slice(-Number(last(given, 'lines') ?? 10));
    return { code: activeState(status) === 'active' ? 0 : codes.inactive, stdout: told(name, status, lines) };
  },
};

/** Verbs about all units of the host. */
const whole: Readonly<Record<string, (supervisor: Supervisor, call: Invocation) => ToolResult>> = {
  'daemon-reload': () => printed(''),
  'list-units': (supervisor, { host }) => {
    const mine = supervisor.list().filter(({ unit }) => unit.host === host);
    const row = (status: UnitStatus): string =>
      `${serviceOf(status).padEnd(24)} loaded ${activeState(status).padEnd(10)} ${subState(status)}`;
    return printed(mine.map(row).join('\n'));
  },
};

const serviceOf = ({ unit }: UnitStatus): string => `${unit.name.replace(/@.*/, '')}.service`;
const signalOf = (name: string): NodeJS.Signals => (name.startsWith('SIG') ? name : `SIG${name}`) as NodeJS.Signals;

const states = { running: 'active', waiting: 'activating', stopped: 'inactive', failed: 'failed' } as const;
const substates = { running: 'running', waiting: 'auto-restart', stopped: 'dead', failed: 'failed' } as const;
const activeState = (status: UnitStatus | undefined): string => (status === undefined ? 'inactive' : states[status.state]);
const subState = (status: UnitStatus | undefined): string => (status === undefined ? 'dead' : substates[status.state]);

/** Changes whenever the unit is started, as the real one does. */
const invocationId = ({ unit, startedAt = '', restarts }: UnitStatus): string =>
  createHash('md5')
    .update(`${unit.name} ${startedAt} ${String(restarts)}`)
    .digest('hex');

function shown(name: string, status: UnitStatus | undefined, given: Words): string {
  const properties: Readonly<Record<string, string>> = {
    Id: `${name}.service`,
    LoadState: status === undefined ? 'not-found' : 'loaded',
    ActiveState: activeState(status),
    SubState: subState(status),
    MainPID: String(status?.pid ?? 0),
    NRestarts: String(status?.restarts ?? 0),
    InvocationID: status === undefined ? '' : invocationId(status),
    Result: status?.state === 'failed' ? 'exit-code' : 'success',
    ExecMainStatus: String(status?.ended?.code ?? 0),
    ActiveEnterTimestamp: status?.startedAt ?? '',
    UnitFileState: status === undefined ? '' : 'enabled',
  };
  const asked = (given.options['property'] ?? []).flatMap((names) => names.split(','));
  const names = asked.length === 0 ? Object.keys(properties) : asked.filter((one) => Object.hasOwn(properties, one));
  return names.map((one) => (has(given, 'value') ? '' : `${one}=`) + (properties[one] ?? '')).join('\n');
}

const unitFile = (name: string, { unit }: UnitStatus): string =>
  [
    `# /etc/systemd/system/${name}.service`,
    '[Service]',
    `ExecStart=${unit.command.join(' ')}`,
    ...Object.entries(unit.env ?? {}).map(([key, value]) => `Environment=${key}=${value}`),
    `Restart=${unit.restart ?? 'on-failure'}`,
  ].join('\n');

function told(name: string, status: UnitStatus, lines: readonly LogLine[]): string {
  const since = status.startedAt ?? '';
  const ended = status.ended;
  return [
    `${activeState(status) === 'active' ? '●' : '×'} ${name}.service`,
    `     Loaded: loaded (/etc/systemd/system/${name}.service; enabled)`,
    `     Active: ${activeState(status)} (${subState(status)}) since ${since}`,
    ...(status.pid === undefined ? [] : [`   Main PID: ${String(status.pid)}`]),
    ...(ended === undefined || status.state === 'running'
      ? []
      : [
          `    Process: (code=${ended.signal === null ? 'exited' : 'killed'}, ${ended.signal === null ? `status=${String(ended.code)}` : `signal=${ended.signal}`})`,
        ]),
    '',
    ...lines.map((line) => journalLine(line, status.unit, 'short')),
    '',
  ].join('\n');
}
