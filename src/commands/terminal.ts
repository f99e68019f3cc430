/** The only place of the command line that writes to the standard streams. stdout carries results, stderr the rest. */

/** Writes and waits until the pipe took it, so that a slow reader loses nothing at exit. A reader that left (EPIPE) is no failure of ours. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => {
      resolve();
    });
  });
}

export const print = (text: string): Promise<void> => write(process.stdout, text.endsWith('\n') ? text : `${text}\n`);
export const printError = (text: string): Promise<void> => write(process.stderr, text.endsWith('\n') ? text : `${text}\n`);
export const printJson = (value: unknown): Promise<void> => print(JSON.stringify(value));

/** A closed pipe or terminal (EPIPE, EIO) ends only the picture, never the run (M8). */
export function tolerateLostTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Colour: NO_COLOR wins, then FORCE_COLOR, then whether a person looks. */
export function wantsColour(stream: NodeJS.WriteStream = process.stdout): boolean {
  if (process.env['NO_COLOR']) return false;
  if (process.env['FORCE_COLOR']) return true;
  return stream.isTTY === true && process.env['TERM'] !== 'dumb';
}

export type OutputForm = 'tui' | 'plain' | 'json' | 'ndjson';

/** Pipes and CI never get the screen (design 5). */
export function outputForm(asked: string | undefined): OutputForm {
  if (asked === 'tui' || asked === 'plain' || asked === 'json' || asked === 'ndjson') return asked;
  const continuous = process.env['CI'] !== undefined && process.env['CI'] !== 'false' && process.env['CI'] !== '';
  return process.stdout.isTTY === true && !continuous && process.env['TERM'] !== 'dumb' ? 'tui' : 'plain';
}
