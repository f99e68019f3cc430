/** PromQL is parsed with Prometheus' own grammar, and its types are checked, before anything is sent. */
import type { Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { parseDuration } from '../../interpreter/language/duration.ts';
import { placesIn, withSampleValues } from '../../interpreter/language/sinks/query-places.ts';
import { suggestion } from '../../interpreter/language/suggest.ts';
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';
import { functionNames } from './promql-functions.ts';
import { modifierFaults } from './promql-modifiers.ts';
import { typeFaults } from './promql-types.ts';
import { readSelector } from './selector.ts';

export function lint(subject: LintSubject): readonly Finding[] {
  const wrong = syntax(subject);
  return wrong.length > 0 ? wrong : [...source(subject), ...tooShort(subject)];
}

/** Between the two readings of `increase` the time of the attempt goes on. */
function tooShort({ params, step }: LintSubject): readonly Finding[] {
  const isWait = step['until'] !== undefined;
  const [increase, every, timeout] = [params['increase'], step['every'] ?? '0s', isWait ? '30s' : (step['timeout'] ?? '30s')].map(
    (one) => (typeof one === 'string' ? parseDuration(one) : undefined),
  );
  if (increase === undefined || every === undefined || timeout === undefined) return [];
  const limit = isWait ? Math.max(timeout, every) : timeout;
  if (increase < limit) return [];
  const hint = isWait ? 'set `every` longer than `increase`' : 'set `timeout` longer than `increase`';
  return [{ code: 'metric/timeout', pointer: '/increase', message: 'a reading is cut before `increase` is over', hint }];
}

/** What only a server that keeps samples can answer, and what only a service has. */
function source({ params, targetType }: LintSubject): readonly Finding[] {
  const { query, past, increase } = params;
  const code = 'metric/source';
  if (targetType === 'prometheus' && increase !== undefined)
    return [{ code, pointer: '/increase', message: 'increase is for an exposition target', hint: 'query: increase(NAME[5m])' }];
  if (targetType !== 'exposition') return [];
  if (past !== undefined) return [{ code, pointer: '/past', message: 'a service keeps no past values', hint: 'increase: 10s' }];
  const selector = typeof query === 'string' ? readSelector(withSampleValues('promql', query)) : undefined;
  return typeof selector === 'string' ? [{ code, pointer: '/query', message: selector, hint: 'or ask a prometheus target' }] : [];
}

function syntax({ params }: LintSubject): readonly Finding[] {
  const query = params['query'];
  if (typeof query !== 'string' || placesIn('promql', query).some(({ place }) => place.is === 'none')) return [];
  const filled = withSampleValues('promql', query);
  // What is left of a template that is not closed is told as such.
  if (filled.includes('{{')) return [];
  const source = asGrammarReads(filled);
  const tree = parsed(source);
  if (tree === undefined)
    return [
      { code: 'metric/syntax', pointer: '/query', message: 'the PromQL is too long to be read', hint: 'use a recording rule' },
    ];
  const wrong = syntaxFault(tree, source);
  if (wrong !== undefined) return [wrong];
  const modifiers = modifierFaults(tree, source).map((one) => ({ ...one, code: 'metric/refused' }));
  return (modifiers.length > 0 ? modifiers : typeFaults(tree, source)).map(({ code, from, to, message, hint }) => ({
    code,
    pointer: '/query',
    offset: from,
    length: Math.max(1, to - from),
    message,
    ...(hint === undefined ? {} : { hint }),
  }));
}

/** Metrics may have the names of operators, and numbers may end with a point: Prometheus reads what its grammar for editors does not. */
const readableNames = /^(?:offset|and|or|unless)$/i;

/** The same text, as long as before, with such a place written so that the grammar reads it. */
function asGrammarReads(source: string): string {
  let text = source;
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const place = firstError(text);
    if (place === undefined) return text;
    const word = text.slice(...place);
    const isPoint = word === '.' && /\d$/.test(text.slice(0, place[0])) && !/^[\w.]/.test(text.slice(place[1]));
    if (!isPoint && !readableNames.test(word)) return text;
    text = text.slice(0, place[0]) + (isPoint ? ' ' : 'x'.repeat(word.length)) + text.slice(place[1]);
  }
  return text;
}

function firstError(source: string): readonly [number, number] | undefined {
  let found: readonly [number, number] | undefined;
  parsed(source)?.iterate({
    enter: ({ type, from, to }) => {
      if (found !== undefined || !type.isError) return;
      // Where something is missing before a word, the word is what the grammar did not take.
      const word = from === to ? (/^\w*/.exec(source.slice(from))?.[0] ?? '') : '';
      found = [from, to + word.length];
    },
  });
  return found;
}

/** The first place that cannot be read: what follows it is a consequence. */
function syntaxFault(tree: Tree, source: string): Finding | undefined {
  let found: Finding | undefined;
  tree.iterate({
    enter: ({ type, from, to }) => {
      if (found !== undefined || !type.isError) return;
      const called = unknownFunction(source, from);
      const word = source.slice(from, Math.max(to, from + 1));
      const [offset, length] = called === undefined ? [Math.min(from, source.length), Math.max(1, to - from)] : called.place;
      const hint =
        called === undefined
          ? 'https://prometheus.io/docs/prometheus/latest/querying/basics/'
          : suggestion(called.name, functionNames);
      found = {
        code: called === undefined ? 'metric/syntax' : 'metric/unknown-function',
        pointer: '/query',
        offset,
        length,
        message:
          called !== undefined
            ? `PromQL has no function ${called.name}`
            : word.trim() === ''
              ? 'the PromQL ends too early'
              : `PromQL does not expect "${word}" here`,
        ...(hint === undefined ? {} : { hint }),
      };
    },
  });
  return found;
}

/** `foo(`: to the grammar the name of a metric, followed by what it does not expect. */
function unknownFunction(
  source: string,
  at: number,
): { readonly name: string; readonly place: readonly [number, number] } | undefined {
  const name = source[at] === '(' ? /([A-Za-z_]\w*)\s*$/.exec(source.slice(0, at)) : null;
  return name?.[1] === undefined || keywords.has(name[1].toLowerCase())
    ? undefined
    : { name: name[1], place: [name.index, name[1].length] };
}

/** Words that lists of labels follow. */
const keywords = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'offset',
  'bool',
  'and',
  'or',
  'unless',
  'atan2',
]);

/** Undefined: thousands of operators in one query are more than the parser's recursion bears. */
function parsed(source: string): Tree | undefined {
  try {
    return parser.parse(source);
  } catch (problem) {
    if (problem instanceof RangeError) return undefined;
    throw problem;
  }
}
