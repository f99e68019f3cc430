/** `docker-compose -f FILE ps|restart|stop|start|up -d|logs [SERVICE...]`: a service has another name than its container. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Words } from '../../../tools/arguments.ts';
import { has, last, parseWords } from '../../../tools/arguments.ts';
import type { Tool, ToolResult } from '../../../tools/tool.ts';
import { printed, refused } from '../../../tools/tool.ts';
import { containers, services } from '../names.ts';
import type { Service } from '../names.ts';
import type { System } from '../system.ts';
import { linesOf, printedLines } from './kept.ts';
import { stopInOrder } from '../containers.ts';
import { dockerState, formatted, statusWords } from './status.ts';

const shape = {
  valued: ['file', 'project-name', 'tail', 'timeout', 'format', 'since'],
  flags: ['detach', 'all', 'follow', 'timestamps', 'quiet', 'no-color', 'no-log-prefix', 'services'],
  alias: { f: 'file', p: 'project-name', n: 'tail', t: 'timeout', d: 'detach', a: 'all', q: 'quiet' },
};

export function createCompose(system: System): Tool {
  return async ({ argv, cwd }) => {
    const verbAt = argv.findIndex((word) => ['ps', 'restart', 'stop', 'start', 'up', 'logs', 'build'].includes(word));
    // before the verb -f names the file, after it -f follows
    const own = argv.map((word, index) => (index > verbAt && word === '-f' ? '--follow' : word));
    const parsed = parseWords(own, shape);
    if (parsed.is === 'wrong') return refused(`unknown flag: ${parsed.option}`, 16);
    const { given } = parsed;
    const file = last(given, 'file');
    if (!existsSync(resolve(cwd, file ?? 'docker-compose.yml')))
      return refused(
        file === undefined
          ? 'no configuration file provided: not found'
          : `open ${resolve(cwd, file)}: no such file or directory`,
        14,
      );
    const [verb = '', ...names] = given.words;
    const strange = names.find((name) => !isService(name));
    if (strange !== undefined) return refused(`no such service: ${strange}`);
    const wanted = names.length === 0 ? services : names.filter(isService);
    return answer(system, verb, wanted, given);
  };
}

const isService = (name: string): name is Service => Object.hasOwn(containers, name);

async function answer(system: System, verb: string, wanted: readonly Service[], given: Words): Promise<ToolResult> {
  switch (verb) {
    case 'ps':
      return list(system, wanted, given);
    case 'logs':
      return printed(wanted.map((service) => logsOf(system, service, last(given, 'tail'))).join(''));
    case 'build':
      return { code: 0, stderr: wanted.map((service) => ` ${service}  Built\n`).join('') };
    case 'restart':
      await stopInOrder(system.supervisor, wanted);
      return each(wanted, 'Restarted', (name) => system.supervisor.start(name));
    case 'start':
      return each(wanted, 'Started', (name) => system.supervisor.start(name));
    case 'stop':
      await stopInOrder(system.supervisor, wanted);
      return each(wanted, 'Stopped', () => Promise.resolve());
    case 'up':
      return has(given, 'detach')
        ? each(wanted, 'Started', (name) => system.supervisor.start(name))
        : refused('the stand-in of the lab cannot stay in the foreground; use: docker-compose up -d');
    default:
      return refused(`unknown docker command: "compose ${verb}"`, 16);
  }
}

async function each(wanted: readonly Service[], word: string, act: (name: string) => Promise<void>): Promise<ToolResult> {
  const names = wanted.map((service) => containers[service]);
  await Promise.all(names.map(act));
  return { code: 0, stderr: names.map((name) => ` Container ${name}  ${word}\n`).join('') };
}

function list(system: System, wanted: readonly Service[], given: Words): ToolResult {
  const rows = wanted.map((service) => {
    const name = containers[service];
    return { Name: name, Service: service, State: dockerState(system, name), Status: statusWords(system, name) };
  });
  return printed(formatted(last(given, 'format'), rows, ['Name', 'Service', 'State', 'Status']));
}

function logsOf(system: System, service: Service, tail: string | undefined): string {
  const name = containers[service];
  const text = printedLines(linesOf(system, name), { timestamps: false, ...(tail === undefined ? {} : { tail: Number(tail) }) });
  return text.replaceAll(/^(?=.)/gm, `${name}  | `);
}
