/** Children that do not want to end: each step ends at its time, and nothing of it is left. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, pick } from './measure.ts';
import { ground } from './program.ts';

const children: Readonly<Record<string, string>> = {
  ignoresTerm: "trap '' TERM; while :; do sleep 0.2; done",
  ignoresAll: "trap '' TERM INT HUP QUIT; while :; do sleep 0.2; done",
  background: 'sleep 300 & sleep 301 & wait',
  orphan: '(sleep 300 &) ; sleep 300',
  newSession: 'setsid sleep 300 & wait',
  doubleFork: '(setsid sh -c "sleep 300 & exit 0" &) ; sleep 300',
  holdsPipe: 'sleep 300 >&2 & exit 0',
  nohup: 'nohup sleep 300 >/dev/null 2>&1 & exit 0',
  floods: 'yes',
  stopped: 'kill -STOP $$',
  silent: 'exec sleep 300',
  readsInput: 'cat; sleep 300',
  opensTerminal: 'cat < /dev/tty; sleep 300',
  forks: 'for n in 1 2 3 4 5 6 7 8 9 10; do (trap "" TERM; sleep 300) & done; wait',
};

/** Processes on this machine whose environment names the folder: the children of these steps have it as their own variable. */
function left(marker: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(marker) &&
          !/State:\s+Z/.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
          ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\u0000', ' ')}`]
          : [];
      } catch {
        return [];
      }
    });
}

async function once(round: number): Promise<readonly string[]> {
  const marker = `board-${String(process.pid)}-${String(round)}`;
  const here = ground({
    id: 'nasty',
    args: [],
    text: () =>
      `apiVersion: runbook/v1\nid: nasty\ntitle: Nasty\nowners: [tests]\nsteps:\n  - id: all\n    parallel: true\n    steps:\n` +
      Object.entries(children)
        .map(
          ([id, script]) =>
            `      - { id: ${id}, type: shell, timeout: 500ms, onFailure: continue, env: { BOARD: ${marker} }, script: ${JSON.stringify(script)} }\n`,
        )
        .join(''),
  });
  try {
    const ended = await here.run();
    const survivors = left(`BOARD=${marker}`);
    // What is left would disturb whatever is measured next; it is ours, by its environment.
    for (const one of survivors) process.kill(Number(one.split(' ')[0]), 'SIGKILL');
    return [
      ...survivors.map((one) => `${one} is still there`),
      ...(ended.signal === null ? [] : [`the run did not end: ${ended.output.slice(-300)}`]),
    ];
  } finally {
    here.remove();
  }
}

export const childContainment: Measure = {
  id: 'S9',
  title: 'Children that ignore signals, detach, fork, flood or stop',
  target: 'every step ends, no process is left',
  run: async (tier: Tier): Promise<Score> => {
    const violations: string[] = [];
    const rounds = pick(tier, { quick: 1, board: 3, soak: 100 });
    for (let round = 0; round < rounds; round++) violations.push(...(await once(round)));
    const count = Object.keys(children).length;
    return {
      cases: rounds * count,
      violations: atMost(violations),
      figure: `${String(count)} kinds of children, ${String(rounds)} rounds`,
    };
  },
};
