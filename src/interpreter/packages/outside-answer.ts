/** What the module of a package answers, brought back into the port's words, and copied: nothing of it lives on in the engine. */
import type { Json } from '../core/model/value.ts';
import type { Done } from '../port/step-type.ts';

/** Classes of faults that a package may say; the rest is the engine's. */
export const classes = [
  'precondition',
  'validation',
  'timeout',
  'connection',
  'auth',
  'exit-code',
  'config',
  'plugin',
  'noData',
  'unknown',
];

/** The answer of the module in the form of the port; any other form is a fault of the package, and what a write did is then unknown. */
export function readDone(said: unknown, wrongResult: (json: Json) => string | undefined): Done {
  if (!isObject(said)) return badAnswer('it answered nothing that the port knows');
  const { ok, changed, wire, class: kind } = said;
  if (ok === true) {
    const result = plainJson(said['result']);
    const [cut, int64, undecoded] = [textsOf(said['cut']), textsOf(said['int64']), textsOf(said['undecoded'])];
    const wrong = said['noData'] === true ? undefined : wrongResult(result);
    if (wrong !== undefined) return badAnswer(`its result is not what its manifest promises: ${wrong}`, result);
    return {
      ok: true,
      changed: changed === true || changed === false ? changed : 'unknown',
      result,
      ...(said['noData'] === true ? { noData: true } : {}),
      ...(typeof said['missing'] === 'string' ? { missing: said['missing'] } : {}),
      ...(cut === undefined ? {} : { cut }),
      ...(int64 === undefined ? {} : { int64 }),
      ...(undecoded === undefined ? {} : { undecoded }),
    };
  }
  if (ok !== false || (wire !== 'notStarted' && wire !== 'refused' && wire !== 'unknown'))
    return badAnswer('it answered neither ok nor a failure that the port knows');
  return {
    ok: false,
    wire,
    class: classes.includes(String(kind)) ? (kind as 'unknown') : 'unknown',
    code: textOf(said['code'], 'failed'),
    message: textOf(said['message'], 'it failed without words'),
    ...(typeof said['hint'] === 'string' ? { hint: said['hint'] } : {}),
    ...(said['result'] === undefined ? {} : { result: plainJson(said['result']) }),
    ...(wire === 'refused' && changed === 'unknown' ? { changed } : {}),
  };
}

const badAnswer = (message: string, result?: Json): Done => ({
  ok: false,
  wire: 'unknown',
  class: 'plugin',
  code: 'bad-answer',
  message,
  ...(result === undefined ? {} : { result }),
});

const textOf = (value: unknown, instead: string): string => (typeof value === 'string' && value !== '' ? value : instead);

const textsOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;

/** A copy without anything that lives. Throws on cycles and 64-bit integers. */
export const plainJson = (value: unknown): Json =>
  value === undefined ? null : (JSON.parse(JSON.stringify(value) ?? 'null') as Json);

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object';
