/** `resolve`: when, items, rendering and question texts of one instance, as one event. Without effect; safe to repeat. */
import type { Observation, Shown } from '../core/model/event.ts';
import type { Node, Tree } from '../core/model/plan.ts';
import type { Fault, Json, Key, Sha, Value } from '../core/model/value.ts';
import { mask } from '../core/model/value.ts';
import type { Scope } from '../language/scope-type.ts';
import { evaluate, verdict } from '../language/cel/condition.ts';
import { renderTree } from '../language/template/template.ts';
import { sha256 } from '../plan/hash.ts';
import { choosing } from './choosing.ts';
import type { Engine } from './context.ts';
import { placeOf, scopeFor } from './context.ts';
import { oneLine } from '../guard/sanitize.ts';
import { diffOf } from './diff.ts';
import { maskedParameters } from './parameters.ts';
import { isMapping } from './values.ts';

type Resolved = Extract<Observation, { type: 'step.resolved' }>;

export async function resolve(engine: Engine, key: Key): Promise<Resolved> {
  const { node, instance } = placeOf(engine, key);
  const scope = scopeFor(engine, key);
  const base = { type: 'step.resolved', key } as const;
  const isItem = instance.parent !== undefined && engine.state().instances[instance.parent]?.node === instance.node;
  const { program } = node;
  if (program.when !== undefined && !isItem) {
    const when = verdict(program.when, scope);
    if (when.verdict !== 'true')
      return { ...base, when: when.verdict, ...(when.fault === undefined ? {} : { fault: when.fault }) };
  }
  const list = program.forEach !== undefined && !isItem;
  const items = list ? itemsOf(program.forEach?.over ?? '[]', scope) : undefined;
  if (items !== undefined && !items.ok) return { ...base, when: 'error', fault: items.fault };
  const shown = await show(engine, key, node, scope, list);
  if (!shown.ok) return { ...base, when: 'error', fault: shown.fault };
  return {
    ...base,
    when: 'true',
    ...(items === undefined ? {} : { items: items.items }),
    show: shown.show,
    shown: sha256(JSON.stringify(shown.show)),
    ...(shown.input === undefined ? {} : { input: shown.input }),
  };
}

type Items = { readonly ok: true; readonly items: readonly Value[] } | { readonly ok: false; readonly fault: Fault };

/** A list as it is; of a map its keys. */
function itemsOf(over: string, scope: Scope): Items {
  const found = evaluate(over, scope);
  if (!found.ok) return { ok: false, fault: found.fault };
  const list = Array.isArray(found.value)
    ? (found.value as readonly Json[])
    : isMapping(found.value)
      ? Object.keys(found.value)
      : undefined;
  if (list === undefined)
    return { ok: false, fault: { class: 'expression', code: 'not-a-list', message: 'forEach needs a list or a map' } };
  const below = (pointers: readonly string[], index: number): readonly string[] =>
    pointers
      .filter((pointer) => pointer === `/${String(index)}` || pointer.startsWith(`/${String(index)}/`))
      .map((pointer) => pointer.slice(`/${String(index)}`.length));
  return {
    ok: true,
    items: list.map((json, index) => {
      const [int64, times] = [below(found.int64, index), below(found.times ?? [], index)];
      return { json, ...(int64.length === 0 ? {} : { int64 }), ...(times.length === 0 ? {} : { times }) };
    }),
  };
}

type Showing = { readonly ok: true; readonly show: Shown; readonly input?: Sha } | { readonly ok: false; readonly fault: Fault };

