/** A wait as a picture of its own: values over the run clock, the threshold as a line. Pure SVG, no script. */
import type { Point } from '../model/chart.ts';
import { numberText, scaleOf } from '../model/chart.ts';
import { durationText } from '../format.ts';
import { xml } from '../xml.ts';

const width = 640;
const height = 240;
const margin = { left: 96, right: 16, top: 30, bottom: 36 };

/** One reading is not a curve. */
const fewest = 2;

/** Empty when there are not enough readings that are numbers. Gaps in the data are gaps in the line. */
export function curve(points: readonly Point[], threshold: number | undefined, title: string): string {
  const numbers = points.flatMap((point) => (point.value === undefined ? [] : [point.value]));
  const [from, to] = [points[0]?.t, points.at(-1)?.t];
  if (numbers.length < fewest || from === undefined || to === undefined) return '';
  const { low, high } = scaleOf(numbers, threshold);
  const x = (t: number): number => margin.left + ((t - from) / Math.max(1, to - from)) * (width - margin.left - margin.right);
  const y = (value: number): number => margin.top + ((high - value) / (high - low)) * (height - margin.top - margin.bottom);
  const place = (point: Reading): string => `${x(point.t).toFixed(1)},${y(point.value).toFixed(1)}`;
  const lines = runsOf(points).map((run) =>
    run.length === 1
      ? `<circle cx="${x(run[0]?.t ?? 0).toFixed(1)}" cy="${y(run[0]?.value ?? 0).toFixed(1)}" r="2.5"/>`
      : `<polyline points="${run.map(place).join(' ')}"/>`,
  );
  const level =
    threshold === undefined
      ? ''
      : `<line class="threshold" x1="${String(margin.left)}" x2="${String(width - margin.right)}" y1="${y(threshold).toFixed(1)}" y2="${y(threshold).toFixed(1)}"/><text class="threshold" x="${String(width - margin.right)}" y="${(y(threshold) - 6).toFixed(1)}" text-anchor="end">${numberText(threshold)}</text>`;
  const label = (value: number): string =>
    `<text x="${String(margin.left - 6)}" y="${(y(value) + 7).toFixed(1)}" text-anchor="end">${numberText(value)}</text>`;
  const time = (t: number, anchor: string): string =>
    `<text x="${x(t).toFixed(1)}" y="${String(height - 8)}" text-anchor="${anchor}">${durationText(t)}</text>`;
  return `<svg class="curve" viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="${xml(title)}"><title>${xml(title)}</title>${label(high)}${label(low)}${time(from, 'start')}${time(to, 'end')}${level}${lines.join('')}</svg>`;
}

interface Reading {
  readonly t: number;
  readonly value: number;
}

/** Readings that follow each other without a gap. */
function runsOf(points: readonly Point[]): readonly (readonly Reading[])[] {
  const runs: Reading[][] = [[]];
  for (const { t, value } of points) {
    if (value === undefined) runs.push([]);
    else runs.at(-1)?.push({ t, value });
  }
  return runs.filter((run) => run.length > 0);
}
