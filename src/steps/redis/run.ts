/** Performs redis steps. */
import type { RedisCall, RedisClient, RedisFailure } from '../../clients/redis/client.ts';
import { openRedis } from '../../clients/redis/client.ts';
import { readRedisTarget } from '../../clients/redis/target.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import { captureKeys } from './capture.ts';
import { changedBy } from './changed-by.ts';
import { slotsMove, slotsOf, wholeCluster } from './cluster.ts';
import { whyForbidden } from './commands.ts';
import { saysNothing } from './nothing.ts';
import type { Judge } from './server-table.ts';
import { serverTable } from './server-table.ts';
import { restoreKeys } from './undo.ts';

interface Params {
  readonly command?: readonly (string | number)[];
  readonly scan?: { readonly match: string; readonly type?: string; readonly max?: number };
}

const page = '1000';

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => {
    const client = openRedis(await readRedisTarget(open.target ?? {}, open.directory));
    const judge = serverTable(client);
    return {
      describe: (params) => words(params as Params),
      run: async (params, context) => {
        const asked = params as Params;
        return asked.scan === undefined ? command(client, judge, asked, context) : scan(client, asked.scan, context);
      },
      capture: async (params, context) => captureKeys(client, argvOf(params as Params), context),
      restore: async (old, params, context) => restoreKeys(client, old, argvOf(params as Params), context),
      preview: async (params) => ({ diff: `would send ${words(params as Params)}`, data: null }),
      close: () => client.close(),
    };
  },
};

const argvOf = (params: Params): readonly string[] => (params.command ?? []).map(String);

const words = (params: Params): string =>
  params.scan === undefined ? (params.command ?? []).map(String).join(' ') : `SCAN all MATCH ${params.scan.match}`;

async function command(client: RedisClient, judge: Judge, params: Params, context: RunContext): Promise<Done> {
  const argv = (params.command ?? []).map(String);
  const why = whyForbidden(argv);
  if (why !== undefined) return { ok: false, wire: 'notStarted', class: 'config', code: 'refused', message: why };
  const refused = await judge(argv, context);
  if (refused !== undefined) return refused;
  const whole = await wholeCluster(client, argv, context);
  if (whole !== undefined) return whole;
  const answer = await client.call(argv, context.signal, context.sent);
  if (!answer.ok) return brokenScript(answer);
  return {
    ok: true,
    changed: changedBy(argv, answer.reply, context.attempt > 1),
    noData: saysNothing(argv, answer.reply),
    result: { reply: answer.reply },
    int64: answer.int64.map((pointer) => `/reply${pointer}`),
    undecoded: answer.undecoded.map((pointer) => `/reply${pointer}`),
  };
}

/** One page is not the result: until the cursor is 0; a key may come twice. In a cluster, of every master. */
async function scan(client: RedisClient, asked: NonNullable<Params['scan']>, context: RunContext): Promise<Done> {
  const keys = new Set<string>();
  const masters = await client.masters(context.signal);
  if (!masters.ok) return masters;
  const before = await slotsOf(client, masters.calls, context);
  if (before?.ok === false) return before;
  for (const call of masters.calls) {
    const failed = await scanOne(call, asked, context, keys);
    if (failed !== undefined) return failed;
  }
  const after = before === undefined ? undefined : await slotsOf(client, masters.calls, context);
  if (after?.ok === false) return after;
  if (after?.slots !== before?.slots) return slotsMove('slots moved while they were read');
  return { ok: true, changed: false, result: { reply: [...keys].sort(), count: keys.size } };
}

/** Adds to `keys`; undefined when the cursor has come back to 0. */
async function scanOne(
  call: RedisCall,
  asked: NonNullable<Params['scan']>,
  context: RunContext,
  keys: Set<string>,
): Promise<Extract<Done, { ok: false }> | undefined> {
  const most = asked.max ?? 10_000;
  for (let cursor = '0'; ;) {
    const argv = ['SCAN', cursor, 'MATCH', asked.match, 'COUNT', page, ...(asked.type === undefined ? [] : ['TYPE', asked.type])];
    const answer = await call(argv, context.signal, context.sent);
    if (!answer.ok) return answer;
    if (answer.undecoded.length > 0)
      return {
        ok: false,
        wire: 'refused',
        class: 'validation',
        code: 'not-utf8',
        message: `${String(answer.undecoded.length)} of the keys that match ${asked.match} are not UTF-8, so they could not be used as shown`,
        hint: 'narrow match, so that it leaves them out',
      };
    const [next, found] = answer.reply as readonly [Json, readonly Json[]];
    for (const key of found) keys.add(String(key));
    if (keys.size > most)
      return {
        ok: false,
        wire: 'refused',
        class: 'validation',
        code: 'too-many-keys',
        message: `more than ${String(most)} keys match ${asked.match}`,
        hint: 'narrow match, or raise max',
      };
    cursor = String(next);
    if (cursor === '0') return undefined;
    context.progress({ done: keys.size });
  }
}

/** Scripts and functions are not taken back when they fail on the way: what they did before the error stays (Redis 7 and before name the place so). */
function brokenScript(failure: RedisFailure): RedisFailure {
  if (failure.wire !== 'refused' || !/ script: \S+, on @|Error running script/.test(failure.message)) return failure;
  return { ...failure, wire: 'unknown', hint: 'what the script did before the error stays done' };
}
