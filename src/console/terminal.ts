/** The only place of the command line that writes to the standard streams. stdout carries results, stderr the rest. */

import { fstatSync, writeSync } from 'node:fs';
import { escapeControls, inertForRunners, sanitize } from '../interpreter/guard/sanitize.ts';

type Stream = 'stdout' | 'stderr';

/** What once needed a stream keeps it, so that nothing overtakes what waits in it. */
const streams = new Map<Stream, NodeJS.WriteStream>();

/** Why text for a stream was lost: a full disk, for example. */
const losses = new Map<Stream, string>();

/** A reader that left and a terminal that was closed are not failures of ours. */
function lose(name: Stream, { code = 'unknown' }: NodeJS.ErrnoException): void {
  if (code !== 'EPIPE' && code !== 'ECONNRESET' && !(code === 'EIO' && process[name].isTTY)) losses.set(name, code);
}

/** The code of the system error that kept text from standard output; undefined: everything was written or nobody wants it any more. */
export const lostOutput = (): string | undefined => losses.get('stdout');

/** Opens the stream of node, its losses tolerated. Only when needed: streams are a tenth of the start of a short command. */
function streamOf(name: Stream): NodeJS.WriteStream {
  const known = streams.get(name);
  if (known !== undefined) return known;
  const stream = process[name];
  stream.on('error', (problem: NodeJS.ErrnoException) => {
    lose(name, problem);
  });
  streams.set(name, stream);
  return stream;
}

/** Writes what the file, terminal or pipe takes at once; what remains is for a stream. */
function writeAtOnce(name: Stream, text: string): Buffer | undefined {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(name === 'stdout' ? 1 : 2, bytes, written);
    return undefined;
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'EAGAIN') return bytes.subarray(written);
    lose(name, problem as NodeJS.ErrnoException);
    return undefined;
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

/** Colours that the program gives itself; every other sequence came with data. */
const ownColours = /(\u001b\[(?:0|1|31|33|36)m)/;

/** Text for people and pipes: titles, file names and values of others neither move nor colour nor hide anything. */
function clean(text: string, name: Stream): string {
  if (!wantsColour(name)) return sanitize(text);
  return text
    .split(ownColours)
    .map((part, at) => (at % 2 === 1 ? part : sanitize(part)))
    .join('');
}

const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

export const print = (text: string): Promise<void> => write('stdout', ended(inertForRunners(clean(text, 'stdout'))));
export const printError = (text: string): Promise<void> => write('stderr', ended(inertForRunners(clean(text, 'stderr'))));
/** For the runner of a build: the program's own commands to it. */
export const printCommands = (text: string): Promise<void> => write('stdout', ended(sanitize(text)));
/** JSON keeps every character of its values: what a terminal would obey is escaped. */
export const printJsonText = (text: string): Promise<void> => write('stdout', ended(escapeControls(text)));
export const printJson = (value: unknown): Promise<void> => printJsonText(JSON.stringify(value));

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

/** Pipes and CI never get the screen. */
export function outputForm(asked: string | undefined): OutputForm {
  if (asked === 'tui' || asked === 'plain' || asked === 'json' || asked === 'ndjson') return asked;
  const continuous = process.env['CI'] !== undefined && process.env['CI'] !== 'false' && process.env['CI'] !== '';
  return isTerminal('stdout') && !continuous && process.env['TERM'] !== 'dumb' ? 'tui' : 'plain';
}
