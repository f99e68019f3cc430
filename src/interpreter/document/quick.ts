/**
 * YAML text -> plain data without places, six times as fast as `load.ts`: enough to know that nothing is wrong, which is so for most files.
 * Where there is something to report, or the text might be read in another way, the answer is undefined, and the reader with places decides. What is
 * read here is what that one reads: quick.test.ts holds the two against each other over mutations of all runbooks.
 */
import type { Event, ScalarEvent } from 'js-yaml';
import { EVENT_ID, SCALAR_STYLE, getScalarValue, parseEvents } from 'js-yaml';
import type { Json } from '../core/model/value.ts';
import type { Position } from '../port/step-type.ts';
import { escapedControl, limits, refuseText } from './limits.ts';
import type { Runbook } from './load.ts';
import type { Mapping } from './steps.ts';
import { isMapping } from './steps.ts';

/** For rules that say something or nothing: where they say it is the beginning of the file. */
export function withoutPlaces(data: Mapping, text: string, file: string): Runbook {
  const nowhere: Position = { file, line: 1, column: 1, endLine: 1, endColumn: 2 };
  return {
    id: typeof data['id'] === 'string' ? data['id'] : '',
    file,
    text,
    sha: '',
    data,
    lost: [],
    rewritten: new Map(),
    at: () => nowhere,
    atText: () => nowhere,
  };
}

/** Far within the limits of the other reader, which counts indentation as well. */
const modestDepth = 32;

/** Other line ends, tabs, a byte order mark, documents, directives, suppressions of findings: rare, and the other reader knows more of them. */
const rare = /[\t\r\u0085\u2028\u2029\ufeff]|^ *(?:---|\.\.\.|%)|runbook-lint-disable/m;

/** The mapping that a file is; undefined when the reader with places must look. */
export function readQuickly(text: string): Mapping | undefined {
  if (rare.test(text) || refuseText(text) !== undefined) return undefined;
  try {
    const data = compose(text, parseEvents(text, { maxDepth: modestDepth }));
    return isMapping(data) ? data : undefined;
  } catch {
    // No YAML, or in doubt: both are for the other reader to say.
    return undefined;
  }
}

class InDoubt extends Error {}

/** The value of the only document. Throws when in doubt. */
function compose(text: string, events: readonly Event[]): Json {
  // Read once: each look into the library goes through the function that loads it.
  const { DOCUMENT, MAPPING, POP, SCALAR, SEQUENCE } = EVENT_ID;
  const { PLAIN } = SCALAR_STYLE;
  let at = 0;
  const next = (): Event => {
    const event = events[at++];
    if (event === undefined) throw new InDoubt();
    return event;
  };
  const value = (event: Event): Json => {
    if (event.type === SCALAR) {
      const source = scalar(text, event);
      return source === undefined ? null : event.style === PLAIN ? resolved(source) : source;
    }
    if (event.type === MAPPING && isPlain(event)) return mapping();
    if (event.type === SEQUENCE && isPlain(event)) return list();
    throw new InDoubt();
  };
  const list = (): Json => {
    const items: Json[] = [];
    for (let event = next(); event.type !== POP; event = next()) items.push(value(event));
    return items;
  };
  const mapping = (): Json => {
    const pairs: Record<string, Json> = {};
    let keys = 0;
    for (let event = next(); event.type !== POP; event = next()) {
      const key = value(event);
      if (typeof key !== 'string' || forbidden.has(key) || Object.hasOwn(pairs, key) || ++keys > limits.keys) throw new InDoubt();
      pairs[key] = value(next());
    }
    return pairs;
  };
  if (next().type !== DOCUMENT) throw new InDoubt();
  const data = value(next());
  if (next().type !== POP || at !== events.length) throw new InDoubt();
  return data;
}

/** `<<` is a key like others to the one reader only. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype', '<<']);

const isPlain = (event: { readonly anchorStart: number; readonly tagStart: number }): boolean =>
  event.anchorStart < 0 && event.tagStart < 0;

/** Undefined where nothing stands, as after `key:`. */
function scalar(text: string, event: ScalarEvent): string | undefined {
  if (!isPlain(event)) throw new InDoubt();
  if (event.valueStart < 0) return undefined;
  // Fast: what is in the text is the value.
  const value = event.fast ? text.slice(event.valueStart, event.valueEnd) : getScalarValue(text, event);
  if (value.length > limits.scalar || (!event.fast && escapedControl.test(value))) throw new InDoubt();
  return value;
}

/** First characters of bare words that could be more than text: numbers, null, true, false, and yes, no, on, off. */
const special = /^[-+.~0-9nNtTfFyYoO]/;
const word = /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|yes|no|on|off|y|n)$/i;
/** Of other notations than these only the beginning is told here. */
const number = /^[-+]?(?:[0-9]+|[0-9]+\.[0-9]+)$/;
const likeNumber = /^(?:0[xo][0-9a-fA-F]+|[-+]?[0-9]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|nan))$/i;

/** A bare word by the core schema of YAML 1.2 (section 10.3.2). */
function resolved(source: string): Json {
  if (!special.test(source)) return source;
  if (number.test(source)) {
    const value = Number(source);
    // 1.10 and 0755: where text is due they would be another one.
    if (String(value) !== source || (Number.isInteger(value) && !Number.isSafeInteger(value))) throw new InDoubt();
    return value;
  }
  if (source === 'true') return true;
  if (source === 'false') return false;
  if (source === 'null') return null;
  if (word.test(source) || likeNumber.test(source)) throw new InDoubt();
  return source;
}
