/** What steps answer without a system: recorded or written by hand, judged by the conditions of the runbook as it is now. */
import type { Observation } from '../../core/model/event.ts';
import type { Binding, Choice, Node, Plan, Tree } from '../../core/model/plan.ts';
import type { State } from '../../core/model/state.ts';
import type { Fault, Json, Key, Outcome, Value, Verdict } from '../../core/model/value.ts';
import { evaluate, verdict } from '../../language/cel/condition.ts';
import { isMissing } from '../../language/cel/failure.ts';
import type { ScopeExtra } from '../../language/scope.ts';
import { buildScope } from '../../language/scope.ts';
import { renderTree } from '../../language/template/template.ts';
import { isMapping } from '../../document/steps.ts';
import { typeInputs } from '../../plan/inputs.ts';
import type { Played } from './virtual-engine.ts';
import { openedAt } from './virtual-engine.ts';

/** Of one step or of one of its instances (`cacheGate[1]`). */
export interface StepEffect {
  /** What conditions read as `value`. */
  readonly value?: Json;
  /** What they read as `result`; without `value`, that is made of it as in a run. */
  readonly result?: Json;
  /** Whether it changed something; without it, a step that can change something did. */
  readonly changed?: boolean;
  /** It fails, with this message. */
  readonly fails?: string;
}
export type Effects = Readonly<Record<string, StepEffect>>;

/** What the steps know of each other. A condition about what nobody has written down holds: then both ways are tried by failures. */
export interface Told {
  readonly plan: Plan;
  readonly effects: Effects;
}

type Resolved = Partial<Extract<Observation, { type: 'step.resolved' }>>;

export function resolved(told: Told, node: Node, key: Key, state: State): Resolved {
  const instance = state.instances[key];
  const isItem = instance?.parent !== undefined && state.instances[instance.parent]?.node === instance.node;
  const { program } = node;
  // Most steps have none of these, and a scope takes longer than all else that is done for them.
  if (program.when === undefined && program.forEach === undefined && program.choose === undefined) return { when: 'true' };
  const scope = scopeOf(told, state, key);
  if (program.when !== undefined && !isItem) {
    const found = assumed(verdict(program.when, scope));
    if (found.verdict !== 'true') return { when: found.verdict, ...(found.fault === undefined ? {} : { fault: found.fault }) };
  }
  const items = program.forEach === undefined || isItem ? undefined : itemsOf(program.forEach.over, scope);
  return {
    when: 'true',
    ...(items === undefined ? {} : { items }),
    ...(program.choose === undefined ? {} : { show: { title: node.title, options: optionsOf(program.choose, scope) } }),
  };
}

/** A list that nobody has written down has one member, so that what is done with each is tried. */
function itemsOf(over: string, scope: ReturnType<typeof scopeOf>): readonly Value[] {
  const found = evaluate(over, scope);
  const list = !found.ok ? [null] : Array.isArray(found.value) ? found.value : Object.keys(found.value as object);
  return (list as readonly Json[]).map((json) => ({ json }));
}

function optionsOf(choose: Choice, scope: ReturnType<typeof scopeOf>): readonly string[] {
  if (choose.from === undefined) return choose.options.map(({ name }) => name);
  const found = evaluate(choose.from, scope);
  return found.ok && Array.isArray(found.value) ? (found.value as readonly Json[]).map(String) : [];
}

/** What nobody has written down: like a value that is kept elsewhere and cannot be read, not like null, which conditions may ask for. */
const unwritten: Value = { ref: { sha: '', bytes: 0, media: 'application/json', head: '' } };

/** Milliseconds of the virtual clock that a step takes. */
const takes = 10;

