/** `docker compose -f FILE up|ps|stop|start|restart|exec|logs`, for the services of the compose file of the checkout. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { programOfMachine } from '../../../programs.ts';
import type { LabState } from '../../../state.ts';
import { portOf } from '../../../state.ts';
import type { Supervisor } from '../../../supervisor/supervisor.ts';
import type { Words } from '../../../tools/arguments.ts';
import { has, last, parseWords } from '../../../tools/arguments.ts';
import type { Invocation, Tool, ToolResult } from '../../../tools/tool.ts';
import { printed, refused } from '../../../tools/tool.ts';
import { isScalable, mostReplicas } from '../names.ts';
import { containerNamed, listed } from './docker.ts';

export interface ComposeParts {
  readonly state: LabState;
  readonly supervisor: Supervisor;
  /** Starts so many replicas of a service and ends the others. */
  readonly scale: (service: string, replicas: number) => Promise<void>;
}

const shape = {
  valued: ['file', 'scale', 'format', 'timeout', 'tail', 'project-name'],
  flags: ['detach', 'no-recreate', 'force-recreate', 'no-deps', 'wait', 'all', 'no-log-prefix', 'quiet'],
  alias: { f: 'file', d: 'detach', t: 'timeout', a: 'all', n: 'tail', p: 'project-name', q: 'quiet' },
} as const;

export const createCompose =
  (parts: ComposeParts): Tool =>
  async (call) => {
    const exec = call.argv.indexOf('exec');
    const parsed = parseWords(exec === -1 ? call.argv : call.argv.slice(0, exec), shape);
    if (parsed.is === 'wrong') return refused(`unknown flag: ${parsed.option}`, 16);
    const { given } = parsed;
    const services = servicesOf(call, last(given, 'file') ?? 'docker-compose.yml');
    if (services === undefined) return refused('no configuration file provided: not found', 14);
    if (exec !== -1) return execIn(parts, call.argv.slice(exec + 1));
    const [verb = '', ...names] = [...given.words, ...given.rest];
    const unknown = names.find((name) => !services.all.includes(name));
    if (unknown !== undefined) return refused(`no such service: ${unknown}`);
    const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (act === undefined) return refused(`unknown docker command: "compose ${verb}"`, 16);
    return act(parts, names.length === 0 ? services.usual : names, given);
  };

/** `usual`: those without a profile, which are meant where none is named. */
function servicesOf(
  { cwd }: Invocation,
  file: string,
): { readonly all: readonly string[]; readonly usual: readonly string[] } | undefined {
  const path = resolve(cwd, file);
  if (!existsSync(path)) return undefined;
  const { services } = parse(readFileSync(path, 'utf8')) as {
    readonly services: Readonly<Record<string, { readonly profiles?: unknown }>>;
  };
  return { all: Object.keys(services), usual: Object.keys(services).filter((name) => services[name]?.profiles === undefined) };
}

type Act = (parts: ComposeParts, services: readonly string[], given: Words) => Promise<ToolResult>;

const replicasOf = ({ supervisor }: ComposeParts, service: string): readonly string[] =>
  Array.from({ length: mostReplicas }, (_, index) => (index === 0 ? service : `${service}-${String(index + 1)}`)).filter(
    (name) => containerNamed(supervisor, name) !== undefined,
  );

const ofEach =
  (done: string, act: (supervisor: Supervisor, unit: string) => Promise<void>): Act =>
  async (parts, services) => {
    const units = services.flatMap((service) => replicasOf(parts, service));
    await Promise.all(units.map((unit) => act(parts.supervisor, unit)));
    return { code: 0, stderr: units.map((unit) => ` Container ${unit}  ${done}\n`).join('') };
  };

const verbs: Readonly<Record<string, Act>> = {
  up: async (parts, services, given) => {
    if (!has(given, 'detach')) return refused('the stand-in of the lab cannot stay in the foreground; use: docker compose up -d');
    for (const wish of given.options['scale'] ?? []) {
      const [service = '', count = ''] = wish.split('=');
      const replicas = Number(count);
      if (!Number.isInteger(replicas) || replicas < 1) return refused(`invalid --scale option "${wish}"`);
      if (!isScalable(service) || replicas > mostReplicas)
        return refused(`the lab runs at most ${isScalable(service) ? String(mostReplicas) : '1'} of ${service}`);
      await parts.scale(service, replicas);
    }
    return has(given, 'force-recreate') ? restart(parts, services, given) : start(parts, services, given);
  },
  start: (parts, services, given) => start(parts, services, given),
  stop: ofEach('Stopped', (supervisor, unit) => supervisor.stop(unit)),
  restart: (parts, services, given) => restart(parts, services, given),
  ps: async (parts, services, given) => {
    const found = services
      .flatMap((service) => replicasOf(parts, service))
      .flatMap((name) => containerNamed(parts.supervisor, name) ?? [])
      .filter(({ state }) => has(given, 'all') || state === 'running');
    const isJson = last(given, 'format') === 'json';
    const rows = found.map((one) =>
      isJson ? JSON.stringify(listed(one)) : `${(one.unit.container ?? '').padEnd(20)}${one.state}`,
    );
    return printed([...(isJson ? [] : ['NAME                STATUS']), ...rows].join('\n'));
  },
  logs: async ({ supervisor }, services, given) => {
    const tail = Number(last(given, 'tail') ?? 1000);
    return printed(
      services
        .flatMap((name) =>
          supervisor
            .log(name)
            .slice(-tail)
            .map(({ line }) => `${name}  | ${line}`),
        )
        .join('\n'),
    );
  },
};

const start = ofEach('Started', (supervisor, unit) => supervisor.start(unit));
const restart = ofEach('Started', (supervisor, unit) => supervisor.restart(unit));

/** Programs of PostgreSQL inside of its container: the real ones, at its port. */
const programs = ['pg_isready', 'psql'];

function execIn({ state, supervisor }: ComposeParts, argv: readonly string[]): Promise<ToolResult> | ToolResult {
  const [service = '', program = '', ...args] = argv.filter((word, index) => !(index < 2 && (word === '-T' || word === '-i')));
  const found = containerNamed(supervisor, service);
  if (found === undefined) return refused(`no such service: ${service}`);
  if (found.state !== 'running') return refused(`service "${service}" is not running`);
  if (!service.startsWith('postgres') || !programs.includes(program))
    return refused(`OCI runtime exec failed: exec failed: exec: "${program}": executable file not found in $PATH`, 127);
  const where = ['-h', '127.0.0.1', '-p', String(portOf(state, service))];
  return new Promise((done) => {
    execFile(programOfMachine(program), [...where, ...args], { timeout: 10_000 }, (problem, stdout, stderr) => {
      const code = problem === null ? 0 : typeof problem.code === 'number' ? problem.code : 1;
      done({ code, stdout, stderr });
    });
  });
}
