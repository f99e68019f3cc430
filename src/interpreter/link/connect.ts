/** A viewer's end of the link. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Actor } from '../core/model/value.ts';
import { isAlive } from '../store/processes.ts';
import { giveProof } from './proof.ts';
import { fromEngine } from './incoming.ts';
import { jsonLine, readLines } from './lines.ts';
import type { Act, Controls, EngineFile, FromEngine, Mode } from './protocol.ts';
import { linkVersion } from './protocol.ts';

/** An engine that does not answer by then is taken for frozen; acts wait as long. */
const answerMs = 5000;

/** No link: there is no engine, or it does not want this viewer. */
export class LinkError extends Error {
  readonly kind: 'none' | 'refused' | 'silent';
  readonly hint?: string;
  constructor(kind: 'none' | 'refused' | 'silent', message: string, hint?: string) {
    super(message);
    this.name = 'LinkError';
    this.kind = kind;
    if (hint !== undefined) this.hint = hint;
  }
}

export type ActReply = { readonly ok: true; readonly seq: number } | { readonly ok: false; readonly why: string };
export type Ended = Omit<Extract<FromEngine, { is: 'ended' }>, 'is'>;

export interface Connection {
  controls(): Controls;
  /** Resolves when the act is on disk, or with the reason why it is not. */
  act(act: Act): Promise<ActReply>;
  close(): void;
}

export interface ConnectOptions {
  /** Path of the run directory. */
  readonly directory: string;
  readonly run: string;
  readonly actor: Actor;
  readonly mode: Mode;
  /** The approval door of a run whose folder belongs to another user. */
  readonly door?: string;
  readonly onQuestions?: (questions: Extract<FromEngine, { is: 'questions' }>) => void;
  /** There are more records, or the controls have moved. */
  readonly onNews?: () => void;
  /** The engine has exited; undefined when it did not say how. */
  readonly onEnd?: (ended: Ended | undefined) => void;
}

export function readEngineFile(directory: string): EngineFile | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'engine.json'), 'utf8')) as EngineFile;
  } catch {
    return undefined;
  }
}

/** Throws LinkError. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { socket, path } = await reach(options);
  const waiting = new Map<string, (done: ActReply) => void>();
  let controls: Controls = { yours: false };
  let ended: Ended | undefined;
  // The same id is the same act, and one process may connect many times.
  const connection = randomUUID();
  let acts = 0;
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => {
      socket.destroy();
      reject(new LinkError('silent', `the engine of run ${options.run} does not answer`, 'is its process stopped?'));
    }, answerMs);
    let forget = (): void => undefined;
    const prove = (name: string): void => {
      try {
        forget = giveProof(path, name);
        socket.write(jsonLine({ is: 'proved' }));
      } catch (problem) {
        clearTimeout(late);
        reject(new LinkError('refused', `the engine cannot be told who asks: ${(problem as Error).message}`));
        socket.destroy();
      }
    };
    const take = (message: FromEngine): void => {
      switch (message.is) {
        case 'challenge':
          prove(message.name);
          return;
        case 'questions':
          options.onQuestions?.(message);
          return;
        case 'welcome':
          forget();
          clearTimeout(late);
          if (message.run !== options.run) reject(new LinkError('refused', `another run answers: ${message.run}`));
          controls = message.controls;
          resolve();
          return;
        case 'refused':
          forget();
          clearTimeout(late);
          reject(new LinkError('refused', message.why, message.hint));
          return;
        case 'ack':
          waiting.get(message.id)?.({ ok: true, seq: message.seq });
          waiting.delete(message.id);
          return;
        case 'nack':
          waiting.get(message.id)?.({ ok: false, why: message.why });
          waiting.delete(message.id);
          return;
        case 'controls':
          controls = message.controls;
          options.onNews?.();
          return;
        case 'poke':
          options.onNews?.();
          return;
        case 'ended':
          ended = message;
          return;
      }
    };
    const wrong = (why: string): void => {
      reject(new LinkError('refused', `what answers at the socket of run ${options.run} is not an engine: ${why}`));
      socket.destroy();
    };
    readLines(
      socket,
      (value) => {
        const message = fromEngine(value);
        if (message === undefined) wrong('it sent a line that is not a message of the link');
        else take(message);
      },
      wrong,
    );
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(late);
      reject(new LinkError('none', `the engine of run ${options.run} has just ended`, goesOn(options.run)));
      for (const done of waiting.values()) done({ ok: false, why: 'the engine has exited' });
      waiting.clear();
      options.onEnd?.(ended);
    });
    socket.write(jsonLine({ is: 'hello', v: linkVersion, run: options.run, actor: options.actor, mode: options.mode }));
  });
  return {
    controls: () => controls,
    act: (act) =>
      new Promise((resolve) => {
        acts += 1;
        const id = `${connection}-${String(acts)}`;
        const late = setTimeout(() => {
          waiting.delete(id);
          resolve({ ok: false, why: 'the engine does not answer; what becomes of it will show' });
        }, answerMs);
        waiting.set(id, (done) => {
          clearTimeout(late);
          resolve(done);
        });
        if (socket.destroyed) waiting.get(id)?.({ ok: false, why: 'the engine has exited' });
        else socket.write(jsonLine({ is: 'do', id, act }));
      }),
    close: () => {
      socket.end();
    },
  };
}

const goesOn = (run: string): string => `\`runbook resume ${run}\` continues it, unless it has finished`;

async function reach(options: ConnectOptions): Promise<{ readonly socket: Socket; readonly path: string }> {
  if (options.door !== undefined) return open(options, options.door, 'which may have just ended');
  const file = readEngineFile(options.directory);
  const resume = goesOn(options.run);
  if (file === undefined || !isAlive(file)) throw new LinkError('none', `no engine runs for run ${options.run}`, resume);
  if (file.socket === undefined) throw new LinkError('none', `the engine of run ${options.run} has no socket: ${file.why ?? ''}`);
  return open(options, file.socket, `process ${String(file.pid)}`);
}

function open(options: ConnectOptions, path: string, whose: string): Promise<{ readonly socket: Socket; readonly path: string }> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      resolve({ socket, path });
    });
    socket.once('error', (problem) => {
      reject(new LinkError('none', `the engine of run ${options.run} (${whose}) cannot be reached: ${problem.message}`));
    });
  });
}
