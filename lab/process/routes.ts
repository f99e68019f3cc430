/** What every world answers at its control port: sinks, calls of stand-ins, faults and heal. The rest is the world's. */
import type { World, Running } from '../worlds/world.ts';
import type { Call, Reply } from './call.ts';
import { notFound, ok, wrongMethod } from './call.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { Invocation } from '../tools/tool.ts';
import type { createQueue } from './queue.ts';
import type { Sinks } from './sinks.ts';
import { isSink } from './sinks.ts';

/** What is there before the world is. */
export interface Shelf {
  readonly sinks: Sinks;
  readonly calls: { add(entry: unknown): void; list(): readonly unknown[] };
  readonly supervisor: Supervisor;
  /** Faults and heal come one at a time. */
  readonly exclusive: ReturnType<typeof createQueue>;
}

/** `running` undefined: the world is still starting. */
export async function answer(call: Call, shelf: Shelf, world: World, running: Running | undefined): Promise<Reply> {
  const [first, second] = call.path;
  if (first === 'sink') return sink(call, shelf, second ?? '');
  if (first === 'calls') return calls(call, shelf);
  if (running === undefined) return { status: 503, json: { error: 'starting' } };
  if (first === 'ready') return ok({ ready: true });
  if (first === 'state') return ok(running.state());
  if (first === 'units') return ok(shelf.supervisor.list());
  if (first === 'tools') return tool(call, shelf, running);
  const done = call.method === 'POST' ? await action(call, shelf, world, running) : undefined;
  return done ?? (await running.answer(call)) ?? notFound;
}

function sink(call: Call, { sinks }: Shelf, name: string): Reply {
  if (!isSink(name)) return notFound;
  if (call.method === 'GET') return ok(sinks.list(name));
  if (call.method !== 'POST' && call.method !== 'PUT' && call.method !== 'PATCH') return wrongMethod;
  sinks.add(name, call.body ?? null);
  return ok({ ok: true });
}

function calls(call: Call, shelf: Shelf): Reply {
  if (call.method === 'POST') shelf.calls.add(call.body);
  return ok(call.method === 'POST' ? { ok: true } : shelf.calls.list());
}

/** Every call of a tool is kept, with how it ended. */
async function tool(call: Call, shelf: Shelf, running: Running): Promise<Reply> {
  const program = call.path[1] ?? '';
  const invocation = call.body as Invocation;
  const named = running.tools !== undefined && Object.hasOwn(running.tools, program) ? running.tools[program] : undefined;
  if (named === undefined) return notFound;
  const result = await named(invocation);
  shelf.calls.add({ program, argv: invocation.argv, host: invocation.host, code: result.code });
  return ok(result);
}

async function action(call: Call, shelf: Shelf, world: World, running: Running): Promise<Reply | undefined> {
  const [kind, name = ''] = call.path;
  if (kind === 'faults') {
    if (!Object.hasOwn(world.faults, name)) return notFound;
    await shelf.exclusive(() => running.fault(name));
    return ok({ injected: name });
  }
  if (kind === 'disabled') {
    if (world.remedies?.includes(name) !== true || running.disable === undefined) return notFound;
    running.disable(name);
    return ok({ disabled: name });
  }
  if (kind !== 'heal') return undefined;
  await shelf.exclusive(() => running.heal());
  shelf.sinks.clear();
  return ok({ healed: true });
}
