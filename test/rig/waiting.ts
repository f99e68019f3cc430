/** A run whose only step waits for a metric of a real Prometheus, with the exporter that the test turns. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../src/interpreter/core/model/value.ts';
import type { Finished, Place } from './cli.ts';
import { eventually, place, start } from './cli.ts';
import { startHttp } from './servers.ts';

export interface Exporter {
  /** `host:port` */
  readonly address: string;
  /** Lines of the exposition by the name of their metric; what is not there is not exposed. */
  readonly metrics: Map<string, string>;
  close(): Promise<void>;
}

export async function startExporter(metrics: Readonly<Record<string, string>>): Promise<Exporter> {
  const shown = new Map(Object.entries(metrics));
  const server = await startHttp((response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end([...shown.values(), ''].join('\n'));
  });
  return { address: `127.0.0.1:${String(server.port)}`, metrics: shown, close: () => server.close() };
}

export interface Reading {
  /** Milliseconds since the run began. */
  readonly t: number;
  readonly value: Json;
  readonly holds: 'true' | 'false' | 'noData' | 'error';
}

export interface Ended {
  readonly is: string;
  readonly value?: { readonly json?: Json };
  readonly fault?: { readonly class: string; readonly code: string; readonly message: string };
}

export interface Waiting {
  /** All readings so far. */
  readings(): readonly Reading[];
  /** Resolves once a reading after the first `from` readings is this; returns how many readings there are then. */
  seen(holds: Reading['holds'], from?: number): Promise<number>;
  /** Waits for the end of the run. */
  ended(): Promise<{ readonly outcome: Ended; readonly readings: readonly Reading[]; readonly finished: Finished }>;
  /** Kills the engine and resumes its run with another; `ended` is then about that one. */
  loseEngine(): Promise<void>;
  /** Kinds of notes in the journal, in order. */
  notes(): readonly string[];
  readonly run: Place;
}

/** `keys`: keys of the step after its type, as YAML in flow style. Ends with the place: remove it. */
export function startWaiting(url: string, keys: string): Waiting {
  const run = place();
  writeFileSync(
    join(run.folder, 'runbook.config.yaml'),
    `environments:\n  lab: { targets: { metrics: { type: prometheus, url: "${url}" } } }\n`,
  );
  const path = join(run.folder, 'wait.yaml');
  writeFileSync(
    path,
    'apiVersion: runbook/v1\nid: wait\ntitle: Wait\nowners: [tests]\ntargets: { metrics: prometheus }\n' +
      `steps:\n  - { id: wait, type: wait-until-metric, ${keys} }\n`,
  );
  const runs = join(run.folder, 'state', 'runs');
  const nameOf = (): string | undefined => (existsSync(runs) ? readdirSync(runs)[0] : undefined);
  const begin = (...args: readonly string[]) =>
    start([...args, '--no-questions', '-o', 'ndjson'], { cwd: run.folder, env: run.env });
  let program = begin('run', path);
  const readings = (): readonly Reading[] => {
    const name = nameOf();
    return name === undefined ? [] : linesOf<Reading>(join(runs, name, 'samples', 'wait.jsonl'));
  };
  const records = () =>
    program
      .stdout()
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as { readonly type: string; readonly note?: string; readonly outcome?: Ended });
  return {
    run,
    readings,
    seen: async (holds, from = 0) => {
      await eventually(
        `a reading that is ${holds}`,
        () =>
          readings()
            .slice(from)
            .some((one) => one.holds === holds),
        45_000,
      );
      return readings().length;
    },
    loseEngine: async () => {
      program.child.kill('SIGKILL');
      await program.finished;
      program = begin('resume', nameOf() ?? '');
    },
    notes: () => records().flatMap(({ type, note }) => (type === 'attempt.noted' && note !== undefined ? [note] : [])),
    ended: async () => {
      const finished = await program.finished;
      const outcome = records().find(({ type }) => type === 'attempt.finished')?.outcome;
      if (outcome === undefined) throw new Error(`nothing was attempted: ${finished.stdout}${finished.stderr}`);
      return { outcome, readings: readings(), finished };
    },
  };
}

/** A line that is being written is left out. */
const linesOf = <T>(path: string): readonly T[] =>
  (existsSync(path) ? readFileSync(path, 'utf8') : '')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
