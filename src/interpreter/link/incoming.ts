/**
 * What comes over a socket is text of somebody else: at an approval door, of any user of the host. A line counts only when it has the form of a message,
 * and of that message only what the protocol names; everything else is refused before anything looks at it.
 */
import type { Control } from '../core/model/event.ts';
import type { Json } from '../core/model/value.ts';
import type { Act, Claim, FromEngine, FromViewer, Mode } from './protocol.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Undefined: not a message. */
export function fromViewer(line: unknown): FromViewer | undefined {
  if (!isFields(line)) return undefined;
  switch (line['is']) {
    case 'hello':
      return helloOf(line);
    case 'proved':
      return { is: 'proved' };
    case 'do': {
      const act = isFields(line['act']) ? actOf(line['act']) : undefined;
      return act === undefined || !isShort(line['id']) ? undefined : { is: 'do', id: line['id'], act };
    }
    default:
      return undefined;
  }
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
/** Ids, keys and names; what every object has by birth names nothing of a run. */
const isName = (value: unknown): value is string => isText(value) && !(value in Object.prototype);
const isShort = (value: unknown): value is string => isName(value) && value !== '' && value.length <= 200;
const isOptional = (value: unknown): value is string | undefined => value === undefined || isText(value);

/** Version and run are compared by whoever greets. */
function helloOf({ v, run, mode, actor }: Fields): FromViewer | undefined {
  const claim = isFields(actor) ? claimOf(actor) : undefined;
  if (claim === undefined || typeof v !== 'number' || !isShort(run) || !isShort(mode)) return undefined;
  return { is: 'hello', v, run, mode: mode as Mode, actor: claim };
}

const kinds: readonly unknown[] = [undefined, 'person', 'agent', 'schedule', 'webhook'];

/** Roles count only where somebody vouches. */
function claimOf({ name, auth, kind, onBehalfOf, roles }: Fields): Claim | undefined {
  if (!isShort(name) || !kinds.includes(kind) || (onBehalfOf !== undefined && !isShort(onBehalfOf))) return undefined;
  const isVouched = auth === 'vouched';
  if (isVouched && roles !== undefined && !(Array.isArray(roles) && roles.every(isShort))) return undefined;
  return {
    name,
    auth: auth === 'uid' || isVouched ? auth : 'claimed',
    ...(isVouched && roles !== undefined ? { roles: roles as readonly string[] } : {}),
    ...(kind === undefined ? {} : { kind: kind as NonNullable<Claim['kind']> }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
  };
}

function actOf(act: Fields): Act | undefined {
  if (act['is'] === 'take') return { is: 'take' };
  if (act['is'] === 'control') {
    const control = isFields(act['control']) ? controlOf(act['control']) : undefined;
    return control === undefined ? undefined : { is: 'control', control };
  }
  return act['is'] === 'answer' ? answerOf(act) : undefined;
}

function answerOf({ question, verdict, shown, value, reason }: Fields): Act | undefined {
  if (!isShort(question) || !isText(verdict) || !isShort(shown) || !isOptional(reason)) return undefined;
  if (value !== undefined && !isFields(value)) return undefined;
  return {
    is: 'answer',
    question,
    verdict,
    shown,
    // Of a value only the data: marks beside it are the engine's to make.
    ...(value === undefined ? {} : { value: { json: jsonOf(value) } }),
    ...(reason === undefined ? {} : { reason }),
  };
}

const jsonOf = (value: Fields): Json => (value['json'] ?? null) as Json;

function controlOf(control: Fields): Control | undefined {
  const { is, reason, key, name, by, text, undo, force, value } = control;
  if (!isOptional(reason)) return undefined;
  const why = reason === undefined ? {} : { reason };
  switch (is) {
    case 'pause':
    case 'continue':
    case 'stepMode':
      return { is, ...why };
    case 'note':
      if (!isText(text) || (key !== undefined && !isName(key))) return undefined;
      return { is, text, ...(key === undefined ? {} : { key }), ...why };
    case 'abort':
      return reason === undefined ? undefined : { is, undo: undo === true, force: force === true, reason };
    case 'skip':
    case 'retry':
      return isName(key) && reason !== undefined ? { is, key, reason } : undefined;
    case 'extend':
      return isName(key) && typeof by === 'number' && Number.isFinite(by) && reason !== undefined
        ? { is, key, by, reason }
        : undefined;
    case 'input':
      return isName(name) && isFields(value) && reason !== undefined
        ? { is, name, value: { json: jsonOf(value) }, reason }
        : undefined;
    default:
      return undefined;
  }
}

const fromEngines: readonly unknown[] = [
  'challenge',
  'questions',
  'welcome',
  'refused',
  'ack',
  'nack',
  'poke',
  'controls',
  'ended',
];

/** Undefined: not a message. The engine of a run of ours is ours; what stands behind a door need not be one, so questions are looked at closely. */
export function fromEngine(line: unknown): FromEngine | undefined {
  if (!isFields(line) || !fromEngines.includes(line['is'])) return undefined;
  if (line['is'] === 'questions' && !areQuestions(line)) return undefined;
  if (line['is'] === 'challenge' && !isText(line['name'])) return undefined;
  return line as unknown as FromEngine;
}

function areQuestions({ runbook, starter, open }: Fields): boolean {
  const isStarter = starter === undefined || (isFields(starter) && isText(starter['name']) && isText(starter['host']));
  return isText(runbook) && isStarter && Array.isArray(open) && open.every(isAsked);
}

function isAsked(one: unknown): boolean {
  if (!isFields(one)) return false;
  const { id, key, shown, show, from } = one;
  const isFrom = from === undefined || (Array.isArray(from) && from.every(isText));
  return isText(id) && isText(key) && isText(shown) && isFields(show) && isText(show['title']) && isFrom;
}
