/** A wait as a curve: values over time, the threshold as a line. Pure; characters that every terminal font has, or ASCII. */

export interface Point {
  /** Run clock, ms. */
  readonly t: number;
  /** Undefined: no data, or no number. */
  readonly value: number | undefined;
  /** The value as shown. */
  readonly text: string;
  /** Verdict of the condition: true, false, noData or error. */
  readonly holds: string | undefined;
}

export interface ChartOptions {
  readonly width: number;
  readonly height: number;
  readonly threshold?: number;
  readonly ascii?: boolean;
}

const blocks = ' ▁▂▃▄▅▆▇█';

/** Lines from top to bottom, each with its scale on the left. Empty when there is no number yet. */
export function chart(points: readonly Point[], options: ChartOptions): readonly string[] {
  const numbers = points.flatMap((point) => (point.value === undefined ? [] : [point.value]));
  if (numbers.length === 0 || options.height < 2) return [];
  const { low, high } = scaleOf(numbers, options.threshold);
  const labels = [numberText(high), numberText(low)];
  const margin = Math.max(...labels.map((label) => label.length)) + 1;
  const columns = columnsOf(points, Math.max(4, options.width - margin - 1));
  const level = (value: number): number => ((value - low) / (high - low)) * options.height;
  const thresholdRow = options.threshold === undefined ? -1 : rowAt(level(options.threshold), options.height);
  const flatRow = Math.min(...numbers) === Math.max(...numbers) ? rowAt(level(numbers[0] ?? 0), options.height) : undefined;
  return Array.from({ length: options.height }, (_, index) => {
    const row = options.height - 1 - index;
    const label = row === options.height - 1 ? labels[0] : row === 0 ? labels[1] : '';
    const cells = columns.map((value) => {
      if (flatRow === undefined || value === undefined)
        return cell(value === undefined ? undefined : level(value) - row, row === thresholdRow, options.ascii);
      return row === flatRow ? flatMark(options.ascii) : cell(0, row === thresholdRow, options.ascii);
    });
    return `${(label ?? '').padStart(margin - 1)} ${options.ascii === true ? '|' : '│'}${cells.join('')}`;
  });
}

const rowAt = (level: number, height: number): number => Math.min(height - 1, Math.max(0, Math.ceil(level) - 1));

/** What does not move is a line; blocks would make a wall of it, or nothing. */
const flatMark = (ascii = false): string => (ascii ? '=' : '─');

/** From zero where that shows more than it hides, so that a small wobble does not look like a mountain. */
export function scaleOf(
  numbers: readonly number[],
  threshold: number | undefined,
): { readonly low: number; readonly high: number } {
  const all = threshold === undefined ? numbers : [...numbers, threshold];
  const least = Math.min(...all);
  const most = Math.max(...all);
  const low = least >= 0 && least < most / 2 ? 0 : least;
  return most === low ? { low: low - 1, high: most + 1 } : { low, high: most };
}

/** As many columns as there is room; several points in one column: the last of them. */
function columnsOf(points: readonly Point[], width: number): readonly (number | undefined)[] {
  if (points.length <= width) return points.map((point) => point.value);
  return Array.from({ length: width }, (_, column) => points[Math.floor(((column + 1) * points.length) / width) - 1]?.value);
}

function cell(height: number | undefined, isThreshold: boolean, ascii = false): string {
  const empty = isThreshold ? (ascii ? '-' : '┄') : ' ';
  if (height === undefined) return isThreshold ? empty : ascii ? '?' : '·';
  if (height <= 0) return empty;
  if (ascii) return height >= 0.5 ? '#' : '.';
  const block = blocks[Math.min(8, Math.max(1, Math.round(height * 8)))] ?? ' ';
  return height >= 1 ? '█' : block;
}

export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

/** The number that a condition such as `value < 0.005` compares with, when there is just one. */
export function thresholdOf(condition: string): number | undefined {
  const found = [...condition.matchAll(/[<>]=?\s*(-?\d+(?:\.\d+)?)(?![\w.(])/g)];
  return found.length === 1 ? Number(found[0]?.[1]) : undefined;
}
