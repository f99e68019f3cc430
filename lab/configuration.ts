/** The environment `lab`, and the further ones of a world, as a runbook configuration. */
import type { LabState } from './state.ts';
import { findWorld } from './worlds/find.ts';
import type { World } from './worlds/world.ts';

/** Text of a runbook.config.yaml: a rehearsal in which a minute lasts 60 seconds divided by `timeScale`. */
export function configuration(state: LabState, timeScale: number): string {
  const world = findWorld(state.world);
  const lab: Sections = {
    ...(world.facts === undefined ? {} : { facts: world.facts(state) }),
    ...(world.secrets === undefined ? {} : { secrets: world.secrets(state) }),
    targets: world.targets(state),
  };
  const environments: readonly (readonly [string, Sections])[] = [
    ['lab', lab],
    ...Object.entries(world.environments?.(state) ?? {}).map(([name, { facts, targets }]) => [name, { facts, targets }] as const),
  ];
  return [
    'environments:',
    ...environments.flatMap(([name, sections]) => [...environmentOf(name, timeScale, sections), ...sharedLines(world.people)]),
    ...roleLines(world.people),
    '',
  ].join('\n');
}

/** Whoever uses the lab is each of these people, by name: `--operator NAME`, and the approvers of a rehearsal. */
const sharedLines = (people: World['people']): readonly string[] =>
  people === undefined ? [] : [`    sharedAccounts: ["user:${String(process.getuid?.())}"]`];

const roleLines = (people: World['people']): readonly string[] =>
  people === undefined ? [] : ['roles:', ...Object.entries(people).map(([role, names]) => `  ${role}: ${JSON.stringify(names)}`)];

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const environmentOf = (environment: string, timeScale: number, sections: Sections): readonly string[] => [
  `  ${environment}:`,
  '    rehearsal: true',
  `    timeScale: ${String(timeScale)}`,
  ...Object.entries(sections).flatMap(([name, entries]) => [
    `    ${name}:`,
    ...Object.entries(entries).map(([key, entry]) => `      ${key}: ${JSON.stringify(entry)}`),
  ]),
];
