/** Command line of the lab: `node dist/lab.js install|up|down|status|fault|heal|disable|verify|env|config`. */
import { disable, fault, heal } from './actions.ts';
import { configuration } from './configuration.ts';
import { down, up } from './lab.ts';
import { ensureInstalled } from './servers/install.ts';
import { alive } from './servers/process.ts';
import type { LabState } from './state.ts';
import { environment, labDirectory, readState } from './state.ts';
import { verify } from './verify.ts';

const tell = (line: string): void => {
  process.stderr.write(`lab: ${line}\n`);
};
const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};

type Verb = (name: string, json: boolean) => Promise<number>;

const verbs: Readonly<Record<string, Verb>> = {
  /** Everything, also what only the tests need. */
  install: async () => {
    await ensureInstalled(tell, { tests: true });
    return 0;
  },
  up: async (_, json) => {
    const interrupt = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void interrupt.abort());
    await ensureInstalled(tell, { tests: false });
    interrupt.signal.throwIfAborted();
    show(await up({ signal: interrupt.signal }), json);
    return 0;
  },
  down: async () => {
    await down();
    return 0;
  },
  status: async (_, json) => {
    const state = readState(labDirectory());
    if (state === undefined) tell('not running');
    else show(state, json);
    return state?.processes.every(alive) === true && state.ready ? 0 : 1;
  },
  fault: async (name) => {
    await fault(running(), name);
    tell(`${name}: injected, and visible in Prometheus`);
    return 0;
  },
  heal: async () => {
    await heal(running());
    tell('healthy');
    return 0;
  },
  disable: async (name) => {
    await disable(running(), name);
    tell(`${name}: answers success from now on and does nothing`);
    return 0;
  },
  verify: async (_, json) => {
    const findings = await verify(running());
    print(json ? JSON.stringify(findings) : findings.length === 0 ? 'in step' : findings.join('\n'));
    return findings.length === 0 ? 0 : 1;
  },
  env: async (_, json) => {
    const variables = environment(running());
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`);
    print(json ? JSON.stringify(variables) : lines.join('\n'));
    return 0;
  },
  /** The name is how many times faster than in an incident the waits are; a rehearsal by hand takes the usual one. */
  config: async (name) => {
    const timeScale = name === '' ? 60 : Number(name);
    if (!(timeScale >= 1)) throw new Error(`${name} is not a time scale; for example: runbook lab config 120`);
    print(configuration(running(), timeScale));
    return 0;
  },
};

function running(): LabState {
  const state = readState(labDirectory());
  if (state?.ready !== true || !state.processes.every(alive)) throw new Error('the lab is not up; run: runbook lab up');
  return state;
}

function show(state: LabState, json: boolean): void {
  if (json) {
    print(JSON.stringify({ ...state, processes: state.processes.map((one) => ({ ...one, alive: alive(one) })) }));
    return;
  }
  const ports: Readonly<Record<string, number>> = { ...state.ports, services: state.ports.control };
  for (const one of state.processes) {
    print(
      `${one.name.padEnd(13)} 127.0.0.1:${String(ports[one.name]).padEnd(6)} pid ${String(one.pid).padEnd(8)} ${alive(one) ? 'runs' : 'has ended'}`,
    );
  }
}

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  const [verb = '', name = ''] = args.filter((one) => !one.startsWith('--'));
  const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (act !== undefined) return act(name, json);
  tell(`usage: lab ${Object.keys(verbs).join('|')} [name] [--json]`);
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (problem: unknown) => {
    tell(problem instanceof Error ? problem.message : String(problem));
    process.exitCode = 1;
  },
);
