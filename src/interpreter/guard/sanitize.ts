/**
 * The door to every terminal: text from outside loses whatever could move, colour, hide or fake (T18, M12). Dropped: C0 but tab and line feed, DEL, C1,
 * escape sequences (CSI, OSC, DCS, APC, PM, SOS, also unterminated), bidirectional overrides, and characters without a picture: of no width, fillers, and
 * the tags by which a whole text can be hidden in another.
 */
import { unseenClass } from './unseen.ts';

const strings = /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)?/g;
const sequences = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?/g;
const escapes = /\u001b[ -/]*[0-~]?/g;
const controls = new RegExp(`[\\u{0}-\\u{8}\\u{b}-\\u{1f}\\u{7f}-\\u{9f}${unseenClass}]`, 'gu');

export function sanitize(text: string): string {
  return text.replace(strings, '').replace(sequences, '').replace(escapes, '').replace(controls, '');
}

/** Lines of a build's log that its runner would obey: GitHub, Azure, TeamCity. A backslash before them shows that they are only text. */
export const inertForRunners = (text: string): string =>
  text.replace(/^([^\S\n]*)(?=::[a-z])/gim, '$1\\').replace(/#(?=#(?:vso|teamcity)?\[)/gi, '\\#');

/** Text of several lines in one: a line feed in a name or title must not begin a line of its own. */
export const oneLine = (text: string): string => sanitize(text).replace(/\s*\n\s*/g, ' ');

/** JSON text with the same value in which nothing is left that a terminal obeys. */
export const escapeControls = (json: string): string => json.replace(controls, (found) => found.split('').map(escaped).join(''));

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
