/** What the lab itself asks of the system. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Message } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import type { LabState } from '../../state.ts';
import { addressOf } from '../../state.ts';
import { leave } from '../../services/consumer.ts';
import { kafkaClient } from './kafka-client.ts';

export async function withAdmin<Result>(state: LabState, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = kafkaClient(addressOf(state, 'kafka'), 'lab', 3).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await leave(admin);
  }
}

export async function produce(state: LabState, topic: string, messages: readonly Message[], perRequest = 5000): Promise<void> {
  const producer = kafkaClient(addressOf(state, 'kafka'), 'lab', 3).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  try {
    for (let at = 0; at < messages.length; at += perRequest)
      await producer.send({ topic, acks: 1, messages: messages.slice(at, at + perRequest) });
  } finally {
    await leave(producer);
  }
}

export interface Health {
  readonly status: string;
  readonly alert: string;
  readonly dlq_health: { readonly status: string; readonly last_success_at: string | null; readonly failures: number };
  readonly halted_threads: readonly string[];
}

/** Undefined: it does not answer. */
export async function healthOf(state: LabState): Promise<Health | undefined> {
  const text = await textOf(state, 'websocketServer', '/health');
  return text === undefined ? undefined : (JSON.parse(text) as Health);
}

/** What a port of the world answers with 200; undefined: something else, or nothing. */
export async function textOf(state: LabState, port: string, path: string): Promise<string | undefined> {
  try {
    const reply = await fetch(`http://${addressOf(state, port)}${path}`, { signal: AbortSignal.timeout(5000) });
    const text = await reply.text();
    return reply.status === 200 ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A broker alone needs half a minute to start on a busy machine; a verb of the lab waits for a minute. */
const patienceMs = 50_000;

/** Tries again for a while: a broker that has just started, and topics that were just made, refuse for a moment. */
export async function persistently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const deadline = performance.now() + patienceMs; ; await sleep(50)) {
    try {
      return await work();
    } catch (problem) {
      if (performance.now() > deadline) throw problem;
    }
  }
}

/** Waits until it holds, but not for ever. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await sleep(50)) if (await holds()) return;
  throw new Error(`not after ${String(patienceMs / 1000)} s: ${what}`);
}
