/** Command line of the lab: `node dist/lab.js VERB [WORLD] [NAME] [--json]`. */
import { disable, fault, heal } from './actions.ts';
import { configuration } from './configuration.ts';
import { down, serversOf, up } from './lab.ts';
import { ensureInstalled } from './servers/install.ts';
import { alive } from './servers/process.ts';
import type { LabState } from './state.ts';
import { environment, readState, worldDirectory } from './state.ts';
import { defaultWorld, findWorld, isWorld, worldNames } from './worlds/find.ts';

const tell = (line: string): void => {
  process.stderr.write(`lab: ${line}\n`);
};
const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};

/** What follows the verb. */
interface Order {
  readonly world: string;
  /** A fault, a remedy or a scale; empty: not given. */
  readonly name: string;
  readonly json: boolean;
}
type Verb = (order: Order) => Promise<number>;

const verbs: Readonly<Record<string, Verb>> = {
  /** Everything, also what only the tests need. */
  install: async () => {
    await ensureInstalled(tell, 'tests');
    return 0;
  },
  worlds: async ({ json }) => {
    const all = worldNames.map((name) => {
      const { title, faults } = findWorld(name);
      return { name, up: isUp(readState(worldDirectory(name))), title, faults: Object.keys(faults) };
    });
    const line = ({ name, up: isThere, title }: (typeof all)[number]): string =>
      `${name.padEnd(13)} ${isThere ? 'up  ' : 'down'}  ${title}`;
    print(json ? JSON.stringify(all) : all.map(line).join('\n'));
    return 0;
  },
  up: async ({ world, json }) => {
    const interrupt = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void interrupt.abort());
    await ensureInstalled(tell, { servers: serversOf(findWorld(world)) });
    interrupt.signal.throwIfAborted();
    show(await up(world, { signal: interrupt.signal }), json);
    return 0;
  },
  down: async ({ world }) => {
    await down(worldDirectory(world));
    return 0;
  },
  status: async ({ world, json }) => {
    const state = readState(worldDirectory(world));
    if (state === undefined) tell(`${world} is not running`);
    else show(state, json);
    return isUp(state) ? 0 : 1;
  },
  fault: async ({ world, name }) => {
    await fault(running(world), name);
    tell(`${name}: injected, and visible`);
    return 0;
  },
  heal: async ({ world }) => {
    await heal(running(world));
    tell('healthy');
    return 0;
  },
  disable: async ({ world, name }) => {
    await disable(running(world), name);
    tell(`${name}: answers success from now on and does nothing`);
    return 0;
  },
  verify: async ({ world, json }) => {
    const findings = await findWorld(world).verify(running(world));
    print(json ? JSON.stringify(findings) : findings.length === 0 ? 'in step' : findings.join('\n'));
    return findings.length === 0 ? 0 : 1;
  },
  env: async ({ world, json }) => {
    const state = running(world);
    const variables = { ...environment(state), ...findWorld(world).env?.(state) };
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`);
    print(json ? JSON.stringify(variables) : lines.join('\n'));
    return 0;
  },
  /** The name is how many times faster than in an incident the waits are; a rehearsal by hand takes the usual one. */
  config: async ({ world, name }) => {
    const timeScale = name === '' ? 60 : Number(name);
    if (!(timeScale >= 1)) throw new Error(`${name} is not a time scale; for example: runbook lab config 120`);
    print(configuration(running(world), timeScale));
    return 0;
  },
};

/** Verbs that take a name after the world. */
const named: readonly string[] = ['fault', 'disable', 'config'];

const isUp = (state: LabState | undefined): state is LabState => state?.ready === true && state.processes.every(alive);

function running(world: string): LabState {
  const state = readState(worldDirectory(world));
  if (!isUp(state)) throw new Error(`${world} is not up; run: runbook lab up${world === defaultWorld ? '' : ` ${world}`}`);
  return state;
}

function show(state: LabState, json: boolean): void {
  if (json) {
    print(JSON.stringify({ ...state, processes: state.processes.map((one) => ({ ...one, alive: alive(one) })) }));
    return;
  }
  const ports: Readonly<Record<string, number>> = { ...state.ports, services: state.ports['control'] ?? 0 };
  for (const one of state.processes) {
    print(
      `${one.name.padEnd(13)} 127.0.0.1:${String(ports[one.name]).padEnd(6)} pid ${String(one.pid).padEnd(8)} ${alive(one) ? 'runs' : 'has ended'}`,
    );
  }
}

/** A first word that is the name of a world names it; otherwise the verb means the usual one. */
function orderOf(verb: string, words: readonly string[], json: boolean): Order {
  const [first = '', second = ''] = words;
  if (isWorld(first)) return { world: first, name: second, json };
  if (first !== '' && !named.includes(verb)) findWorld(first);
  return { world: defaultWorld, name: first, json };
}

async function main(args: readonly string[]): Promise<number> {
  const [verb = '', ...words] = args.filter((one) => !one.startsWith('--'));
  const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (act !== undefined) return act(orderOf(verb, words, args.includes('--json')));
  tell(`usage: lab ${Object.keys(verbs).join('|')} [world] [name] [--json]`);
  return 2;
}

/** Exit code; `runbook lab` runs this program in its own process and waits for it. */
export const ended: Promise<number> = main(process.argv.slice(2)).catch((problem: unknown) => {
  tell(problem instanceof Error ? problem.message : String(problem));
  return 1;
});
void ended.then((code) => {
  process.exitCode = code;
});
