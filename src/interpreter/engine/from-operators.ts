/** What people say to a run is recorded: a secret that slips into a note, a reason or an answer is masked before. */
import type { Control, Observation } from '../core/model/event.ts';
import type { Value } from '../core/model/value.ts';
import type { Redactor } from '../guard/redact.ts';

/** Names, ids and verdicts stay unchanged: the run acts on them. */
export function maskSaid(event: Observation, redactor: Redactor): Observation {
  switch (event.type) {
    case 'control':
      return { ...event, act: maskControl(event.act, redactor) };
    case 'question.closed':
      return {
        ...event,
        ...(event.reason === undefined ? {} : { reason: redactor.text(event.reason) }),
        ...(event.value === undefined ? {} : { value: maskValue(event.value, redactor) }),
      };
    case 'answer.ignored':
      return { ...event, why: redactor.text(event.why) };
    default:
      return event;
  }
}

function maskControl(act: Control, redactor: Redactor): Control {
  const reason = act.reason === undefined ? {} : { reason: redactor.text(act.reason) };
  if (act.is === 'note') return { ...act, ...reason, text: redactor.text(act.text) };
  if (act.is === 'input') return { ...act, ...reason, value: maskValue(act.value, redactor) };
  return { ...act, ...reason };
}

/** A step that reads what was masked fails: it never acts on a mask. */
function maskValue(value: Value, redactor: Redactor): Value {
  if (value.json === undefined) return value;
  const { json, masked } = redactor.json(value.json);
  return masked.length === 0 ? value : { ...value, json, masked: [...(value.masked ?? []), ...masked] };
}
