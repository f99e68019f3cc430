/** The program is killed at its n-th write, sync, rename or child, and resumed; then killed again while it resumes. */
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, inLanes, pick, randomOf, oneOf, spread } from './measure.ts';
import type { Counts } from './program.ts';
import { ground, honest, judge } from './program.ts';
import type { Subject } from './runbooks.ts';
import { subjects } from './runbooks.ts';

const moments = {
  write: ['before', 'half', 'after'],
  sync: ['before', 'after'],
  rename: ['before', 'after'],
  spawn: ['before', 'after'],
};

const pointsOf = (counts: Counts): readonly string[] =>
  Object.entries(moments).flatMap(([call, whens]) =>
    Array.from({ length: counts[call as keyof Counts] }, (_, at) =>
      whens.map((when) => `kill:${call}:${String(at + 1)}:${when}`),
    ).flat(),
  );

/** An undisturbed run of the subject: it must end as the subject says, or every point after it means nothing. */
export async function undisturbed(subject: Subject): Promise<Counts> {
  const here = ground(subject);
  try {
    const ended = await here.run();
    const ledger = [...here.ledger()].sort();
    if (ended.code !== subject.code || ledger.join() !== [...subject.ledger].sort().join())
      throw new Error(`${subject.id} by itself: exit ${String(ended.code)}, ledger ${ledger.join(' ')}\n${ended.output}`);
    return here.counts();
  } finally {
    here.remove();
  }
}

export async function killAndResume(subject: Subject, faults: readonly string[]): Promise<readonly string[]> {
  const here = ground(subject);
  try {
    let ended = await here.run(faults[0]);
    for (const fault of [...faults.slice(1), undefined]) {
      if (ended.signal !== 'SIGKILL') break;
      if (here.runFolder() === undefined) break;
      ended = await here.resume(fault);
    }
    if (ended.signal === 'SIGKILL' && here.ledger().length > 0)
      return [`${faults.join(' ')}: killed before there was a run, but it acted`];
    const problems = [...judge(subject, here.ledger(), ended)];
    const opened = here.ledger().length > 0 || ended.code !== 2;
    if (ended.signal !== 'SIGKILL' && opened && !honest(subject, ended))
      problems.push(`exit ${String(ended.code)} ${String(ended.signal)}: ${ended.output.slice(-300)}`);
    return problems.map((problem) => `${subject.id} ${faults.join(' ')}: ${problem} (ledger ${here.ledger().join(' ')})`);
  } finally {
    here.remove();
  }
}

export const crashPoints: Measure = {
  id: 'S1',
  title: 'Killed at the n-th write, sync, rename or child, then resumed',
  target: 'nothing lost, nothing unsafe done twice, no run that stands still',
  run: async (tier: Tier, seed: number): Promise<Score> => {
    const random = randomOf(seed);
    const chosen = tier === 'quick' ? subjects.slice(0, 2) : subjects;
    const violations: string[] = [];
    const cases: { readonly subject: Subject; readonly faults: readonly string[] }[] = [];
    for (const subject of chosen) {
      const points = pointsOf(await undisturbed(subject));
      const some = spread(points, pick(tier, { quick: 8, board: 70, soak: points.length }));
      cases.push(...some.map((point) => ({ subject, faults: [point] })));
      const twice = pick(tier, { quick: 1, board: 15, soak: 400 });
      for (let at = 0; at < twice; at++)
        cases.push({
          subject,
          faults: [oneOf(random, points), `kill:write:${String(1 + Math.floor(random() * 6))}:half`, `kill:sync:1:after`],
        });
    }
    await inLanes(cases, async ({ subject, faults }) => {
      violations.push(...(await killAndResume(subject, faults)));
    });
    return {
      cases: cases.length,
      violations: atMost(violations),
      figure: `${String(cases.length)} points of ${String(chosen.length)} runbooks`,
    };
  },
};