export function performed(told: Told, node: Node, key: Key, state: State): Played {
  if (node.lane === 'watch' && node.parent === undefined) return { outcome: okOf(null, null, false), takes: Infinity };
  if (node.program.bind !== undefined) {
    const inputs = inputsOfCall(node.program.params, node.program.bind, scopeOf(told, state, key));
    return { outcome: okOf(inputs, inputs, false), takes };
  }
  const effect = effectOf(told, node, key);
  if (effect?.fails !== undefined) return { outcome: failedOutcome('exit-code', effect.fails), takes };
  const isKnown = effect?.value !== undefined || effect?.result !== undefined || node.kind === 'check';
  const changed = effect?.changed ?? node.effect !== 'read';
  if (!isKnown) return { outcome: { is: 'ok', changed, value: unwritten, result: unwritten }, expect: 'true', takes };
  const result = effect?.result ?? effect?.value ?? null;
  const value = effect?.value ?? narrowed(told, node, key, state, result);
  const outcome = okOf(value, result, changed);
  const { expect = [], observe } = node.program;
  const sources = [...expect, ...(observe === undefined ? [] : [observe.until])];
  if (sources.length === 0) return { outcome, takes };
  const judged = judge(told, key, state, sources, outcome);
  if (judged.verdict === 'true') return { outcome, expect: 'true', takes };
  if (observe !== undefined) return { outcome: failedOutcome('timeout', judged.fault?.message ?? 'the wait timed out'), takes };
  return { outcome, expect: judged.verdict, ...(judged.fault === undefined ? {} : { fault: judged.fault }), takes };
}

/** What the called runbook reads as its inputs. Those that nobody has written down are missing. */
function inputsOfCall(params: Node['program']['params'], { inputs }: Binding, scope: ReturnType<typeof scopeOf>): Json {
  const passed = Object.entries(params as Readonly<Record<string, Tree>>).map(
    ([name, tree]) => [name, renderTree(tree, scope)] as const,
  );
  const given = Object.fromEntries(passed.flatMap(([name, made]) => (made.ok ? [[name, made.json]] : [])));
  const unknown = new Set(passed.flatMap(([name, { ok }]) => (ok ? [] : [name])));
  const declared = Object.entries(isMapping(inputs) ? inputs : {}).filter(([name]) => !unknown.has(name));
  const { values } = typeInputs(Object.fromEntries(declared), given);
  return Object.fromEntries(Object.entries(values).flatMap(([name, { json }]) => (json === undefined ? [] : [[name, json]])));
}

const effectOf = ({ effects }: Told, node: Node, key: Key): StepEffect | undefined =>
  Object.hasOwn(effects, key) ? effects[key] : Object.hasOwn(effects, node.key) ? effects[node.key] : undefined;

function narrowed(told: Told, node: Node, key: Key, state: State, result: Json): Json {
  const source = node.program.value ?? node.program.principal;
  if (source === undefined) return result;
  const found = evaluate(source, scopeOf(told, state, key, { result: { json: result } }));
  return found.ok ? plain(found.value) : null;
}

type Ok = Extract<Outcome, { is: 'ok' }>;

function judge(
  told: Told,
  key: Key,
  state: State,
  sources: readonly string[],
  { value, result }: Ok,
): { readonly verdict: Verdict; readonly fault?: Fault } {
  const scope = scopeOf(told, state, key, { value, result });
  for (const source of sources) {
    const found = assumed(verdict(source, scope));
    if (found.verdict === 'true') continue;
    const message = `expected ${source}, value is ${JSON.stringify(value.json)}`;
    return { verdict: found.verdict, fault: found.fault ?? { class: 'validation', code: 'expect', message } };
  }
  return { verdict: 'true' };
}

/** What is missing was not written down; a condition that is wrong in itself stays wrong. */
const assumed = (found: ReturnType<typeof verdict>): ReturnType<typeof verdict> =>
  found.fault !== undefined && isUnwritten(found.fault) ? { verdict: 'true' } : found;

const isUnwritten = (fault: Fault): boolean => isMissing(fault) || fault.class === 'noData' || fault.code === 'too-large';

const scopeOf = ({ plan }: Told, state: State, key: Key, extra: Partial<ScopeExtra> = {}) =>
  buildScope(plan, state, key, { nowMs: state.t, openedAt, ...extra });

export const okOf = (value: Json, result: Json, changed: boolean): Ok => ({
  is: 'ok',
  changed,
  value: { json: value },
  result: { json: result },
});

export const failedOutcome = (kind: Fault['class'], message: string): Outcome => ({
  is: 'failed',
  fault: { class: kind, code: 'test', message },
});

/** Whole numbers of conditions are bigints; JSON has none. */
function plain(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Json;
  if (typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value as Readonly<Record<string, unknown>>).map(([name, one]) => [name, plain(one)]),
    );
  return null;
}
