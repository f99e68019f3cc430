/**
 * The engine's end of the link: viewers connect, say who they are, and act. It is an operator port like any other; what it hears becomes records.
 * Nothing here waits for a viewer: a socket that is not read is not written to (core.md 4).
 */
import { chmodSync, rmSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Stamped } from '../core/model/event.ts';
import type { Plan } from '../core/model/plan.ts';
import type { State } from '../core/model/state.ts';
import type { Actor, Json } from '../core/model/value.ts';
import type { OperatorInput, OperatorPort } from '../engine/operator.ts';
import { lineOf, readLines } from './lines.ts';
import { inputOf, typedAct, whyRefused } from './permission.ts';
import type { FromEngine, FromViewer, Mode, TypedInput } from './protocol.ts';
import { linkVersion } from './protocol.ts';

/** A viewer that has not said who it is by then is let go. */
const helloMs = 5000;
/** A viewer with more than this unread gets no further pokes until it has read. */
const unreadBytes = 64 * 1024;

interface Viewer {
  readonly socket: Socket;
  readonly actor: Actor;
  readonly mode: Mode;
}

/** An act that is on its way to the journal. */
interface Pending {
  readonly viewer: Viewer;
  readonly id: string;
  /** Undefined: the record is about something else. */
  readonly ending: (record: Stamped) => { readonly ok: true } | { readonly ok: false; readonly why: string } | undefined;
}

export interface Link {
  readonly operator: OperatorPort;
  onRecord(record: Stamped, state: Readonly<State>): void;
  /** Tells every viewer how the engine ends, and closes. */
  close(end: Omit<Extract<FromEngine, { is: 'ended' }>, 'is'>): Promise<void>;
}

export interface LinkOptions {
  readonly run: string;
  readonly plan: Plan;
  readonly path: string;
  /** Types a new value of an input, whatever the viewer that sends it made of it. */
  readonly typeInput: (name: string, value: Json) => TypedInput;
}

/** Listens at `path`, which also keeps an engine alive that only waits for an answer; a stale socket file there is replaced, since the run's lock is held by this engine. */
export async function serveLink(options: LinkOptions): Promise<Link> {
  const listeners = new Set<(input: OperatorInput) => void>();
  const viewers = new Set<Viewer>();
  const pending = new Set<Pending>();
  let holder: Viewer | undefined;
  let state: Readonly<State> | undefined;
  const hear = (input: OperatorInput): void => {
    for (const listener of listeners) listener(input);
  };
  const tell = (viewer: Viewer, message: FromEngine): void => {
    if (!viewer.socket.destroyed) viewer.socket.write(lineOf(message));
  };
  const controlsOf = (viewer: Viewer): { yours: boolean; holder?: Actor } => ({
    yours: holder === viewer,
    ...(holder === undefined ? {} : { holder: holder.actor }),
  });
  const hold = (viewer: Viewer | undefined): void => {
    holder = viewer;
    for (const one of viewers) tell(one, { is: 'controls', controls: controlsOf(one) });
  };
  const perform = (viewer: Viewer, message: Extract<FromViewer, { is: 'do' }>): void => {
    const why = whyRefused(options.plan, state, message.act, { ...viewer, holds: holder === viewer });
    if (why !== undefined) {
      tell(viewer, { is: 'nack', id: message.id, why });
      return;
    }
    const typed = typedAct(message.act, options.typeInput);
    if (!typed.ok) {
      tell(viewer, { is: 'nack', id: message.id, why: typed.why });
      return;
    }
    const { input, ending } = inputOf(message.id, typed.act, viewer.actor);
    pending.add({ viewer, id: message.id, ending });
    hear(input);
    if (message.act.is === 'take') hold(viewer);
  };
  const leave = (viewer: Viewer): void => {
    viewers.delete(viewer);
    for (const one of pending) if (one.viewer === viewer) pending.delete(one);
    if (viewer.mode === 'control') hear({ is: 'viewer', what: 'detached', by: viewer.actor });
    if (holder === viewer) hold([...viewers].find((one) => one.mode === 'control'));
  };
  const join = (socket: Socket, hello: Extract<FromViewer, { is: 'hello' }>): Viewer => {
    const viewer: Viewer = { socket, actor: hello.actor, mode: hello.mode };
    viewers.add(viewer);
    if (viewer.mode === 'control') {
      hear({ is: 'viewer', what: 'attached', by: viewer.actor });
      holder ??= viewer;
    }
    const controls = controlsOf(viewer);
    tell(viewer, { is: 'welcome', v: linkVersion, run: options.run, epoch: state?.epoch ?? 0, controls });
    socket.on('close', () => {
      leave(viewer);
    });
    return viewer;
  };
  const server = createServer((socket) => {
    greet(socket, options.run, (hello) => {
      const viewer = join(socket, hello);
      return (message) => {
        perform(viewer, message);
      };
    });
  });
  await listen(server, options.path);
  const poke = coalesced(() => {
    for (const viewer of viewers)
      if (viewer.mode !== 'command' && viewer.socket.writableLength < unreadBytes)
        tell(viewer, { is: 'poke', seq: state?.seq ?? 0 });
  });
  return {
    operator: {
      present: () => undefined,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    onRecord: (record, after) => {
      state = after;
      for (const one of pending) {
        const end = one.ending(record);
        if (end === undefined) continue;
        pending.delete(one);
        tell(one.viewer, end.ok ? { is: 'ack', id: one.id, seq: record.seq } : { is: 'nack', id: one.id, why: end.why });
        break;
      }
      poke();
    },
    close: async (end) => {
      for (const viewer of viewers) {
        tell(viewer, { is: 'ended', ...end });
        viewer.socket.end();
      }
      await closed(server, viewers);
      rmSync(options.path, { force: true });
    },
  };
}

/** The first line must be a hello of this version for this run; after it, acts. */
function greet(
  socket: Socket,
  run: string,
  join: (hello: Extract<FromViewer, { is: 'hello' }>) => (message: Extract<FromViewer, { is: 'do' }>) => void,
): void {
  let take: ((message: Extract<FromViewer, { is: 'do' }>) => void) | undefined;
  const late = setTimeout(() => socket.destroy(), helloMs);
  late.unref();
  const refuse = (why: string, hint?: string): void => {
    socket.end(lineOf({ is: 'refused', why, ...(hint === undefined ? {} : { hint }) }));
  };
  socket.on('error', () => undefined);
  readLines(
    socket,
    (value) => {
      const message = value as FromViewer;
      if (take !== undefined) {
        if (message.is === 'do' && typeof message.id === 'string') take(message);
        return;
      }
      clearTimeout(late);
      if (message.is !== 'hello') refuse('the first line must be a hello');
      else if (message.v !== linkVersion)
        refuse(
          `the viewer speaks version ${String(message.v)} of the link, the engine version ${String(linkVersion)}`,
          'use the version of runbook that started the run',
        );
      else if (message.run !== run) refuse(`this is the engine of run ${run}`);
      else take = join(message);
    },
    refuse,
  );
}

async function listen(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
}

/** Viewers get a moment to read how it ended; one that does not read is not waited for. */
function closed(server: Server, viewers: ReadonlySet<Viewer>): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      for (const viewer of viewers) viewer.socket.destroy();
    }, 500);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
  });
}

/** Any number of calls in one turn of the loop are one. */
function coalesced(work: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      work();
    });
  };
}
