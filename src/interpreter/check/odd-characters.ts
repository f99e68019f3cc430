/** Characters that come with text pasted from chats and documents, in places where a program reads them: they look right and are another text. */
import type { Json } from '../core/model/value.ts';
import { marked } from '../document/fix.ts';
import { escapePointer } from '../document/nodes.ts';
import { isList, isMapping } from '../document/steps.ts';
import { covers } from '../language/scaling.ts';
import type { Checked } from './finding.ts';
import { isBroken } from './finding.ts';

interface Odd {
  readonly pattern: RegExp;
  readonly name: string;
  readonly hint: string;
  /** What is there instead, where that is certain. */
  readonly mended?: string;
}

const odd: readonly Odd[] = [
  { pattern: /[\u00a0\u2007\u202f]/, name: 'a no-break space', hint: 'write a plain space', mended: ' ' },
  { pattern: /[\u200b\u2060\ufeff]/, name: 'a zero width character', hint: 'remove it', mended: '' },
  { pattern: /\u00ad/, name: 'a soft hyphen', hint: 'remove it', mended: '' },
  {
    pattern: /(?<=^|[\s=(,[{:])[\u201c\u201d\u201e\u2018\u2019]|[\u201c\u201d\u2018\u2019](?=$|[\s),\]}:;])/,
    name: 'a curly quote',
    hint: 'write " or \'',
  },
  { pattern: /(?<=^|\s)[\u2013\u2014](?=[A-Za-z-])/, name: 'a long dash', hint: 'write - or --' },
];

/** Keys of the language that a program reads; the others are for people. */
const conditions = ['when', 'forEach', 'value', 'expect', 'until', 'abortWhen'];

export function checkOddCharacters(checked: Checked): void {
  if (!/[\u00a0\u00ad\u2007\u200b\u2013\u2014\u2018-\u201e\u202f\u2060\ufeff]/.test(checked.runbook.text)) return;
  for (const { step, pointer, role } of checked.steps) {
    const manifest = typeof step['type'] === 'string' ? checked.registry.get(step['type'])?.manifest : undefined;
    const own = isMapping(manifest?.params) && isMapping(manifest.params['properties']) ? manifest.params['properties'] : {};
    if (role === 'comms' || manifest?.kind === 'ask') continue;
    const isForPeople = (below: string): boolean => (manifest?.messageAt ?? []).some((pattern) => covers(pattern, below));
    for (const [key, json] of Object.entries(step))
      if (Object.hasOwn(own, key) || conditions.includes(key))
        texts(json, `/${escapePointer(key)}`, (text, below) => {
          if (!isForPeople(below)) look(checked, text, `${pointer}${below}`);
        });
  }
}

function texts(json: Json, pointer: string, visit: (text: string, pointer: string) => void): void {
  if (typeof json === 'string') visit(json, pointer);
  else if (isList(json)) json.forEach((one, index) => texts(one, `${pointer}/${String(index)}`, visit));
  else if (isMapping(json)) for (const [key, one] of Object.entries(json)) texts(one, `${pointer}/${escapePointer(key)}`, visit);
}

/** The first of a text: what is pasted has many of them. */
function look(checked: Checked, text: string, pointer: string): void {
  if (isBroken(checked, pointer)) return;
  const read = withoutQuoted(text);
  for (const { pattern, name, hint, mended } of odd) {
    // Invisible ones are wrong in quotes as well.
    const at = (mended === undefined ? read : text).search(pattern);
    if (at < 0) continue;
    const where = checked.runbook.atText(pointer, at, 1);
    const { offset, source } = marked(checked.runbook.text, where);
    const fix = mended !== undefined && source === text[at] ? { offset, length: 1, text: mended } : undefined;
    const code = `U+${(text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    checked.add('yaml/odd-character', where, `${name} (${code}) is here`, hint, 'warning', fix);
    return;
  }
}

/** Words of people may have what they like: texts in plain quotes, comments. As long as before. */
const withoutQuoted = (text: string): string =>
  text.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'|(?<=^|\s)#.*|--\s.*/gm, (quoted) => ' '.repeat(quoted.length));