/** Everything an operator sees before agreeing; its hash binds the answer. On the list of a forEach, texts that name an item wait for the turn. */
async function show(engine: Engine, key: Key, node: Node, scope: Scope, list: boolean): Promise<Showing> {
  const { program } = node;
  const text = (tree: Tree | undefined, fallback?: string): string | undefined => {
    if (tree === undefined) return fallback;
    const rendered = renderTree(tree, scope, () => mask);
    return rendered.ok ? engine.redactor.text(String(rendered.json)) : fallback;
  };
  const title = text(program.title, node.title) ?? node.key;
  const gateTree = program.confirm?.message ?? program.offer;
  const message = gateTree === undefined ? undefined : (text(gateTree) ?? title);
  const expected = textToType(program.confirm?.typed, scope);
  if (!expected.ok) return expected;
  const typed = expected.text === undefined ? undefined : engine.redactor.text(expected.text);
  const note = text(program.note);
  const common: Shown = {
    title,
    ...(message === undefined ? {} : { message }),
    ...(typed === undefined ? {} : { typed }),
    ...(note === undefined ? {} : { note }),
    ...(node.kind === 'effect' ? { effect: node.effect } : {}),
  };
  if (list || node.kind === 'group' || node.kind === 'check' || node.kind === 'undo') {
    return { ok: true, show: { ...common, ...(node.target === undefined ? {} : { target: node.target }) } };
  }
  const type = engine.registry.get(node.type);
  if (type === undefined)
    return { ok: false, fault: { class: 'plugin', code: 'unknown-type', message: `there is no step type ${node.type}` } };
  const rendered = maskedParameters(engine, type.manifest, { key, program }, scope);
  if (!rendered.ok) return rendered;
  if (program.choose !== undefined) {
    const asked = choosing(program.choose, scope, text);
    return asked.ok ? { ok: true, show: { ...common, ...asked.show } } : asked;
  }
  if (node.kind === 'ask') return { ok: true, show: { ...common, ...asking(rendered.params) } };
  const target = rendered.target ?? node.target;
  const describe = await description(engine, node.type, target, rendered.params);
  const diff = asksToAgree(node) ? await wouldChange(engine, node, key, describe) : undefined;
  return {
    ok: true,
    show: {
      ...common,
      ...(target === undefined ? {} : { target }),
      ...(describe === undefined ? {} : { describe: engine.redactor.text(describe) }),
      ...(diff === undefined ? {} : { diff }),
    },
    input: sha256(JSON.stringify([node.type, target ?? null, rendered.params])),
  };
}

type ToType = { readonly ok: true; readonly text?: string } | { readonly ok: false; readonly fault: Fault };

/** What must be typed to agree. A text that a mere Enter or the word for declining would be, or that nobody sees and can type, is a fault. */
function textToType(tree: Tree | undefined, scope: Scope): ToType {
  if (tree === undefined) return { ok: true };
  const rendered = renderTree(tree, scope, () => mask);
  if (!rendered.ok) return rendered;
  const text = typeof rendered.json === 'string' ? rendered.json : JSON.stringify(rendered.json);
  const unfit = whyUntypable(text);
  if (unfit === undefined) return { ok: true, text };
  const hint = 'name the thing that is changed: its host, topic or database';
  return { ok: false, fault: { class: 'expression', ...unfit, hint } };
}

function whyUntypable(text: string): { readonly code: string; readonly message: string } | undefined {
  const seen = oneLine(text);
  if (seen.trim() === '') return { code: 'empty-typed', message: 'confirm.typed is empty, so nothing could be typed to agree' };
  if (seen !== text || text.includes('\t'))
    return {
      code: 'typed-unseen',
      message: `confirm.typed has characters that nobody sees or can type: ${JSON.stringify(seen)} is shown`,
    };
  return text.trim() === 'no' ? { code: 'typed-no', message: 'confirm.typed is "no", which is typed to decline' } : undefined;
}

/** How long the target may take to be read before somebody is asked, ms. */
const diffLimitMs = 5000;

const asksToAgree = ({ program, effect }: Node): boolean =>
  effect !== 'read' && (program.confirm !== undefined || program.offer !== undefined || program.approve !== undefined);

/** Undefined: the step type knows no more than what it sends. That a target cannot be read is told, not hidden: who agrees must know. */
async function wouldChange(engine: Engine, node: Node, key: Key, describe: string | undefined): Promise<string | undefined> {
  const { words, reading } = await diffOf(engine, node, key, diffLimitMs);
  if (reading.is === 'ok' || reading.is === 'noData') return words === '' || words === describe ? undefined : words;
  return `cannot be known now: ${reading.fault.message}`;
}

function asking(params: Json): Partial<Shown> {
  const mapping = isMapping(params) ? params : {};
  const fields = mapping['fields'];
  const options = mapping['options'];
  return {
    ...(fields === undefined ? {} : { fields }),
    ...(Array.isArray(options) ? { options: (options as readonly Json[]).map(String) } : {}),
  };
}

/** What will be sent, in words of the step type; a client that cannot be opened yet is no reason not to ask. */
async function description(engine: Engine, type: string, target: string | undefined, masked: Json): Promise<string | undefined> {
  const controller = new AbortController();
  const opened = await engine.sessions.open(type, target, controller.signal, 5000);
  if (!opened.ok) return undefined;
  try {
    return opened.session.describe(masked);
  } catch {
    return undefined;
  }
}
