/** Schemas of the roots, for lint: the static picture of what `buildScope` makes (records.ts, scope.ts). Keep them together. */
import type { Phase, RunOutcome } from '../../core/model/status.ts';
import type { JsonSchema } from './types.ts';

const boolean: JsonSchema = { type: 'boolean' };
const text: JsonSchema = { type: 'string' };
/** As `stateWord` names the states of steps. */
const stateWords = ['waiting', 'asked', 'running', 'ok', 'unchanged', 'skipped', 'failed', 'unknown', 'cancelled'];
const phases: Readonly<Record<Phase, true>> = {
  preconditions: true,
  evidence: true,
  containment: true,
  diagnosis: true,
  main: true,
  validations: true,
  undo: true,
  finally: true,
  'evidence-after': true,
  closing: true,
  postmortem: true,
  finished: true,
};
const outcomes: Readonly<Record<RunOutcome, true>> = {
  succeeded: true,
  warning: true,
  refused: true,
  failed: true,
  undone: true,
  'undo-failed': true,
  unknown: true,
  aborted: true,
  'timed-out': true,
  'not-answered': true,
  abandoned: true,
};
const oneOf = (words: readonly string[]): JsonSchema => ({ type: 'string', enum: [...words] });
const state = oneOf(stateWords);
const timestamp: JsonSchema = { 'x-timestamp': true };
const fault: JsonSchema = closedRecord({ class: text, code: text, message: text });

/** A closed record. */
export function closedRecord(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, additionalProperties: false };
}

/** `steps.x`: `value` and `result` as the step type declares them; after forEach `value` maps item -> value. */
export function stepRoot(value: JsonSchema, result: JsonSchema, collected: boolean): JsonSchema {
  const line = closedRecord({ item: {}, value, ok: boolean, changed: boolean, state, error: fault });
  const lines: JsonSchema = { type: 'array', items: line };
  return closedRecord({
    value: collected ? { type: 'object', additionalProperties: value } : value,
    result: collected ? {} : result,
    ok: boolean,
    state,
    changed: boolean,
    error: fault,
    before: value,
    startedAt: timestamp,
    finishedAt: timestamp,
    items: lines,
    failed: lines,
    succeeded: lines,
  });
}

/** `run`. */
export const runSchema: JsonSchema = closedRecord({
  id: text,
  runbook: text,
  title: text,
  elapsed: { 'x-duration': true },
  step: text,
  // Of the run, or of the step that a message is about.
  state: oneOf([...Object.keys(outcomes), 'paused', ...stateWords]),
  phase: oneOf(Object.keys(phases)),
  outcome: oneOf([...Object.keys(outcomes), 'running']),
  severity: text,
  operator: text,
  changed: boolean,
  startedAt: timestamp,
  now: timestamp,
});

/** `step`: the step at hand. */
export const currentStepSchema = (value: JsonSchema): JsonSchema =>
  closedRecord({ id: text, title: text, attempt: { type: 'integer' }, state, before: value, target: text });

/** `env`: its name, whether it is a rehearsal, and its declared facts (unknown without a configuration). */
export const environmentSchema = (facts: Readonly<Record<string, unknown>> | undefined): JsonSchema => ({
  type: 'object',
  properties: { name: text, rehearsal: boolean, ...Object.fromEntries(Object.keys(facts ?? {}).map((name) => [name, {}])) },
  additionalProperties: facts === undefined,
});

/** `targets`: a member set is a list, a single target its name. */
export const targetsSchema = (targets: Readonly<Record<string, { readonly many: boolean }>>): JsonSchema =>
  closedRecord(
    Object.fromEntries(
      Object.entries(targets).map(([name, { many }]) => [name, many ? { type: 'array', items: text } : text] as const),
    ),
  );
