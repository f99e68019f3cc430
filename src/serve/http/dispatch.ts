/** From a request to a reply: limits, the one route, the one door, and every refusal in words. */
import { CommandError, exitCodes, wholeMessage } from '../../console/exit-codes.ts';
import type { House } from '../house.ts';
import type { Person } from '../identity/who.ts';
import { agentOf, personOf } from '../identity/who.ts';
import { problemPage } from '../pages/problem.ts';
import type { Route } from '../routes/route.ts';
import { findRoute } from '../routes/route.ts';
import type { HttpCall } from './call.ts';
import type { Limiter } from './rate.ts';
import type { RouteReply } from './reply.ts';
import { json, htmlPage, CallRefused, seeOther } from './reply.ts';

export interface CallLimits {
  /** Of one address. */
  readonly address: Limiter;
  /** Of one person, agent or sender. */
  readonly caller: Limiter;
  /** Credentials that were wrong, of one address. */
  readonly wrong: Limiter;
}

export interface Dispatcher {
  readonly house: House;
  readonly routes: readonly Route[];
  readonly limits: CallLimits;
  /** An internal error, for the log; returns what the caller is told to name. */
  readonly report: (problem: unknown) => string;
}

/** Never throws. */
export async function dispatch(at: Dispatcher, call: HttpCall): Promise<RouteReply> {
  let speaks: Route['speaks'] = 'text';
  let person: Person | undefined;
  try {
    const { route, named } = findRoute(at.routes, call.method, call.path);
    ({ speaks } = route);
    const asked = { house: at.house, call, named };
    if (route.door !== 'person') {
      limitCaller(at, route.door === 'agent' ? agentOf(at.house, call)[0] : undefined);
      return await route.answer(asked);
    }
    person = personOf(at.house, call);
    limitCaller(at, person.actor.name);
    return await route.answer({ ...asked, person });
  } catch (problem) {
    return refusal(at, call, refusedOf(at, call, problem), speaks, person);
  }
}

function limitCaller({ limits, house }: Dispatcher, caller: string | undefined): void {
  if (caller !== undefined && !limits.caller.take(caller, house.now()))
    throw new CallRefused(429, `${caller} sends too many requests`, 'wait a minute');
}

/** Also of the routes' own errors: what the command line would print is told here in the same words. */
function refusedOf(at: Dispatcher, { address }: HttpCall, problem: unknown): CallRefused {
  if (problem instanceof CallRefused) {
    const isWrong = problem.status === 401 || problem.status === 403;
    if (isWrong && !at.limits.wrong.take(address, at.house.now()))
      return new CallRefused(429, 'too many requests were refused', 'wait a minute');
    return problem;
  }
  if (problem instanceof CommandError) {
    const { hint, exitCode } = problem.problem;
    const status = exitCode === exitCodes.lockHeld ? 409 : exitCode === exitCodes.usage ? 400 : 422;
    return new CallRefused(status, wholeMessage(problem.problem), hint);
  }
  return new CallRefused(500, `internal error ${at.report(problem)}`, 'the log of the server has it under this number');
}

function refusal(
  at: Dispatcher,
  call: HttpCall,
  refused: CallRefused,
  speaks: Route['speaks'],
  person: Person | undefined,
): RouteReply {
  const { status, message: why, hint } = refused;
  at.house.counts.add('runbook_serve_refused_total', { status: String(status) });
  const isLost = status === 401 && call.method !== 'POST' && call.header('authorization') === undefined;
  if (speaks === 'html' && isLost) return seeOther(`/login?next=${encodeURIComponent(call.path)}`);
  const headers = status === 401 ? { 'www-authenticate': 'Bearer' } : status === 429 ? { 'retry-after': '60' } : {};
  const reply =
    speaks === 'html'
      ? htmlPage(problemPage({ status, why, hint }, person), status)
      : speaks === 'json'
        ? json({ error: why, ...(hint === undefined ? {} : { hint }) }, status)
        : {
            status,
            headers: { 'content-type': 'text/plain; charset=utf-8' },
            body: `${why}${hint === undefined ? '' : `\n${hint}`}\n`,
          };
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
