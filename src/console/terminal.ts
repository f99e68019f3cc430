/** The only place of the command line that writes to the standard streams. stdout carries results, stderr the rest. */

import { fstatSync, writeSync } from 'node:fs';

type Stream = 'stdout' | 'stderr';

/** What once needed a stream keeps it, so that nothing overtakes what waits in it. */
const streams = new Map<Stream, NodeJS.WriteStream>();

/** Opens the stream of node, its losses tolerated. Only when needed: streams are a tenth of the start of a short command. */
function streamOf(name: Stream): NodeJS.WriteStream {
  const known = streams.get(name);
  if (known !== undefined) return known;
  const stream = process[name];
  stream.on('error', () => undefined);
  streams.set(name, stream);
  return stream;
}

/** Writes what the file, terminal or pipe takes at once; what remains is for a stream. A reader that left (EPIPE) is no failure of ours. */
function writeAtOnce(name: Stream, text: string): Buffer | undefined {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(name === 'stdout' ? 1 : 2, bytes, written);
    return undefined;
  } catch (problem) {
    return (problem as NodeJS.ErrnoException).code === 'EAGAIN' ? bytes.subarray(written) : undefined;
  }
}

/** Resolves when the text has been taken, so that a slow reader loses nothing at exit. */
async function write(name: Stream, text: string): Promise<void> {
  const left = streams.has(name) ? text : writeAtOnce(name, text);
  if (left === undefined) return;
  const stream = streamOf(name);
  await new Promise<void>((resolve) => {
    stream.write(left, () => {
      resolve();
    });
  });
}

export const print = (text: string): Promise<void> => write('stdout', text.endsWith('\n') ? text : `${text}\n`);
export const printError = (text: string): Promise<void> => write('stderr', text.endsWith('\n') ? text : `${text}\n`);
export const printJson = (value: unknown): Promise<void> => print(JSON.stringify(value));

/** For what writes to the streams of node itself: a closed pipe or terminal (EPIPE, EIO) ends only the picture, never the run (M8). */
export function tolerateLostTerminal(): void {
  streamOf('stdout');
  streamOf('stderr');
}

/** Asks the file before the stream, which would have to be opened for the answer. */
export function isTerminal(name: Stream): boolean {
  try {
    return fstatSync(name === 'stdout' ? 1 : 2).isCharacterDevice() && process[name].isTTY === true;
  } catch {
    return false;
  }
}

/** Colour: NO_COLOR wins, then FORCE_COLOR, then whether a person looks. */
export function wantsColour(name: Stream = 'stdout'): boolean {
  if (process.env['NO_COLOR']) return false;
  if (process.env['FORCE_COLOR']) return true;
  return isTerminal(name) && process.env['TERM'] !== 'dumb';
}

export type OutputForm = 'tui' | 'plain' | 'json' | 'ndjson';

/** Pipes and CI never get the screen (design 5). */
export function outputForm(asked: string | undefined): OutputForm {
  if (asked === 'tui' || asked === 'plain' || asked === 'json' || asked === 'ndjson') return asked;
  const continuous = process.env['CI'] !== undefined && process.env['CI'] !== 'false' && process.env['CI'] !== '';
  return isTerminal('stdout') && !continuous && process.env['TERM'] !== 'dumb' ? 'tui' : 'plain';
}
