/** Text laid into the columns of the terminal: wide characters take two, nothing is lost. */
import wrapAnsi from 'wrap-ansi';
import { sanitize } from '../../interpreter/guard/sanitize.ts';

/** Lines of at most `width` columns; later ones are indented below the first. */
export function wrapped(text: string, width: number, indent = 0): readonly string[] {
  const room = Math.max(8, width - indent);
  const lines = text.split('\n').flatMap((line) => wrapAnsi(sanitize(line), room, { hard: true, trim: false }).split('\n'));
  return lines.map((line, index) => `${index === 0 ? '' : ' '.repeat(indent)}${line}`);
}
