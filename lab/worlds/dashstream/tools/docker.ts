/** `docker`, for the containers of this world. */
import type { Words } from '../../../tools/arguments.ts';
import { has, last, parseWords } from '../../../tools/arguments.ts';
import type { Tool, ToolResult } from '../../../tools/tool.ts';
import { printed, refused } from '../../../tools/tool.ts';
import { withAdmin } from '../clients.ts';
import { isHealthy } from '../containers.ts';
import { containers } from '../names.ts';
import type { System } from '../system.ts';
import { topicSettings } from '../topics.ts';
import { createCompose } from './compose.ts';
import { linesOf, printedLines, sinceOf } from './kept.ts';
import { processorShare } from './processor.ts';
import { dockerState, formatted, statusWords } from './status.ts';

const shape = {
  valued: ['context', 'host', 'tail', 'since', 'format', 'type', 'time', 'signal', 'filter'],
  flags: ['all', 'follow', 'timestamps', 'no-stream', 'no-trunc', 'quiet', 'interactive', 'tty'],
  alias: { n: 'tail', f: 'follow', t: 'timestamps', a: 'all', q: 'quiet', s: 'signal', H: 'host' },
};

const known: readonly string[] = Object.values(containers);

export function createDocker(system: System): Tool {
  const compose = createCompose(system);
  return async (invocation) => {
    const { argv } = invocation;
    const verb = argv.find((word) => !word.startsWith('-')) ?? '';
    if (verb === 'compose') return compose({ ...invocation, argv: argv.slice(argv.indexOf(verb) + 1) });
    if (verb === 'exec') return execute(system, argv.slice(argv.indexOf(verb) + 1));
    const parsed = parseWords(argv, shape);
    if (parsed.is === 'wrong') return refused(`unknown flag: ${parsed.option}\nSee 'docker ${verb} --help'.`, 125);
    const { given } = parsed;
    const names = [...given.words.slice(1), ...given.rest];
    if (verb === 'ps') return list(system, given);
    const strange = names.find((name) => !known.includes(name));
    if (strange !== undefined) return noContainer(verb, strange);
    if (names.length === 0) return refused(`"docker ${verb}" requires at least 1 argument.\nSee 'docker ${verb} --help'.`);
    switch (verb) {
      case 'inspect':
        return printed(JSON.stringify(await Promise.all(names.map((name) => inspected(system, name)))));
      case 'logs':
        return logs(system, names, given);
      case 'stats':
        return stats(system, names, given);
      case 'start':
      case 'stop':
      case 'restart':
      case 'kill':
        return act(system, verb, names, given);
      default:
        return refused(`docker: '${verb}' is not a docker command.\nSee 'docker --help'`);
    }
  };
}

const noContainer = (verb: string, name: string): ToolResult =>
  verb === 'inspect'
    ? { code: 1, stdout: '[]\n', stderr: `Error: No such container: ${name}\n` }
    : refused(`Error response from daemon: No such container: ${name}`);

async function act(
  { supervisor }: System,
  verb: 'start' | 'stop' | 'restart' | 'kill',
  names: readonly string[],
  given: Words,
): Promise<ToolResult> {
  for (const name of names) {
    if (verb === 'kill') {
      if (supervisor.status(name)?.state !== 'running')
        return refused(`Error response from daemon: Cannot kill container: ${name}: is not running`);
      supervisor.kill(name, signalOf(last(given, 'signal') ?? 'KILL'));
    } else await supervisor[verb](name);
  }
  return printed(names.join('\n'));
}

const signalOf = (name: string): NodeJS.Signals => (name.startsWith('SIG') ? name : `SIG${name}`) as NodeJS.Signals;

async function inspected(system: System, name: string): Promise<unknown> {
  const status = system.supervisor.status(name);
  const state = dockerState(system, name);
  const healthy = state === 'running' ? await isHealthy(system.state, name) : undefined;
  return {
    Id: name,
    Name: `/${name}`,
    RestartCount: status?.restarts ?? 0,
    Config: { Image: `${name.replace('dashstream-', 'dashstream/')}:1.11.4` },
    State: {
      Status: state,
      Running: state === 'running',
      Pid: status?.pid ?? 0,
      ExitCode: state === 'running' ? 0 : (status?.ended?.code ?? 137),
      StartedAt: status?.startedAt ?? '0001-01-01T00:00:00Z',
      ...(healthy === undefined ? {} : { Health: { Status: healthy ? 'healthy' : 'starting' } }),
    },
  };
}

