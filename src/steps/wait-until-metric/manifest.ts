import { manifest as metric } from '../metric/manifest.ts';
import type { Manifest } from '../../interpreter/port/step-type.ts';

/** `metric` whose `until` and `timeout` are required. */
export const manifest: Manifest = {
  ...metric,
  type: 'wait-until-metric',
  summary: 'Reads a metric until a condition holds, for as long as it must hold; fails when time is up.',
  requires: ['until', 'timeout'],
};
