/** Plain text: one readable line per event that matters to a person; for pipes, CI and logs. */
import { isFinding } from '../../interpreter/core/fold/policy.ts';
import type { Stamped } from '../../interpreter/core/model/event.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import type { Fault } from '../../interpreter/core/model/value.ts';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import { stillChanged } from '../model/changes.ts';
import { clockText, durationText, itemText, pinText, statusWord, titleOf, tookText, valueText, whoText } from '../format.ts';

/** The line for one record, or undefined when the record tells a person nothing new. `state` is the state after the record. */
export function plainLine(record: Stamped, plan: Plan, state: State): string | undefined {
  const text = sentence(record, plan, state);
  // One event is one line, and what a server or a child wrote moves no cursor (T18).
  return text === undefined ? undefined : `${clockText(record.t)}  ${sanitize(text.replaceAll(/\r?\n/g, '⏎'))}`;
}

function sentence(record: Stamped, plan: Plan, state: State): string | undefined {
  switch (record.type) {
    case 'run.opened':
      return `run ${record.run}: ${plan.runbook.id} (${plan.runbook.title}) in ${record.env} by ${whoText(record.operator)}`;
    case 'engine.started':
      return startedText(record);
    case 'phase.entered':
      return `== ${record.phase}`;
    case 'step.started':
      return `-- ${record.key}: ${titleOf(plan, state, record.key)}`;
    case 'step.finished':
      return finished(record.key, record.status, record.fault, plan, state);
    case 'step.skipped':
      return `   ${record.key}: skipped (${record.cause})${record.reason === undefined ? '' : `: ${record.reason}`}${record.by === undefined ? '' : ` by ${whoText(record.by)}`}`;
    case 'attempt.started':
      return record.role === 'undo' ? `   ${record.key}: undoing` : undefined;
    case 'attempt.noted':
      return noted(record.key, record.note, record.data);
    case 'attempt.finished':
      return record.role === 'undo'
        ? `   ${record.key}: ${record.outcome.is === 'ok' ? 'undone' : `undo failed: ${record.outcome.fault.message}`}`
        : undefined;
    case 'retry.scheduled':
      return `   ${record.key}: attempt ${String(record.n - 1)} of ${String(record.of)} failed (${record.fault.message}); again in ${durationText(record.due - record.t)}`;
    case 'question.opened':
      return `?? ${record.key}: ${record.show.message ?? record.show.title}${record.show.typed === undefined ? '' : ` (type: ${record.show.typed})`} [${record.options.join('/')}]${aboutText(record.show.about)}`;
    case 'question.closed':
      return `   ${record.id}: ${record.verdict} by ${whoText(record.by)}${record.reason === undefined ? '' : `: ${record.reason}`}`;
    case 'answer.ignored':
      return `   answer of ${whoText(record.by)} ignored: ${record.why}`;
    case 'control':
      return `   ${whoText(record.by)}: ${record.act.is}${'reason' in record.act ? `: ${record.act.reason}` : ''}`;
    case 'undo.captured':
      return record.fault === undefined ? undefined : `   ${record.key}: old state not captured: ${record.fault.message}`;
    case 'run.stopping':
      return `!! stopping: ${record.stop.cause}${record.stop.key === undefined ? '' : ` at ${record.stop.key}`}${record.stop.undo ? ', undoing' : ''}`;
    case 'run.settled':
      return `== outcome: ${record.outcome}${leftText(plan, state)}`;
    case 'run.finished':
      return `== finished: ${record.outcome} (exit ${String(record.exitCode)})`;
    case 'clock.jumped':
      return `   the clock jumped by ${durationText(record.jumpedBy)}`;
    case 'step.resolved':
      return record.fault === undefined ? undefined : `   ${record.key}: ${faultText(record.fault)}`;
    default:
      return undefined;
  }
}

const aboutText = (about: readonly string[] = []): string => (about.length === 0 ? '' : ` (${about.join('; ')})`);

function leftText(plan: Plan, state: State): string {
  const still = stillChanged(plan, state);
  return still === undefined ? '' : `. ${still}`;
}

function startedText(record: Extract<Stamped, { type: 'engine.started' }>): string | undefined {
  const resumed = record.epoch > 1 ? `resumed after ${durationText(record.gap)} (epoch ${String(record.epoch)})` : undefined;
  if (record.configBefore === undefined) return resumed;
  return `${resumed ?? 'started'} with another configuration: ${pinText(record.config ?? null)} instead of ${pinText(record.configBefore)}`;
}

export const faultText = (fault: Fault): string =>
  `${fault.message} [${fault.code}]${fault.hint === undefined ? '' : ` — ${fault.hint}`}`;

function finished(key: string, status: string, fault: Fault | undefined, plan: Plan, state: State): string {
  const instance = state.instances[key];
  const took = instance?.startedAt === undefined ? '' : ` in ${tookText(instance, state.t)}`;
  const node = instance === undefined ? undefined : plan.nodes[instance.node];
  const word = node !== undefined && isFinding(node) && status === 'failed' ? 'finding' : statusWord(status);
  const value = status === 'ok' ? valueText(instance?.value) : '';
  const item = itemText(state, instance);
  return `   ${key}${item === '' ? '' : ` (${item})`}: ${word}${took}${value === '' ? '' : ` = ${value}`}${fault === undefined ? '' : `: ${faultText(fault)}`}`;
}

function noted(key: string, note: string, data: unknown): string {
  if (note === 'warning' && data !== null && typeof data === 'object' && 'message' in data)
    return `   ${key}: WARNING: ${String(data.message)}`;
  const parts = data !== null && typeof data === 'object' ? (data as Readonly<Record<string, unknown>>) : { text: data };
  const words = Object.entries(parts).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `   ${key}: ${note}: ${words.join(', ')}`;
}
