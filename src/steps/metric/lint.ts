/** PromQL is parsed with Prometheus' own grammar, and its types are checked, before anything is sent. */
import type { Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { suggestion } from '../../interpreter/language/suggest.ts';
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';
import { functionNames } from './promql-functions.ts';
import { typeFaults } from './promql-types.ts';

export function lint({ params }: LintSubject): readonly Finding[] {
  const query = params['query'];
  const source = typeof query === 'string' ? withoutTemplates(query) : undefined;
  if (source === undefined) return [];
  const tree = parsed(source);
  if (tree === undefined)
    return [
      { code: 'metric/syntax', pointer: '/query', message: 'the PromQL is too long to be read', hint: 'use a recording rule' },
    ];
  const wrong = syntaxFault(tree, source);
  if (wrong !== undefined) return [wrong];
  return typeFaults(tree, source).map(({ code, from, to, message, hint }) => ({
    code,
    pointer: '/query',
    offset: from,
    length: Math.max(1, to - from),
    message,
    ...(hint === undefined ? {} : { hint }),
  }));
}

/** A template inside of quotes is some text, and the rest can be read without it; elsewhere it may be anything: undefined. */
function withoutTemplates(query: string): string | undefined {
  if (!query.includes('{{')) return query;
  const masked = query.replaceAll(/\{\{[^}]*\}\}/g, (template) => 'x'.repeat(template.length));
  const texts: (readonly [number, number])[] = [];
  parsed(masked)?.iterate({
    enter: ({ name, from, to }) => {
      if (name === 'StringLiteral') texts.push([from, to]);
    },
  });
  const starts = [...query.matchAll(/\{\{/g)].map(({ index }) => index);
  return starts.every((at) => texts.some(([from, to]) => from < at && at < to)) ? masked : undefined;
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
