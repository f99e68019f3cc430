/** The environment `lab` as a runbook configuration. */
import type { LabState } from './state.ts';
import { findWorld } from './worlds/find.ts';
import type { World } from './worlds/world.ts';

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
    ...peopleLines(world.people),
    '',
  ].join('\n');
}

/** Whoever uses the lab is each of these people, by name: `--operator NAME`, and the approvers of a rehearsal. */
const peopleLines = (people: World['people']): readonly string[] =>
  people === undefined
    ? []
    : [
        `    sharedAccounts: ["user:${String(process.getuid?.())}"]`,
        'roles:',
        ...Object.entries(people).map(([role, names]) => `  ${role}: ${JSON.stringify(names)}`),
      ];
