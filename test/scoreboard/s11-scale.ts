/** Many steps: the time of a step does not grow with their number, memory stays bounded. */
import type { Measure, Score, Tier } from './measure.ts';
import { pick } from './measure.ts';
import { ground } from './program.ts';

/** MiB for the largest run here. */
const limit = 250;

async function timed(steps: number): Promise<{ readonly seconds: number; readonly peak: number; readonly problem?: string }> {
  const here = ground({
    id: 'many',
    args: [],
    text: () =>
      'apiVersion: runbook/v1\nid: many\ntitle: Many\nowners: [tests]\nsteps:\n' +
      Array.from({ length: steps }, (_, at) => `  - { id: s${String(at)}, type: check, expect: 1 == 1 }\n`).join(''),
  });
  try {
    const begun = performance.now();
    const ended = await here.run();
    const seconds = (performance.now() - begun) / 1000;
    const { peak } = here.counts();
    return { seconds, peak, ...(ended.code === 0 ? {} : { problem: `exit ${String(ended.code)}: ${ended.output.slice(-300)}` }) };
  } finally {
    here.remove();
  }
}

export const scale: Measure = {
  id: 'S11',
  title: 'A run of many steps',
  target: `exit 0, peak memory below ${String(limit)} MiB, time per step as for few`,
  run: async (tier: Tier): Promise<Score> => {
    const few = pick(tier, { quick: 100, board: 1000, soak: 1000 });
    const many = few * 10;
    const small = await timed(few);
    const large = await timed(many);
    const violations = [small, large].flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
    if (large.peak > limit) violations.push(`${large.peak.toFixed(0)} MiB`);
    const ratio = large.seconds / many / (small.seconds / few);
    return {
      cases: 2,
      violations,
      figure: `${String(many)} steps in ${large.seconds.toFixed(1)} s, ${large.peak.toFixed(0)} MiB; a step costs ${ratio.toFixed(2)} of one in ${String(few)}`,
    };
  },
};
