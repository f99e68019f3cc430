/**
 * Two commands of the house: `get` prints a value as JSON (or `{ "value": ..., "version": ... }`), `set` changes it. In their arguments
 * `{flag}`, `{value}` (JSON) and `{version}` are filled in, one argument stays one argument. Secrets go through `env`, never through argv.
 */
import { isDeepStrictEqual } from 'node:util';
import { runProcess } from '../../../clients/process.ts';
import { parseLosslessJson } from '../../../interpreter/core/model/json.ts';
import type { Json } from '../../../interpreter/core/model/value.ts';
import type { FlagCall, FlagEntry, FlagFailure, FlagRead, FlagState, Provider } from './provider.ts';
import { flagChanged, misconfigured, flagRefused } from './provider.ts';
import { lastPart } from '../../../interpreter/port/text.ts';

export function commandProvider(entry: FlagEntry, directory: string, named: (flag: string) => string): Provider {
  const printed = async (flag: string, call: FlagCall, command: Filled, started: () => void): Promise<string | FlagFailure> => {
    if (named(flag).startsWith('-') && !command.argv.includes('--'))
      return misconfigured('option', `the flag "${named(flag)}" would be taken as an option of ${command.argv[0] ?? ''}`);
    const argv = filled(command.argv, { ...command.by, flag: named(flag) });
    const end = await runProcess({
      argv,
      cwd: directory,
      env: entry.env ?? {},
      signal: call.signal,
      cookie: call.cookie,
      started,
      output: () => undefined,
    });
    if (end.is === 'notStarted') return misconfigured(end.code, end.message);
    if (call.signal.aborted)
      return { ok: false, wire: 'unknown', class: 'timeout', code: 'timeout', message: `${argv[0] ?? ''} did not end in time` };
    if (end.code === 0) return end.out.text;
    const why = lastPart(end.err.text.trim(), 300);
    const how = end.signal === null ? `exit code ${String(end.code)}` : `signal ${end.signal}`;
    return {
      ...flagRefused('exit', `${argv[0] ?? ''}: ${how}${why === '' ? '' : `: ${why}`}`),
      class: 'exit-code',
      wire: end.signal === null ? 'refused' : 'unknown',
    };
  };
  const read = async (flag: string, call: FlagCall): Promise<FlagRead> => {
    if (entry.get === undefined) return misconfigured('no-get', 'the flag target has no command `get`');
    const text = await printed(flag, call, { argv: entry.get }, () => undefined);
    return typeof text === 'string' ? stateOf(text, entry.get[0] ?? '') : text;
  };
  return {
    named,
    read,
    write: async (flag, value, was, call) => {
      if (entry.set === undefined) return misconfigured('no-set', 'the flag target has no command `set`');
      const now = await read(flag, call);
      if (!now.ok) return now;
      if (now.version !== was.version || !isDeepStrictEqual(now.value, was.value)) return flagChanged(flag);
      const by = { value: JSON.stringify(value), version: was.version };
      const text = await printed(flag, call, { argv: entry.set, by }, call.sent);
      return typeof text === 'string' ? { ok: true } : text;
    },
    may: async (flag, what, call) => {
      if (entry.may === undefined) {
        const found = await read(flag, call);
        return found.ok ? { ok: true, may: what === 'read' || entry.set !== undefined } : found;
      }
      const text = await printed(flag, call, { argv: entry.may, by: { what } }, () => undefined);
      if (typeof text !== 'string') return text;
      const answer = text.trim();
      if (answer === 'true' || answer === 'false') return { ok: true, may: answer === 'true' };
      return flagRefused('not-json', `${entry.may[0] ?? ''} printed neither true nor false`);
    },
    close: async () => undefined,
  };
}

/** A command of the entry, and what is filled into it beside the flag. */
interface Filled {
  readonly argv: readonly string[];
  readonly by?: Readonly<Record<string, string>>;
}

/** Values never become a second argument: each element is filled in by itself, in one pass. */
const filled = (argv: readonly string[], by: Readonly<Record<string, string>>): readonly string[] =>
  argv.map((one) => one.replace(/\{(flag|value|version|what)\}/g, (whole, name: string) => by[name] ?? whole));

function stateOf(text: string, command: string): FlagRead {
  let found: Json;
  try {
    found = parseLosslessJson(text);
  } catch (problem) {
    const words = `${command} printed no JSON that can be kept: ${(problem as Error).message}`;
    return { ...flagRefused('not-json', words), class: 'plugin' };
  }
  const state = withVersion(found);
  return { ok: true, ...state };
}

function withVersion(found: Json): FlagState {
  if (found !== null && typeof found === 'object' && !Array.isArray(found) && Object.hasOwn(found, 'value')) {
    const { value = null, version } = found as Readonly<Record<string, Json>>;
    return { value, version: version === undefined ? JSON.stringify(value) : String(version) };
  }
  return { value: found, version: JSON.stringify(found) };
}
