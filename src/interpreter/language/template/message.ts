/** Messages (comms, notify, escalate): Handlebars text with if, each, else and the helpers duration, date, json; evaluated here, never compiled. */
import handlebars from 'handlebars/dist/cjs/handlebars/compiler/base.js';
import { formatDuration, parseDuration, readableDuration } from '../duration.ts';
import { formatMoment } from '../moment.ts';
import { Failure, fail } from '../cel/failure.ts';
import type { Piece, Placing } from '../sinks/piece.ts';
import type { Block, Expression, MessageNode, PathNode } from './message-ast.ts';
import { offsetOfNode, readProgram } from './message-ast.ts';
import type { Scope } from '../scope-type.ts';
import type { ParsedTemplate, TemplatePath } from './template-path.ts';
import { readPath } from './template-path.ts';
import { Sealed, Span, isList, isRecord, jsonText, sealedFault } from '../value.ts';

const longestSource = 16 * 1024;
const longestOutput = 256 * 1024;
/** Nodes rendered: three nested loops over long lists must end. */
const mostNodes = 20_000;
/** A message is sent although a value is not there: what has not been measured, or was left out, says so itself. */
const notKnown = '(not known)';

export const helpers: readonly string[] = ['duration', 'date', 'json'];

/** Same shape as parseTemplate; `parts` holds the text itself. Paths relative to an `each` are left out: they name members. */
export function parseMessage(text: string): ParsedTemplate {
  if (text.length > longestSource) return { ok: false, message: 'a message has at most 16384 characters', offset: 0, length: 1 };
  try {
    const nodes = parse(text);
    const paths: TemplatePath[] = [];
    collect(nodes, [], text, paths);
    return { ok: true, parts: [text], paths };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const { message, hint } = thrown.fault;
    return { ok: false, message, offset: wrongAt(text), length: 2, ...(hint === undefined ? {} : { hint }) };
  }
}

