/** The environment `lab` as a runbook configuration. */
import type { LabState } from './state.ts';
import { findWorld } from './worlds/find.ts';

/** Text of a runbook.config.yaml: a rehearsal in which a minute lasts 60 seconds divided by `timeScale`. */
export function configuration(state: LabState, timeScale: number): string {
  const world = findWorld(state.world);
  const section = (name: string, entries: Readonly<Record<string, unknown>> | undefined): readonly string[] =>
    entries === undefined
      ? []
      : [`    ${name}:`, ...Object.entries(entries).map(([key, entry]) => `      ${key}: ${JSON.stringify(entry)}`)];
  return [
    'environments:',
    '  lab:',
    '    rehearsal: true',
    `    timeScale: ${String(timeScale)}`,
    ...section('facts', world.facts?.(state)),
    ...section('secrets', world.secrets?.(state)),
    ...section('targets', world.targets(state)),
    '',
  ].join('\n');
}
