/** What is left on the terminal when the screen closes: the steps as they ended and a summary to paste. Pure. */
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import { stillChanged } from './changes.ts';
import type { Line } from './outline.ts';
import { outline, rowOf } from './outline.ts';
import { summaryLines } from './summary.ts';

/** Longest list of steps; of a longer one the end is shown. */
const longest = 60;

/** `columns`: steps that are longer are cut, so that each stays one line; the summary is not, it is to be pasted. */
export function endingLines(plan: Plan, state: Readonly<State>, now: number, columns: number): readonly string[] {
  const begun = outline(plan, state).filter((line) => line.is !== 'step' || line.instance !== undefined);
  const lines = begun.filter(leadsToSteps).map((line) => cut(lineText(state, line, now), columns));
  const shown = lines.length > longest ? [`(${String(lines.length - longest)} lines above)`, ...lines.slice(-longest)] : lines;
  const still = stillChanged(plan, state);
  return [
    ...(still === undefined ? [] : [still, '']),
    ...shown,
    '',
    ...summaryLines(plan, state).filter((line) => line !== still),
    '',
  ];
}

/** A section of which nothing began has nothing to show. */
const leadsToSteps = (line: Line, index: number, all: readonly Line[]): boolean =>
  line.is !== 'heading' || (all[index + 1] !== undefined && all[index + 1]?.is !== 'heading');

function lineText(state: Readonly<State>, line: Line, now: number): string {
  if (line.is === 'heading') return line.title;
  if (line.is === 'fold') return `  ${'  '.repeat(line.depth)}  ${line.text}`;
  const row = rowOf(state, line, now);
  return `  ${'  '.repeat(row.depth)}${row.symbol} ${row.word.padEnd(10)} ${row.title}  ${row.detail}`.trimEnd();
}

const cut = (text: string, columns: number): string => {
  const letters = Array.from(text);
  return letters.length > columns ? `${letters.slice(0, columns - 1).join('')}…` : text;
};