/** The first braces that cannot be read by themselves; the parser tells only the line. Without one (a block that is not closed) the first of all. */
function wrongAt(text: string): number {
  const starts = [...text.matchAll(/\{\{/g)].map(({ index }) => index);
  const found = starts.find((start, at) => {
    const part = text.slice(start, starts[at + 1]);
    return !/^\{\{\s*[#/^]|^\{\{\s*else\b/.test(part) && !isReadable(part);
  });
  return found ?? starts[0] ?? 0;
}

function isReadable(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return false;
  }
}

function parse(text: string): readonly MessageNode[] {
  let tree: unknown;
  try {
    tree = handlebars.parse(text);
  } catch (thrown) {
    const [first = ''] = thrown instanceof Error ? thrown.message.split('\n') : [];
    return fail('template-syntax', `the message cannot be read: ${first.replace(/:$/, '')}`, 'a literal "{{" is written \\{{');
  }
  return readProgram(tree, helpers);
}

function collect(nodes: readonly MessageNode[], bound: readonly string[], text: string, paths: TemplatePath[]): void {
  const add = (expression: Expression): void => {
    for (const one of [expression.path, ...expression.params]) {
      if (one === undefined || one.relative || bound.includes(one.path[0] ?? '') || (bound.length > 0 && one.path.length < 2))
        continue;
      paths.push({ path: one.path, offset: offsetOfNode(text, one), length: one.text.length });
    }
  };
  for (const node of nodes) {
    if (node.is === 'text') continue;
    add(node.expression);
    if (node.is !== 'block') continue;
    collect(node.body, node.name === 'each' ? [...bound, '', ...node.names] : bound, text, paths);
    collect(node.otherwise, bound, text, paths);
  }
}

interface Frame {
  readonly scope: Scope;
  /** Innermost each: its member, names and position. */
  readonly turn?: Turn;
  readonly budget: { nodes: number; characters: number };
}

interface Turn {
  readonly member: unknown;
  readonly names: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly outer: Turn | undefined;
}

/** `placing`: how values are put between the words of the author. Throws Failure. */
export function renderMessage(text: string, scope: Scope, placing?: Placing): string {
  const pieces = renderNodes(parse(text), { scope, budget: { nodes: mostNodes, characters: longestOutput } });
  return placing === undefined ? pieces.map((piece) => piece.text).join('') : placing(pieces);
}

function renderNodes(nodes: readonly MessageNode[], frame: Frame): readonly Piece[] {
  const output: Piece[] = [];
  for (const node of nodes) {
    frame.budget.nodes -= 1;
    if (frame.budget.nodes < 0)
      return fail('too-much-work', 'the message has too many repetitions', 'shorten the list with `value` first');
    if (node.is === 'block') {
      for (const piece of renderBlock(node, frame)) output.push(piece);
      continue;
    }
    const isFree = node.is !== 'text';
    const text = node.is === 'text' ? node.text : renderExpression(node.expression, frame);
    frame.budget.characters -= text.length;
    if (frame.budget.characters < 0) return fail('too-large', 'the rendered message is longer than 256 KiB');
    output.push({ text, isFree });
  }
  return output;
}

function renderBlock(block: Block, frame: Frame): readonly Piece[] {
  const [subject] = block.expression.params;
  const value = subject === undefined ? null : lookUp(subject, frame);
  if (block.name === 'each') return renderEach(block, value, frame);
  const chosen = truthy(value) === (block.name === 'if') ? block.body : block.otherwise;
  return renderNodes(chosen, frame);
}

function renderEach(block: Block, value: unknown, frame: Frame): readonly Piece[] {
  const entries: readonly (readonly [string | number, unknown])[] = isList(value)
    ? value.map((one, index) => [index, one] as const)
    : isRecord(value)
      ? Object.entries(value)
      : [];
  if (entries.length === 0) return renderNodes(block.otherwise, frame);
  const [memberName, keyName] = block.names;
  return entries.flatMap(([key, member], index) => {
    const names = {
      ...(memberName === undefined ? {} : { [memberName]: member }),
      ...(keyName === undefined ? {} : { [keyName]: key }),
    };
    const data = { index, key, first: index === 0, last: index === entries.length - 1 };
    return renderNodes(block.body, { ...frame, turn: { member, names, data, outer: frame.turn } });
  });
}

function renderExpression(expression: Expression, frame: Frame): string {
  if (expression.helper === undefined)
    return expression.path === undefined ? '' : plain(lookUp(expression.path, frame), expression.path.text);
  const [argument] = expression.params;
  if (argument === undefined) return fail('template-syntax', `${expression.helper} needs a value`);
  const value = lookUp(argument, frame);
  if (value === null || value === undefined) return notKnown;
  switch (expression.helper) {
    case 'duration':
      return asDuration(value, argument.text);
    case 'date':
      return value instanceof Date
        ? value
            .toISOString()
            .replace('T', ' ')
            .replace(/\.\d+Z$/, ' UTC')
        : plain(value, argument.text);
    default:
      return jsonText(value);
  }
}

function asDuration(value: unknown, where: string): string {
  if (value instanceof Span) return readableDuration(value.ms);
  if (typeof value === 'number' || typeof value === 'bigint') return readableDuration(Number(value));
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  return ms === undefined ? plain(value, where) : readableDuration(ms);
}

/** Durations are for people here: 12m4s, never milliseconds of a long run. */
function plain(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Span)
    return value.ms < 60_000 ? readableDuration(value.ms) : formatDuration(Math.round(value.ms / 1000) * 1000);
  if (value instanceof Date) return formatMoment(value);
  if (value instanceof Sealed) throw new Failure(sealedFault(value, where));
  if (value === null || value === undefined) return notKnown;
  return fail(
    'not-text',
    `{{${where}}} is a ${isList(value) ? 'list' : 'map'}`,
    `write {{json ${where}}}, or {{#each ${where}}}`,
  );
}

function truthy(value: unknown): boolean {
  if (value instanceof Sealed) return true;
  if (isList(value)) return value.length > 0;
  return value !== null && value !== undefined && value !== false && value !== '' && value !== 0 && value !== 0n;
}

/** A value may be nothing, but the names that lead to it must exist. */
function lookUp(node: PathNode, frame: Frame): unknown {
  let turn = frame.turn;
  for (let depth = 0; depth < node.depth && turn !== undefined; depth += 1) turn = turn.outer;
  if (node.data)
    return (
      turn?.data[node.path[0] ?? ''] ??
      fail('unknown-name', `{{${node.text}}} is known only inside each`, 'index, key, first, last')
    );
  const [first = '', ...rest] = node.path;
  for (let at = turn; at !== undefined; at = at.outer) {
    if (Object.hasOwn(at.names, first)) return follow(rest, at.names[first]);
  }
  const member = turn?.member;
  if (turn !== undefined && (node.path.length === 0 || node.relative || (isRecord(member) && Object.hasOwn(member, first))))
    return follow(node.path, member);
  return follow(node.path, frame.scope);
}

function follow(path: readonly string[], base: unknown): unknown {
  if (path.length === 0) return base;
  try {
    return readPath(path, isRecord(base) ? base : { [path[0] ?? '']: isList(base) ? base[Number(path[0])] : undefined });
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    if (thrown.fault.code === 'nothing' || isBeyondNames(path, base)) return null;
    throw thrown;
  }
}

/** Names of roots must exist (M11); what lies below them is data and may be missing. */
function isBeyondNames(path: readonly string[], base: unknown): boolean {
  const named = path.slice(0, path[0] === 'steps' ? 3 : 2);
  if (path.length <= named.length || !isRecord(base)) return false;
  try {
    readPath(named, base);
    return true;
  } catch (thrown) {
    return thrown instanceof Failure && thrown.fault.code === 'nothing';
  }
}
