/** Keys and values of records are bytes. As text they are exact: what is not UTF-8 is shown in hexadecimal, so that different bytes stay different. */
import { isUtf8 } from 'node:buffer';
import type { ExactJson } from '../../interpreter/core/model/json.ts';
import { parseExactJson } from '../../interpreter/core/model/json.ts';

/** How `consume` gives values: `auto` guesses, the others are exact or fail. */
export type ValueForm = 'auto' | 'text' | 'json' | 'hex';

const mark = 'hex:';

/** `hex:` and the bytes for a key that is not UTF-8, and for one that itself begins with `hex:`, so that no two keys have one name. */
export function nameOfKey(key: Buffer): string {
  const text = key.toString('utf8');
  return isUtf8(key) && !text.startsWith(mark) ? text : `${mark}${key.toString('hex')}`;
}

/** The reverse. Undefined: `hex:` is followed by something else than whole bytes. */
export function keyOfName(name: string): Buffer | undefined {
  if (!name.startsWith(mark)) return Buffer.from(name, 'utf8');
  const digits = name.slice(mark.length);
  return /^([0-9a-f]{2})*$/i.test(digits) ? Buffer.from(digits, 'hex') : undefined;
}

const plain = (text: string): ExactJson => ({ json: text, int64: [] });

/** Undefined: the value does not have this form. */
export function decodedValue(value: Buffer, form: ValueForm): ExactJson | undefined {
  if (form === 'hex') return plain(value.toString('hex'));
  if (!isUtf8(value)) return form === 'auto' ? plain(`${mark}${value.toString('hex')}`) : undefined;
  const text = value.toString('utf8');
  if (form === 'text') return plain(text);
  const json = jsonOf(text);
  if (form === 'json') return json;
  // A number or a word that JSON would write differently (1.10, 007) is not JSON by intent: its text would be lost.
  return json !== undefined && (isStructure(json) || isWrittenAs(json, text)) ? json : plain(text);
}

function jsonOf(text: string): ExactJson | undefined {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

const isStructure = ({ json }: ExactJson): boolean => typeof json === 'object' && json !== null;
const isWrittenAs = ({ json, int64 }: ExactJson, text: string): boolean =>
  (int64.includes('') ? String(json) : JSON.stringify(json)) === text;
