/** All rows of the scoreboard, in order. */
import type { Measure } from './measure.ts';
import { crashPoints } from './s01-crash-points.ts';
import { randomKills } from './s02-random-kills.ts';
import { journalTorture } from './s03-journal-torture.ts';
import { storageFaults } from './s04-storage-faults.ts';
import { damagedYaml } from './s05-damaged-yaml.ts';
import { secretLeaks } from './s06-secret-leaks.ts';
import { injection } from './s07-injection.ts';
import { terminalSafety } from './s08-terminal-safety.ts';
import { childContainment } from './s09-children.ts';
import { floods } from './s10-floods.ts';
import { scale } from './s11-scale.ts';
import { longWaits } from './s12-long-waits.ts';
import { concurrency } from './s13-concurrency.ts';
import { targetFaults } from './s14-target-faults.ts';
import { metricVerdicts } from './s15-metric-verdicts.ts';
import { signals } from './s16-signals.ts';

export const measures: readonly Measure[] = [
  crashPoints,
  randomKills,
  journalTorture,
  storageFaults,
  damagedYaml,
  secretLeaks,
  injection,
  terminalSafety,
  childContainment,
  floods,
  scale,
  longWaits,
  concurrency,
  targetFaults,
  metricVerdicts,
  signals,
];
