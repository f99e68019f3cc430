/** A child prints without end: memory stays bounded, the exit code is right. */
import type { Measure, Score, Tier } from './measure.ts';
import { pick } from './measure.ts';
import { ground } from './program.ts';

/** MiB that the program may take, whatever a child prints. */
const limit = 200;

export const floods: Measure = {
  id: 'S10',
  title: 'Floods of text and of NUL bytes',
  target: `peak memory below ${String(limit)} MiB, exit code of the child kept`,
  run: async (tier: Tier): Promise<Score> => {
    const size = pick(tier, { quick: 32, board: 256, soak: 4096 });
    const sources = { text: `yes runbook | head -c ${String(size)}M`, nul: `head -c ${String(size)}M /dev/zero` };
    const violations: string[] = [];
    const peaks: string[] = [];
    for (const [kind, source] of Object.entries(sources)) {
      const here = ground({
        id: 'flood',
        args: [],
        text: () =>
          `apiVersion: runbook/v1\nid: flood\ntitle: Flood\nowners: [tests]\nsteps:\n` +
          `  - { id: flood, type: shell, shell: sh, timeout: 10m, allowExit: [7], script: "${source}; exit 7" }\n`,
      });
      try {
        const ended = await here.run();
        const { peak } = here.counts();
        peaks.push(`${kind} ${peak.toFixed(0)} MiB`);
        if (ended.code !== 0) violations.push(`${kind}: exit ${String(ended.code)} ${ended.output.slice(-300)}`);
        if (peak > limit) violations.push(`${kind}: ${peak.toFixed(0)} MiB`);
      } finally {
        here.remove();
      }
    }
    return { cases: 2, violations, figure: `${String(size)} MiB each: ${peaks.join(', ')}` };
  },
};
