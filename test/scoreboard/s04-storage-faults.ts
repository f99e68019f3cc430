/** The disk is full, broken or read-only from the n-th call on, or once. What cannot be recorded is not done. */
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, inLanes, pick, spread } from './measure.ts';
import { ground, honest, judge } from './program.ts';
import type { Subject } from './runbooks.ts';
import { subjects } from './runbooks.ts';
import { undisturbed } from './s01-crash-points.ts';

async function starve(subject: Subject, fault: string): Promise<readonly string[]> {
  const here = ground(subject);
  try {
    const starved = await here.run(fault);
    const before = here.ledger();
    const problems = [...judge(subject, before, starved)];
    // A file beside the journal (output, samples) may be lost without harm; a record may not.
    const carried = starved.code === subject.code;
    if (!honest(subject, starved) && starved.code !== 10 && starved.code !== 2)
      problems.push(`exit ${String(starved.code)}: ${starved.output.slice(-300)}`);
    if (/^ {4}at .*\.js:/m.test(starved.output)) problems.push(`a stack was printed: ${starved.output.slice(-300)}`);
    if (!carried && here.runFolder() !== undefined) {
      const resumed = await here.resume();
      problems.push(...judge(subject, here.ledger(), resumed).map((problem) => `resumed: ${problem}`));
      const begun = here.ledger().length > 0 || resumed.code !== 2;
      if (begun && !honest(subject, resumed))
        problems.push(`resumed: exit ${String(resumed.code)}: ${resumed.output.slice(-300)}`);
    }
    return problems.map((problem) => `${subject.id} ${fault}: ${problem}`);
  } finally {
    here.remove();
  }
}

export const storageFaults: Measure = {
  id: 'S4',
  title: 'ENOSPC, EIO and EROFS at the n-th write or sync, once and from then on',
  target: 'no effect that is not on record, exit 10, resumable; no stack',
  run: async (tier: Tier): Promise<Score> => {
    const chosen = tier === 'quick' ? subjects.slice(0, 1) : subjects;
    const cases: { readonly subject: Subject; readonly fault: string }[] = [];
    for (const subject of chosen) {
      const counts = await undisturbed(subject);
      const faults = (['write', 'sync'] as const).flatMap((call) =>
        Array.from({ length: counts[call] }, (_, at) => [
          `ENOSPC:${call}:${String(at + 1)}:once`,
          `EIO:${call}:${String(at + 1)}:on`,
          `EROFS:${call}:${String(at + 1)}:on`,
        ]).flat(),
      );
      cases.push(
        ...spread(faults, pick(tier, { quick: 10, board: 60, soak: faults.length })).map((fault) => ({ subject, fault })),
      );
    }
    const violations: string[] = [];
    await inLanes(cases, async ({ subject, fault }) => {
      violations.push(...(await starve(subject, fault)));
    });
    return { cases: cases.length, violations: atMost(violations), figure: `${String(cases.length)} faults` };
  },
};
