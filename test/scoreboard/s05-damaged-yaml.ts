/** Damaged runbooks, made from the real ones: lint ends, and each finding has a code and a place. */
import fc from 'fast-check';
import { createLinter } from '../../src/commands/lint/one.ts';
import { damagedRunbook, realRunbooks } from '../rig/mutations.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, pick } from './measure.ts';

export const damagedYaml: Measure = {
  id: 'S5',
  title: 'Lint of damaged runbooks',
  target: 'no crash, no hang, every finding with code, line and column',
  run: async (tier: Tier, seed: number): Promise<Score> => {
    const linter = await createLinter({}, '/');
    const texts = fc.sample(damagedRunbook(realRunbooks().map(([, text]) => text)), {
      seed,
      numRuns: pick(tier, { quick: 150, board: 10_000, soak: 500_000 }),
    });
    const violations: string[] = [];
    let findings = 0;
    let slowest = 0;
    for (const [index, text] of texts.entries()) {
      const begun = performance.now();
      try {
        const looked = await linter.look(text, 'a.yaml');
        findings += looked.findings.length;
        if (looked.findings.some((one) => !/^[a-z-]+\/[a-z-]+$/.test(one.code) || one.line < 1 || one.column < 1))
          violations.push(`text ${String(index)}: a finding without code or place`);
      } catch (problem) {
        violations.push(`text ${String(index)}: ${String(problem)}`);
      }
      slowest = Math.max(slowest, performance.now() - begun);
    }
    return {
      cases: texts.length,
      violations: atMost(violations),
      figure: `${String(findings)} findings in ${String(texts.length)} texts, the slowest ${slowest.toFixed(0)} ms`,
    };
  },
};
