/** The plan of a run for people, line by line: what it is given, where it acts, and each step with what decides about it. */
import type { Environment } from '../interpreter/config/config.ts';
import { placesOf } from '../interpreter/config/place.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { Key } from '../interpreter/core/model/value.ts';
import { oneLine } from '../interpreter/guard/sanitize.ts';
import { shownText } from '../interpreter/plan/json.ts';
import type { PlanRow } from '../interpreter/plan/rows.ts';
import { planRows } from '../interpreter/plan/rows.ts';
import { asked } from '../interpreter/plan/secret-inputs.ts';
import type { Registry } from '../interpreter/port/registry.ts';
import { durationText, sharedText } from '../ui/format.ts';
import type { Paper } from './on-paper.ts';

/** What the plan for people is made of. */
export interface PlanPage {
  readonly plan: Plan;
  readonly environment: Environment;
  readonly registry: Registry;
  /** Of each step, by key. */
  readonly paper: ReadonlyMap<Key, Paper>;
}

export function planLines({ plan: made, environment, registry, paper }: PlanPage): readonly string[] {
  const lines = [
    `${oneLine(made.runbook.title)} (${made.runbook.id}) in ${made.environment.name}, plan ${made.hash.slice(0, 12)}`,
  ];
  for (const [key, value] of Object.entries(made.inputs)) {
    const source = made.secretInputs?.[key];
    const shown =
      source === undefined
        ? JSON.stringify(value.json ?? null)
        : `a secret, ${source === asked ? 'asked for' : `from ${source}`}`;
    lines.push(`  input ${key} = ${shown}`);
  }
  for (const { fills, key, call } of made.nodes)
    if (fills !== undefined && call === undefined)
      lines.push(`  input ${fills}: asked for by ${key}, or given with -i ${fills}=...`);
  for (const [type, from] of Object.entries(made.stepTypes ?? {}))
    lines.push(`  step type ${type} from outside: ${from.package} ${from.version}, ${from.hash}`);
  for (const { name, type, place } of placesOf(made.targets, environment)) {
    const isBound = Object.hasOwn(environment.targets, name.split('/')[0] ?? '');
    const where = isBound ? place : `not bound in environment ${environment.name}`;
    lines.push(`  target ${name}: ${type}${where === '' ? '' : `, ${where}`}`);
  }
  lines.push(`  ${made.locks === undefined ? 'lock' : 'locks'} ${[made.lock, ...(made.locks ?? [])].join(', ')}`);
  const { sharedAccounts } = made.environment;
  if (sharedAccounts !== undefined) lines.push(`  shared accounts: ${sharedText(sharedAccounts)}`);
  const rows = planRows(made).map((row) => withoutUndo(row, registry));
  return [...lines, ...stepLines(rows, paper)];
}

/** Nobody expects a message to be taken back. */
function withoutUndo(row: PlanRow, registry: Registry): PlanRow {
  if (registry.get(row.type)?.manifest.tellsPeople !== true) return row;
  const { undo, ...rest } = row;
  void undo;
  return rest;
}

/** Steps of a group are indented below it. */
function stepLines(rows: readonly PlanRow[], paper: ReadonlyMap<Key, Paper>): readonly string[] {
  const depths = new Map<string, number>();
  let section = '';
  return rows.flatMap((row) => {
    const depth = row.parent === undefined ? 0 : (depths.get(row.parent) ?? 0) + 1;
    depths.set(row.id, depth);
    const begins = row.section !== section;
    section = row.section;
    const indent = '  '.repeat(depth);
    const own = [headline(row, indent, paper.get(row.id)), ...commandLines(paper.get(row.id)?.command), ...factLines(row)];
    return [...(begins ? ['', section] : []), own[0] ?? '', ...own.slice(1).map((line) => `      ${indent}${line}`)];
  });
}

function headline(row: PlanRow, indent: string, paper: Paper | undefined): string {
  const title = row.title === row.id ? (paper?.does ?? row.title) : row.title;
  const effect = row.effect === 'read' ? 'read' : row.effect.toUpperCase();
  const limit = row.timeout === 0 ? '' : durationText(row.timeout);
  const target = row.target === undefined ? '' : ` on ${row.target}`;
  return `  ${(indent + row.id).padEnd(18)} ${row.type.padEnd(18)} ${effect.padEnd(12)} ${limit.padEnd(8)} ${oneLine(title)}${target}`;
}

/** A line that is a comment already needs no prompt. */
const commandLines = (command: string | undefined): readonly string[] =>
  (command?.split('\n') ?? []).map((line, index) => {
    const shown = oneLine(line);
    return shown.startsWith('# ') ? shown : `${index === 0 ? '$' : '>'} ${shown}`;
  });

const factLines = (row: PlanRow): readonly string[] =>
  facts(row).flatMap(([label, text]) => (text === '' ? [] : [`${label} ${oneLine(text)}`]));

/** What decides about a step, in the order in which it happens. */
function facts(row: PlanRow): readonly (readonly [string, string])[] {
  const approval =
    row.approve === undefined ? '' : `${String(row.approve.min)} of ${row.approve.from.join(', ') || 'anybody else'}`;
  const typed = row.typed === undefined ? 'yes' : `type ${JSON.stringify(row.typed)}`;
  return [
    ['only when', row.when ?? ''],
    ['locks when reached:', (row.locks ?? []).map(shownText).join(', ')],
    ['for each of', row.forEach ?? ''],
    ['asks first:', row.confirm === true ? typed : ''],
    ['approval by', approval],
    ['must hold:', (row.expect ?? []).join(' and ')],
    ['waits until', row.until ?? ''],
    ['attempts:', row.attempts === undefined ? '' : String(row.attempts)],
    ['undo:', undoText(row)],
  ];
}

function undoText(row: PlanRow): string {
  if (row.undo === 'steps') return (row.undoSteps ?? []).join(', ');
  if (row.undo === 'restore') return 'restores what was there before';
  return row.undo === 'none' ? 'none, stays changed' : '';
}
