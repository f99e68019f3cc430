/** SIGKILL from outside, at a moment that nothing in the program decides. */
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, inLanes, oneOf, pick, randomOf } from './measure.ts';
import { ground, honest, judge } from './program.ts';
import { subjects } from './runbooks.ts';

/** An undisturbed run takes this long, roughly: kills are spread over it. Milliseconds. */
const span = 900;
const hour = 3_600_000;
/** How far the clock of the machine is off when the run is resumed, milliseconds. */
const jumps: readonly number[] = [0, 1, hour, -hour, 9_600 * hour, -9_600 * hour];

export const randomKills: Measure = {
  id: 'S2',
  title: 'Killed at a random moment, then resumed',
  target: 'nothing lost, nothing unsafe done twice',
  run: async (tier: Tier, seed: number): Promise<Score> => {
    const random = randomOf(seed + 2);
    const cases = Array.from({ length: pick(tier, { quick: 10, board: 200, soak: 20_000 }) }, () => ({
      subject: oneOf(random, subjects),
      after: random() * span,
      jump: oneOf(random, jumps),
    }));
    const violations: string[] = [];
    let killed = 0;
    await inLanes(cases, async ({ subject, after, jump }) => {
      const here = ground(subject);
      try {
        const started = here.launch();
        const timer = setTimeout(() => {
          started.kill('SIGKILL');
        }, after);
        let ended = await started.ended;
        clearTimeout(timer);
        if (ended.signal === 'SIGKILL') {
          killed += 1;
          if (here.runFolder() === undefined) {
            if (here.ledger().length > 0)
              violations.push(`${subject.id} after ${after.toFixed(1)} ms: it acted before there was a run`);
            return;
          }
          ended = await here.resume(`jump:${String(jump)}`);
        }
        const where = `${subject.id} after ${after.toFixed(1)} ms, the clock off by ${String(jump)} ms`;
        violations.push(...judge(subject, here.ledger(), ended).map((problem) => `${where}: ${problem}`));
        const begun = here.ledger().length > 0 || ended.code !== 2;
        if (begun && !honest(subject, ended))
          violations.push(`${where}: exit ${String(ended.code)}: ${ended.output.slice(-300)}`);
      } finally {
        here.remove();
      }
    });
    return {
      cases: cases.length,
      violations: atMost(violations),
      figure: `${String(killed)} of ${String(cases.length)} runs were killed`,
    };
  },
};
