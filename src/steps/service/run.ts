/** Performs service steps: read, act only where something is to be done, and wait until the service is as asked and stays so. */
import { quoteWords } from '../../clients/quote.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import type { ManagerRequest, ServiceState } from './manager.ts';
import type { OpenedManager } from './open-manager.ts';
import { openManager, runCommand } from './open-manager.ts';
import type { ServiceParams } from './params.ts';
import { actionOf, possible } from './params.ts';

const defaultWithinMs = 60_000;
const defaultHoldMs = 3000;
const pollMs = 500;
const lastReadingMs = 1500;

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => {
    const opened = openManager(open.targetType ?? '', open.target, open.directory);
    return {
      describe: (params) =>
        quoteWords(commandOf(opened, requestOf(params as ServiceParams, open.targetType), params as ServiceParams)),
      run: (params, context) => told(() => perform(opened, params as ServiceParams, context)),
      capture: async (params, context) => {
        const found = await read(
          opened,
          requestOf(params as ServiceParams, open.targetType).name,
          params as ServiceParams,
          context,
        );
        if (!found.ok) throw new Error(found.done.ok ? 'the service cannot be read' : found.done.message);
        return { wanted: found.state.wanted, image: found.state.image ?? null };
      },
      restore: (old, params, context) => told(() => restore(opened, old as unknown as Old, params as ServiceParams, context)),
      preview: async (params, context) => {
        const request = requestOf(params as ServiceParams, open.targetType);
        const found = await read(opened, request.name, params as ServiceParams, context);
        const now = found.ok ? wordsOf(found.state) : found.done.ok ? '' : found.done.message;
        return {
          diff: `${request.name} is ${now}; would run: ${quoteWords(commandOf(opened, request, params as ServiceParams))}`,
          data: null,
        };
      },
      close: async () => undefined,
    };
  },
};

async function told(work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (problem) {
    return { ok: false, wire: 'notStarted', class: 'config', code: 'service', message: (problem as Error).message };
  }
}

/** Throws in words where templates or the configuration leave nothing that could be done. */
function requestOf(params: ServiceParams, type = ''): ManagerRequest {
  const action = actionOf(params as Readonly<Record<string, Json | undefined>>);
  if (action === undefined) throw new Error('a service step names one action: status, restart, start, stop, scale or replace');
  if (possible[type]?.includes(action) !== true) throw new Error(`a ${type} target cannot ${action}`);
  const name = String(params[action]);
  if (!/^[^-\s][^\s]*$/.test(name)) throw new Error(`${action} needs the name of a service; got ${JSON.stringify(name)}`);
  const replicas = params.replicas === undefined ? undefined : Number(params.replicas);
  if (action === 'scale' && (replicas === undefined || !Number.isInteger(replicas) || replicas < 0))
    throw new Error(`replicas must be a whole number from 0; got ${String(params.replicas)}`);
  return {
    action,
    name,
    ...(replicas === undefined ? {} : { replicas }),
    ...(params.image === undefined ? {} : { image: params.image }),
  };
}

const withSudo = (argv: readonly string[], { sudo }: ServiceParams): readonly string[] =>
  sudo === true ? ['sudo', '-n', ...argv] : argv;

const commandOf = ({ manager }: OpenedManager, request: ManagerRequest, params: ServiceParams): readonly string[] =>
  withSudo(request.action === 'status' ? manager.reading(request.name) : manager.acting(request), params);

type Read = { readonly ok: true; readonly state: ServiceState } | { readonly ok: false; readonly done: Done };

async function read(opened: OpenedManager, name: string, params: ServiceParams, context: RunContext): Promise<Read> {
  const ran = await runCommand(opened, withSudo(opened.manager.reading(name), params), context);
  if (!ran.ok) return ran;
  try {
    return { ok: true, state: opened.manager.read(ran.out, name) };
  } catch (problem) {
    const { message } = problem as Error;
    return { ok: false, done: { ok: false, wire: 'refused', class: 'validation', code: 'no-state', message } };
  }
}

async function perform(opened: OpenedManager, params: ServiceParams, context: RunContext): Promise<Done> {
  const by = latest(context);
  const request = requestOf(params, context.targetType);
  const before = await read(opened, request.name, params, context);
  if (!before.ok) return before.done;
  if (request.action === 'status') return { ok: true, changed: false, result: resultOf(before.state) };
  if (isSettled(request, before.state)) return ended(before.state, before.state, false);
  return act({ opened, request, params, before: before.state, by }, context);
}

/** A restart always acts; everything else only where the service is not as asked. */
const isSettled = (request: ManagerRequest, state: ServiceState): boolean =>
  request.action !== 'restart' && isAsAsked(request, state, undefined);

