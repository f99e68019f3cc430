import { parseTimestamp, timestampHint } from '../../interpreter/core/model/timestamp.ts';
import type { Finding, LintSubject } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

const operations = Object.keys((manifest.params as { readonly properties: object }).properties);

type Params = LintSubject['params'];
type Given = Readonly<Record<string, unknown>> | undefined;

export function lint({ params }: LintSubject): readonly Finding[] {
  const found = operation(params) ?? goal(params) ?? resource(params) ?? keys(params) ?? start(params);
  return found === undefined ? [] : [found];
}

function operation(params: Params): Finding | undefined {
  const [first, second] = operations.filter((one) => params[one] !== undefined);
  const code = 'kafka/one-operation';
  if (first === undefined)
    return { code, pointer: '', message: 'kafka needs an operation', hint: `one of ${operations.join(', ')}` };
  if (second === undefined) return undefined;
  return { code, pointer: `/${second}`, message: `${first} and ${second} exclude each other`, hint: 'one operation a step' };
}

function goal(params: Params): Finding | undefined {
  const reset = params['resetOffsets'] as Given;
  const goals = ['to', 'offset', 'timestamp'].filter((one) => reset?.[one] !== undefined);
  const at = reset?.['timestamp'];
  if (typeof at === 'string' && !at.includes('{{') && parseTimestamp(at) === undefined)
    return {
      code: 'kafka/timestamp',
      pointer: '/resetOffsets/timestamp',
      message: `${at.slice(0, 40)} is not a timestamp`,
      hint: timestampHint,
    };
  if (reset === undefined || goals.length === 1) return undefined;
  return {
    code: 'kafka/one-goal',
    pointer: goals[1] === undefined ? '/resetOffsets' : `/resetOffsets/${goals[1]}`,
    message: goals.length === 0 ? 'resetOffsets does not say where to' : `${goals.join(' and ')} exclude each other`,
    hint: 'one of to, offset, timestamp',
  };
}

function resource(params: Params): Finding | undefined {
  const alter = params['alterConfig'] as Given;
  const both = alter?.['topic'] !== undefined && alter['broker'] !== undefined;
  const none = alter?.['topic'] === undefined && alter?.['broker'] === undefined;
  if (alter === undefined || (!both && !none)) return undefined;
  return {
    code: 'kafka/one-resource',
    pointer: both ? '/alterConfig/broker' : '/alterConfig',
    message: both ? 'topic and broker exclude each other' : 'alterConfig does not say whose settings',
    hint: 'topic: name, or broker: number',
  };
}

function keys(params: Params): Finding | undefined {
  const last = params['lastOffsets'] as Given;
  if (last?.['key'] === undefined || last['byKey'] === undefined) return undefined;
  return {
    code: 'kafka/key-and-by-key',
    pointer: '/lastOffsets/byKey',
    message: 'key and byKey exclude each other',
    hint: 'byKey reads all keys',
  };
}

function start(params: Params): Finding | undefined {
  const consume = params['consume'] as Given;
  if (consume?.['offset'] === undefined) return undefined;
  const code = 'kafka/offset-of-partition';
  const pointer = '/consume/offset';
  if (consume['partition'] === undefined)
    return { code, pointer, message: 'consume does not say which partition the offset is of', hint: 'partition: number' };
  if (consume['from'] === undefined) return undefined;
  return { code, pointer: '/consume/from', message: 'offset and from exclude each other', hint: 'offset is where to begin' };
}
