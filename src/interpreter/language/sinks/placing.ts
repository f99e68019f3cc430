/** How the text of a value is put into a place that has a grammar of its own: addresses, paths of files, patterns, queries, messages. Values stay one part of them. */
import type { SinkKind } from '../../port/step-type.ts';
import { fail } from '../cel/failure.ts';
import type { Piece, Placing } from './piece.ts';
import { placingInQuery } from './placing-in-queries.ts';

/** Undefined: the place has no grammar that a value could leave. `timeScale`: of a rehearsal. */
export function placingOf(kind: SinkKind | undefined, timeScale = 1): Placing | undefined {
  switch (kind) {
    case 'url':
      return placeInAddress;
    case 'path':
      return placeInPath;
    case 'pattern':
      return placeInPattern;
    case 'message':
      return placeInMessage;
    case 'promql':
    case 'postgresql':
      return placingInQuery(kind, timeScale);
    default:
      return undefined;
  }
}

/** A value between slashes is one segment, a value in the query one word of it. A leaf that is nothing but a value is a path of segments. */
function placeInAddress(pieces: readonly Piece[]): string {
  const isWhole = pieces.length === 1;
  const encoded = pieces.map((piece) => {
    if (!piece.isFree) return piece;
    const parts = isWhole ? piece.text.replace(/^\//, '').split('/') : [piece.text];
    if (isWhole) for (const part of parts) refuseSegment(part, piece.text);
    return { ...piece, text: parts.map(encode).join('/') };
  });
  const mark = '\u0000';
  const marked = encoded.map(({ text, isFree }) => (isFree ? `${mark}${text}${mark}` : text)).join('');
  const path = /^[^?#]*/.exec(marked)?.[0] ?? '';
  for (const segment of path.split(/[/\\]/))
    if (segment.includes(mark)) refuseSegment(segment.replaceAll(mark, ''), segment.replaceAll(mark, ''));
  return marked.replaceAll(mark, '');
}

function refuseSegment(segment: string, shown: string): void {
  if (segment === '')
    fail('empty-segment', 'an empty value cannot be a part of a path', 'give the value, or leave out the step with `when`');
  if (/^(?:\.|%2e){1,2}$/i.test(segment))
    fail(
      'dot-segment',
      `"${shown}" would lead to another folder of the address`,
      'a value is one part of a path; "." and ".." are none',
    );
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return fail('not-text', 'the value has half a character and cannot appear in an address');
  }
}

/** A value cannot begin at the root or at home, nor lead up. */
function placeInPath(pieces: readonly Piece[]): string {
  const [first] = pieces;
  const isFree = (wrong: (text: string) => boolean): boolean => pieces.some((piece) => piece.isFree && wrong(piece.text));
  const hint = 'begin the text with a folder, or list the values that are meant: `enum:`';
  if (first?.isFree === true && first.isShaped !== true && /^(?:[/\\~]|[A-Za-z]:)/.test(first.text))
    fail('absolute-path', `"${first.text}" would lead out of the folder`, hint);
  if (isFree((text) => text.includes('\0'))) fail('not-text', 'a path cannot have a NUL character');
  const path = pieces.map(({ text }) => text).join('');
  const literal = pieces.map((piece) => (piece.isFree ? '' : piece.text)).join('\u0000');
  if (ups(path) > ups(literal)) fail('dot-segment', `"${path}" would lead up and out of the folder`, hint);
  return path;
}

/** A value inside of a regular expression is the text that it is; one that is all of it is the expression. */
function placeInPattern(pieces: readonly Piece[]): string {
  if (pieces.length === 1) return pieces[0]?.text ?? '';
  return pieces.map((piece) => (piece.isFree ? piece.text.replaceAll(/[\\^$.|?*+()[\]{}-]/g, '\\$&') : piece.text)).join('');
}

/** People, groups and channels are called only by the author's words: `<@U1>`, `<!subteam^S1>` and `<@&1>` of a value lose their effect by a space. */
function placeInMessage(pieces: readonly Piece[]): string {
  const isFree = pieces.flatMap((piece) => Array.from({ length: piece.text.length }, () => piece.isFree));
  return pieces
    .map(({ text }) => text)
    .join('')
    .replaceAll(/<(?=[@!#])/g, (mark, at: number) => (isFree[at] === true || isFree[at + 1] === true ? `${mark} ` : mark));
}

const ups = (path: string): number => path.split(/[/\\]/).filter((segment) => segment === '..').length;
