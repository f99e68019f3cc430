// The runner of the step type: everything that is sent to the server is decided here.
import { Refusal, expected, open } from './protocol.js';

/** @import { Done, RunContext, Runner, Session } from '../../../src/interpreter/port/step-type.ts' */
/** @typedef {{ tube: string, kick?: number, pause?: number }} Params */

/** @type {Runner} */
export const runner = {
  open: async ({ target }) => {
    const { host, port = 11300 } = /** @type {{ host: string, port?: number }} */ (target);
    return session({ host, port });
  },
};

/**
 * @param {{ host: string, port: number }} address
 * @returns {Session}
 */
function session(address) {
  return {
    describe: (params) => commandOf(params),
    run: (params, context) => talking(address, params, context, (server, own) => perform(server, own, context)),
    capture: async (params, context) => {
      const server = await open(address, context.signal);
      try {
        const { 'pause-time-left': left } = await server.stats(params.tube);
        return { left: Number(left), set: secondsOf(params.pause) };
      } finally {
        server.close();
      }
    },
    restore: (old, params, context) =>
      talking(address, params, context, (server, own) => takeBack(server, old, own.tube, context)),
    preview: async (params, context) => {
      const server = await open(address, context.signal);
      try {
        const { buried, delayed } = resultOf(await server.stats(params.tube));
        const of = buried > 0 ? `${buried} buried` : `${delayed} delayed`;
        const diff =
          params.kick === undefined ? commandOf(params) : `up to ${params.kick} of ${of} jobs of ${params.tube} become ready`;
        return { diff, data: { buried, delayed } };
      } finally {
        server.close();
      }
    },
    close: async () => undefined,
  };
}

async function perform(server, { tube, kick, pause }, { sent }) {
  if (kick === undefined && pause === undefined) {
    sent();
    return { ok: true, changed: false, result: resultOf(await server.stats(tube)) };
  }
  // A tube that nobody uses would be made by `use`, and a mistyped name would be kicked in silence.
  await server.stats(tube);
  if (pause !== undefined) {
    sent();
    expected(await server.ask(`pause-tube ${tube} ${secondsOf(pause)}`), 'PAUSED');
    return { ok: true, changed: true, result: resultOf(await server.stats(tube)) };
  }
  expected(await server.ask(`use ${tube}`), 'USING');
  sent();
  const kicked = Number(expected(await server.ask(`kick ${kick}`), 'KICKED'));
  return { ok: true, changed: kicked > 0, result: { ...resultOf(await server.stats(tube)), kicked } };
}

/** Somebody who paused or resumed the tube since has the last word. */
async function takeBack(server, old, tube, { sent }) {
  const now = await server.stats(tube);
  const left = Number(now['pause-time-left']);
  if (left > 0 && Number(now['pause']) !== old.set)
    throw new Refusal('refused', 'validation', 'changed-since', `${tube} was paused anew since, for ${now['pause']} s`);
  const wanted = left > 0 || old.set === 0 ? old.left : 0;
  if (wanted === left) return { ok: true, changed: false, result: resultOf(now) };
  sent();
  expected(await server.ask(`pause-tube ${tube} ${wanted}`), 'PAUSED');
  return { ok: true, changed: true, result: resultOf(await server.stats(tube)) };
}

/**
 * A connection for one call, and every failure in the words of the port.
 * @returns {Promise<Done>}
 */
async function talking(address, params, context, work) {
  let began = false;
  let server;
  try {
    if (!/^[A-Za-z0-9+/;.$_()][A-Za-z0-9+/;.$_()-]{0,199}$/.test(params.tube))
      throw new Refusal('notStarted', 'validation', 'tube-name', `${JSON.stringify(params.tube)} is no name of a tube`);
    server = await open(address, context.signal);
    const watched = {
      ...context,
      sent: () => {
        began = true;
        context.sent();
      },
    };
    return await work(server, params, watched);
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    const wire = problem.wire === 'unknown' && !began ? 'notStarted' : problem.wire;
    return { ok: false, wire, class: problem.kind, code: problem.code, message: problem.message };
  } finally {
    server?.close();
  }
}

const resultOf = (stats) => ({
  ready: Number(stats['current-jobs-ready']),
  reserved: Number(stats['current-jobs-reserved']),
  delayed: Number(stats['current-jobs-delayed']),
  buried: Number(stats['current-jobs-buried']),
  waiting: Number(stats['current-waiting']),
  pauseLeft: Number(stats['pause-time-left']),
});

/** The server counts whole seconds. */
const secondsOf = (milliseconds) => Math.ceil(milliseconds / 1000);

function commandOf({ tube, kick, pause }) {
  if (kick !== undefined) return `kick ${kick} (tube ${tube})`;
  return pause === undefined ? `stats-tube ${tube}` : `pause-tube ${tube} ${secondsOf(pause)}`;
}
