/** INT once and twice, TERM and HUP, while a step runs, waits, is undone and in `finally`: each ends as documented, and nothing is left behind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../rig/cli.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, inLanes, pick } from './measure.ts';
import { ground } from './program.ts';

/** Where the run is when the signal comes: the words of the log that say so, and the runbook. */
const phases: Readonly<Record<string, { readonly seen: string; readonly body: string }>> = {
  step: { seen: '-- slow', body: 'steps:\n  - { id: slow, type: shell, argv: [sleep, "1.5"] }\n' },
  wait: {
    seen: '-- waits',
    body: 'steps:\n  - { id: waits, type: shell, argv: [cat, /dev/null], until: value == "never", every: 50ms, timeout: 2s }\n',
  },
  parallel: {
    seen: '-- two',
    body: 'steps:\n  - id: all\n    parallel: true\n    steps:\n      - { id: one, type: shell, argv: [sleep, "1.5"] }\n      - { id: two, type: shell, argv: [sleep, "1.4"] }\n',
  },
  undo: {
    seen: '~undo',
    body:
      'onFailure: undo\nsteps:\n  - { id: does, type: shell, argv: ["true"], effect: write, undo: [{ type: shell, argv: [sleep, "1.5"] }] }\n' +
      '  - { id: fails, type: shell, argv: ["false"] }\n',
  },
  finally: {
    seen: '-- tidy',
    body: 'steps:\n  - { id: does, type: shell, argv: ["true"] }\nfinally:\n  - { id: tidy, type: shell, argv: [sleep, "1.5"] }\n',
  },
};

type Way = 'INT' | 'INT twice' | 'TERM' | 'HUP';

/** Exit codes that the README documents for this way, whatever the phase: aborted, undone, undo cut short, ended by TERM, or not disturbed at all. */
const allowed: Readonly<Record<Way, readonly number[]>> = {
  INT: [11, 6, 7, 0, 1, 9],
  'INT twice': [11, 6, 7, 9, 1],
  TERM: [143],
  HUP: [0, 1, 6],
};

async function signalled(phase: string, way: Way): Promise<readonly string[]> {
  const { seen, body } = phases[phase] ?? { seen: '', body: '' };
  const here = ground({
    id: 'signals',
    args: [],
    text: () => `apiVersion: runbook/v1\nid: signals\ntitle: Signals\nowners: [tests]\n${body}`,
  });
  try {
    const started = here.launch();
    await eventually(`${phase} begins`, () => started.output().includes(seen));
    started.kill(way === 'TERM' ? 'SIGTERM' : way === 'HUP' ? 'SIGHUP' : 'SIGINT');
    if (way === 'INT twice')
      // The second one counts when a second has passed: a key that is held down is one decision.
      setTimeout(() => {
        started.kill('SIGINT');
      }, 1100);
    const ended = await started.ended;
    const where = `${way} in ${phase}`;
    const folder = here.runFolder();
    const journal = folder === undefined ? '' : readFileSync(join(folder, 'journal.jsonl'), 'utf8');
    return [
      ...(ended.signal !== null || !allowed[way].includes(ended.code ?? -1)
        ? [`${where}: exit ${String(ended.code ?? ended.signal)}`]
        : []),
      ...(journal.includes('"type":"run.finished"') ? [] : [`${where}: the journal has no end`]),
    ];
  } finally {
    here.remove();
  }
}

export const signals: Measure = {
  id: 'S16',
  title: 'Signals at every phase of a run',
  target: 'the documented end, on record',
  run: async (tier: Tier): Promise<Score> => {
    const ways: readonly Way[] = tier === 'quick' ? ['INT', 'TERM'] : ['INT', 'INT twice', 'TERM', 'HUP'];
    const chosen = tier === 'quick' ? ['step', 'wait', 'undo'] : Object.keys(phases);
    const rounds = pick(tier, { quick: 1, board: 2, soak: 50 });
    const cases = Array.from({ length: rounds }, () => chosen.flatMap((phase) => ways.map((way) => ({ phase, way })))).flat();
    const violations: string[] = [];
    await inLanes(cases, async ({ phase, way }) => {
      violations.push(...(await signalled(phase, way)));
    });
    return {
      cases: cases.length,
      violations: atMost(violations),
      figure: `${String(chosen.length)} phases, ${String(ways.length)} ways`,
    };
  },
};