/** What follows is not seen: the answer comes as a whole. */
function logs(system: System, [name = '']: readonly string[], given: Words): ToolResult {
  const tail = last(given, 'tail');
  const since = last(given, 'since');
  const from = since === undefined ? undefined : sinceOf(since);
  if (since !== undefined && from === undefined) return refused(`invalid value for "since": ${since}`);
  const lines = linesOf(system, name);
  const wanted = { timestamps: has(given, 'timestamps'), ...(from === undefined ? {} : { since: from }) };
  return printed(printedLines(lines, { ...wanted, ...(tail === undefined || tail === 'all' ? {} : { tail: Number(tail) }) }));
}

function list(system: System, given: Words): ToolResult {
  const shown = known.filter((name) => has(given, 'all') || dockerState(system, name) === 'running');
  if (has(given, 'quiet')) return printed(shown.join('\n'));
  const rows = shown.map((name) => ({ Names: name, State: dockerState(system, name), Status: statusWords(system, name) }));
  return printed(formatted(last(given, 'format'), rows, ['Names', 'Status']));
}

async function stats(system: System, names: readonly string[], given: Words): Promise<ToolResult> {
  if (!has(given, 'no-stream')) return refused('the stand-in of the lab cannot stream; use: docker stats --no-stream');
  const rows = await Promise.all(
    names.map(async (name) => ({ Name: name, CPUPerc: `${(await processorShare(system, name)).toFixed(2)}%`, PIDs: '1' })),
  );
  return printed(formatted(last(given, 'format'), rows, ['Name', 'CPUPerc']));
}

/** Only what is of use in these containers. */
async function execute(system: System, argv: readonly string[]): Promise<ToolResult> {
  // options of docker itself come before the name
  const words = argv.slice(argv.findIndex((word) => !word.startsWith('-')));
  const [name = '', program = '', ...args] = words;
  if (!known.includes(name)) return noContainer('exec', name);
  if (dockerState(system, name) !== 'running') return refused(`Error response from daemon: container ${name} is not running`);
  if (program === 'df' && name === containers.kafka) return diskFree(system, args);
  if (program === 'kafka-configs' && name === containers.kafka) return topicConfigs(system, args);
  return refused(
    `OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH`,
    127,
  );
}

/** `kafka-configs --describe --entity-type topics --entity-name NAME`: what is set for the topic. */
async function topicConfigs({ state }: System, args: readonly string[]): Promise<ToolResult> {
  const parsed = parseWords(args, {
    valued: ['bootstrap-server', 'entity-type', 'entity-name'],
    flags: ['describe'],
  });
  if (parsed.is === 'wrong') return refused(`${parsed.option} is not a recognized option`);
  const { given } = parsed;
  const name = last(given, 'entity-name') ?? '';
  if (!has(given, 'describe') || last(given, 'entity-type') !== 'topics' || name === '')
    return refused('the stand-in of the lab only knows --describe --entity-type topics --entity-name NAME');
  const found = await withAdmin(state, (admin) => topicSettings(admin, name));
  const lines = Object.entries(found).map(([key, value]) => `  ${key}=${value} sensitive=false`);
  return printed([`Dynamic configs for topic ${name} are:`, ...lines].join('\n'));
}

function diskFree({ disk }: System, args: readonly string[]): ToolResult {
  const { size, used } = disk.usage();
  const mount = args.find((one) => !one.startsWith('-')) ?? '/var/lib/kafka';
  const isHuman = args.some((one) => /^-\w*h/.test(one));
  const amount = (blocks: number): string => (isHuman ? `${(blocks / 1_048_576).toFixed(1)}G` : String(blocks));
  const head = `Filesystem     ${isHuman ? 'Size' : '1K-blocks'} Used Avail Use% Mounted on`;
  const share = `${String(Math.round((used / size) * 100))}%`;
  return printed(`${head}\n/dev/sdb1 ${amount(size)} ${amount(used)} ${amount(size - used)} ${share} ${mount}`);
}