interface Task {
  readonly opened: OpenedManager;
  readonly request: ManagerRequest;
  readonly params: ServiceParams;
  readonly before: ServiceState;
  /** When the last reading must have been made. */
  readonly by: number;
}

/** Leaves time to report what is wrong before the engine cuts the attempt off. */
const latest = ({ clock, deadline }: RunContext): number => clock.now() + deadline - lastReadingMs;

async function act(task: Task, context: RunContext): Promise<Done> {
  const { opened, request, params } = task;
  const ran = await runCommand(opened, commandOf(opened, request, params), context, context.sent);
  if (!ran.ok) return ran.done;
  return settled(task, context);
}

/** What is asked for, and for a restart that it is another life than before. */
function isAsAsked({ action, replicas, image }: ManagerRequest, state: ServiceState, before: ServiceState | undefined): boolean {
  if (action === 'stop' || (action === 'scale' && replicas === 0)) return state.state === 'stopped';
  if (!state.healthy) return false;
  if (action === 'scale') return state.wanted === replicas;
  if (action === 'replace') return state.image === image;
  return action !== 'restart' || before === undefined || state.life !== before.life;
}

async function settled({ opened, request, params, before, by }: Task, context: RunContext): Promise<Done> {
  const { clock, signal } = context;
  const end = Math.min(clock.now() + (params.within ?? defaultWithinMs), by);
  const holdMs = request.action === 'stop' ? 0 : (params.hold ?? defaultHoldMs);
  let since: { readonly at: number; readonly life: string } | undefined;
  for (;;) {
    const found = await read(opened, request.name, params, context);
    const now = clock.now();
    if (signal.aborted)
      return {
        ok: false,
        wire: 'unknown',
        class: 'timeout',
        code: 'timeout',
        message: `the step ended before ${request.name} was as asked`,
      };
    const good = found.ok && isAsAsked(request, found.state, before);
    if (!good) since = undefined;
    else if (since?.life !== found.state.life) since = { at: now, life: found.state.life };
    if (found.ok && since !== undefined && now - since.at >= holdMs) return ended(before, found.state, true);
    if (now >= end) return notSettled(request, found);
    context.progress({ text: found.ok ? wordsOf(found.state) : 'cannot be read' });
    await clock.sleep(pollMs, signal);
  }
}

function notSettled({ action, name }: ManagerRequest, found: Read): Done {
  const last = found.ok ? wordsOf(found.state) : found.done.ok ? '' : found.done.message;
  return {
    ok: false,
    wire: 'refused',
    class: 'validation',
    code: 'not-healthy',
    message: `${name} is ${last} after ${action}`,
    hint: 'look at its log; `within` says how long it may take',
    changed: 'unknown',
    ...(found.ok ? { result: resultOf(found.state) } : {}),
  };
}

interface Old {
  readonly wanted: number;
  readonly image: string | null;
}

/** Puts back only what is still as this step left it. */
async function restore(opened: OpenedManager, old: Old, params: ServiceParams, context: RunContext): Promise<Done> {
  const by = latest(context);
  const request = requestOf(params, context.targetType);
  const found = await read(opened, request.name, params, context);
  if (!found.ok) return found.done;
  const { state } = found;
  const back = backOf(request, old, context.targetType ?? '');
  if (back === undefined || isSettled(back, state)) return ended(state, state, false);
  const left = {
    start: state.wanted > 0,
    stop: state.wanted === 0,
    scale: state.wanted === request.replicas,
    replace: state.image === request.image,
  };
  if (context.overwrite !== true && left[request.action as keyof typeof left] === false)
    return {
      ok: false,
      wire: 'refused',
      class: 'validation',
      code: 'changed-meanwhile',
      message: `${request.name} is ${wordsOf(state)}, which is not what this step left: somebody else has changed it`,
    };
  return act({ opened, request: back, params, before: state, by }, context);
}

function backOf({ action, name }: ManagerRequest, old: Old, type: string): ManagerRequest | undefined {
  if (action === 'replace') return old.image === null ? undefined : { action, name, image: old.image };
  if (action === 'scale' || type === 'kubernetes') return { action: 'scale', name, replicas: old.wanted };
  return { action: old.wanted > 0 ? 'start' : 'stop', name };
}

const resultOf = ({ state, healthy, wanted, ready, image }: ServiceState): Readonly<Record<string, Json>> => ({
  state,
  healthy,
  wanted,
  ready,
  ...(image === undefined ? {} : { image }),
});

const ended = (before: ServiceState, now: ServiceState, changed: boolean): Done => ({
  ok: true,
  changed,
  result: { ...resultOf(now), before: resultOf(before) },
});

const wordsOf = ({ state, wanted, ready, image }: ServiceState): string =>
  `${state} (${String(ready)} of ${String(wanted)} ready${image === undefined ? '' : `, ${image}`})`;
