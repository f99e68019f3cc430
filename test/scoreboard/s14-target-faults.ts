/** Servers that refuse, say nothing, hang up or talk nonsense, for every step type that has one. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import { closedPort, startTcp } from '../rig/servers.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, pick } from './measure.ts';
import { ground } from './program.ts';

const behaviours: Readonly<Record<string, (socket: Socket) => void>> = {
  silent: () => undefined,
  hangsUp: (socket) => socket.end(),
  resets: (socket) => socket.resetAndDestroy(),
  hangsUpLater: (socket) => {
    socket.once('data', () => socket.end());
  },
  nonsense: (socket) => {
    socket.on('data', () => socket.write('+PONG\r\nHTTP/1.1 999 ?\r\n\r\n\u0000\u0001\u0002'));
  },
  endless: (socket) => {
    socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n`));
  },
};

interface Probe {
  readonly target: (port: string) => string;
  readonly type: string;
  readonly step: string;
  readonly write: boolean;
}

const probes: Readonly<Record<string, Probe>> = {
  get: {
    type: 'http',
    target: (port) => `{ type: http, url: "http://127.0.0.1:${port}" }`,
    step: 'type: http, url: /x',
    write: false,
  },
  post: {
    type: 'http',
    target: (port) => `{ type: http, url: "http://127.0.0.1:${port}" }`,
    step: 'type: http, method: POST, url: /x, body: { a: 1 }',
    write: true,
  },
  metric: {
    type: 'prometheus',
    target: (port) => `{ type: prometheus, url: "http://127.0.0.1:${port}" }`,
    step: 'type: metric, query: up, expect: value == 1.0',
    write: false,
  },
  read: {
    type: 'redis',
    target: (port) => `{ type: redis, url: "redis://127.0.0.1:${port}" }`,
    step: 'type: redis, command: [GET, a]',
    write: false,
  },
  write: {
    type: 'redis',
    target: (port) => `{ type: redis, url: "redis://127.0.0.1:${port}" }`,
    step: 'type: redis, command: [INCR, a]',
    write: true,
  },
  select: {
    type: 'postgres',
    target: (port) => `{ type: postgres, host: 127.0.0.1, port: ${port}, database: a, user: a }`,
    step: 'type: sql, query: select 1',
    write: false,
  },
  offsets: {
    type: 'kafka',
    target: (port) => `{ type: kafka, brokers: ["127.0.0.1:${port}"] }`,
    step: 'type: kafka, lastOffsets: { topic: a }',
    write: false,
  },
  socket: {
    type: 'websocket',
    target: (port) => `{ type: websocket, url: "ws://127.0.0.1:${port}" }`,
    step: 'type: websocket, subscribe: a, collect: { count: 1, timeout: 500ms }',
    write: false,
  },
};

interface Finished {
  readonly type: string;
  readonly key?: string;
  readonly status?: string;
}

async function against(behaviour: string, port: string): Promise<readonly string[]> {
  const names = Object.keys(probes);
  const here = ground({
    id: 'faults',
    args: [],
    text: () =>
      'apiVersion: runbook/v1\nid: faults\ntitle: Faults\nowners: [tests]\n' +
      `targets: { ${names.map((name) => `${name}: ${probes[name]?.type ?? ''}`).join(', ')} }\n` +
      'steps:\n  - id: all\n    parallel: true\n    steps:\n' +
      names
        .map(
          (name) => `      - { id: ${name}, target: ${name}, ${probes[name]?.step ?? ''}, timeout: 1s, onFailure: continue }\n`,
        )
        .join(''),
  });
  try {
    writeFileSync(
      join(here.folder, 'runbook.config.yaml'),
      `environments:\n  local:\n    targets:\n${names.map((name) => `      ${name}: ${probes[name]?.target(port) ?? ''}\n`).join('')}`,
    );
    const ended = await here.run();
    const folder = here.runFolder();
    if (folder === undefined || ended.signal !== null) return [`${behaviour}: ${String(ended.code)} ${ended.output.slice(-400)}`];
    const ends = readFileSync(join(folder, 'journal.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Finished)
      .filter(({ type }) => type === 'step.finished');
    return names.flatMap((name) => {
      const status = ends.find(({ key }) => key === name)?.status;
      if (status === 'failed') return [];
      // A request that may have arrived is not known to have failed.
      if (status === 'unknown' && probes[name]?.write === true) return [];
      return [`${behaviour}: ${name} ended ${String(status)}`];
    });
  } finally {
    here.remove();
  }
}

export const targetFaults: Measure = {
  id: 'S14',
  title: 'Targets that refuse, stay silent, hang up or talk nonsense',
  target: 'every step ends at its time, never as a success, a write that may have arrived is unknown',
  run: async (tier: Tier): Promise<Score> => {
    const violations: string[] = [...(await against('refused', String(await closedPort())))];
    const rounds = pick(tier, { quick: 1, board: 3, soak: 30 });
    const chosen = tier === 'quick' ? Object.entries(behaviours).slice(0, 2) : Object.entries(behaviours);
    for (let at = 0; at < rounds; at++)
      for (const [name, behaviour] of chosen) {
        const server = await startTcp(behaviour);
        violations.push(...(await against(name, String(server.port))));
        await server.close();
      }
    const cases = (1 + rounds * chosen.length) * Object.keys(probes).length;
    return {
      cases,
      violations: atMost(violations),
      figure: `${String(Object.keys(probes).length)} requests, ${String(chosen.length + 1)} behaviours`,
    };
  },
};
