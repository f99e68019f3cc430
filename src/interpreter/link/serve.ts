/**
 * The engine's end of the link: viewers connect, say who they are, and act. It is an operator port like any other; what it hears becomes records.
 * Nothing here waits for a viewer: a socket that is not read is not written to.
 */
import { chmodSync, rmSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Stamped } from '../core/model/event.ts';
import type { Plan } from '../core/model/plan.ts';
import type { State } from '../core/model/state.ts';
import type { Actor, Json } from '../core/model/value.ts';
import type { OperatorPort } from '../engine/operator.ts';
import { sayingOperator } from '../engine/operator.ts';
import type { Accounts } from './account.ts';
import { jsonLine } from './lines.ts';
import { greet } from './greet.ts';
import { openProofFolder } from './proof.ts';
import { inputOf, typedAct, whyRefused } from './permission.ts';
import type { Act, Asked, FromEngine, FromViewer, Mode, TypedInput } from './protocol.ts';
import { linkVersion } from './protocol.ts';

/** A viewer with more than this unread gets no further pokes until it has read. */
const unreadBytes = 64 * 1024;
/** Anybody on the host may come to the door: connections at a time, and how long each may stay, ms. The engine needs its files and sockets itself. */
const doorConnections = 32;
const doorMs = 30_000;

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
  readonly accounts?: Accounts;
  /** Where other users of this host may approve; `mayApprove`: whether this question is one for them. */
  readonly door?: { readonly path: string; readonly mayApprove: MayApprove };
}

type MayApprove = (state: Readonly<State>, question: State['questions'][string], by: Actor) => boolean;

/** Listens at `path`, which also keeps an engine alive that only waits for an answer; a stale socket file there is replaced, since the run's lock is held by this engine. */
export async function serveLink(options: LinkOptions): Promise<Link> {
  const viewers = new Set<Viewer>();
  const pending = new Set<Pending>();
  let holder: Viewer | undefined;
  let state: Readonly<State> | undefined;
  const { operator, say: hear } = sayingOperator();
  const tell = (viewer: Viewer, message: FromEngine): void => {
    if (!viewer.socket.destroyed) viewer.socket.write(jsonLine(message));
  };
  const controlsOf = (viewer: Viewer): { yours: boolean; holder?: Actor } => ({
    yours: holder === viewer,
    ...(holder === undefined ? {} : { holder: holder.actor }),
  });
  const hold = (viewer: Viewer | undefined): void => {
    holder = viewer;
    for (const one of viewers) if (one.mode !== 'approve') tell(one, { is: 'controls', controls: controlsOf(one) });
  };
  const perform = (viewer: Viewer, message: Extract<FromViewer, { is: 'do' }>): void => {
    const why =
      viewer.mode === 'approve' && !forDoor(viewer, message.act)
        ? 'you may answer only what is asked of you'
        : whyRefused(options.plan, state, message.act, { ...viewer, holds: holder === viewer });
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
  const askedOf = (viewer: Viewer): readonly Asked[] =>
    Object.entries(state?.questions ?? {}).flatMap(([id, question]) => {
      if (state === undefined || options.door?.mayApprove(state, question, viewer.actor) !== true) return [];
      const { key, show, shown, from } = question;
      return [{ id, key, show, shown, ...(from === undefined ? {} : { from }) }];
    });
  const forDoor = (viewer: Viewer, act: Act): boolean =>
    act.is === 'answer' && askedOf(viewer).some((one) => one.id === act.question);
  const leave = (viewer: Viewer): void => {
    viewers.delete(viewer);
    for (const one of pending) if (one.viewer === viewer) pending.delete(one);
    if (viewer.mode === 'control') hear({ is: 'viewer', what: 'detached', by: viewer.actor });
    if (holder === viewer) hold([...viewers].find((one) => one.mode === 'control'));
  };
  const join = (socket: Socket, mode: Mode, actor: Actor): Viewer => {
    const viewer: Viewer = { socket, actor, mode };
    viewers.add(viewer);
    if (viewer.mode === 'control') {
      hear({ is: 'viewer', what: 'attached', by: viewer.actor });
      holder ??= viewer;
    }
    if (mode === 'approve') {
      const open = askedOf(viewer);
      const known = open.length > 0 && state?.operator !== undefined ? { starter: state.operator } : {};
      tell(viewer, { is: 'questions', runbook: open.length > 0 ? options.plan.runbook.id : '', ...known, open });
    }
    const controls = mode === 'approve' ? { yours: false } : controlsOf(viewer);
    tell(viewer, { is: 'welcome', v: linkVersion, run: options.run, epoch: state?.epoch ?? 0, controls });
    socket.on('close', () => {
      leave(viewer);
    });
    return viewer;
  };
  const serverAt = (path: string, modes: readonly Mode[]): Server =>
    createServer((socket) => {
      greet(socket, { run: options.run, path, modes, accounts: options.accounts ?? {} }, (mode, actor) => {
        const viewer = join(socket, mode, actor);
        return (message) => {
          perform(viewer, message);
        };
      });
    });
  const server = serverAt(options.path, ['control', 'watch', 'command']);
  openProofFolder(options.path, false);
  await listen(server, options.path, 0o600);
  const doorServer = options.door === undefined ? undefined : serverAt(options.door.path, ['approve']);
  if (options.door !== undefined && doorServer !== undefined) {
    doorServer.maxConnections = doorConnections;
    doorServer.on('connection', leaveInTime);
    openProofFolder(options.door.path, true);
    await listen(doorServer, options.door.path, 0o666);
    chmodSync(dirname(options.door.path), 0o711);
  }
  const poke = coalesced(() => {
    for (const viewer of viewers)
      if (viewer.mode !== 'command' && viewer.mode !== 'approve' && viewer.socket.writableLength < unreadBytes)
        tell(viewer, { is: 'poke', seq: state?.seq ?? 0 });
  });
  return {
    operator,
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
      await Promise.all([server, ...(doorServer === undefined ? [] : [doorServer])].map((one) => closed(one, viewers)));
      rmSync(options.path, { force: true });
      if (options.door !== undefined) rmSync(dirname(options.door.path), { recursive: true, force: true });
    },
  };
}

/** Whoever approves reads, answers and goes. */
function leaveInTime(socket: Socket): void {
  const late = setTimeout(() => socket.destroy(), doorMs);
  late.unref();
  socket.on('close', () => {
    clearTimeout(late);
  });
}

async function listen(server: Server, path: string, mode: number): Promise<void> {
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, mode);
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
