/** Pages of runs, and what people do in them. */
import { isRunId } from '../../interpreter/store/run-directory.ts';
import { style as reportStyle } from '../../ui/report/style.ts';
import { acceptAct, acceptAnswer } from '../acts.ts';
import type { House } from '../house.ts';
import { formFields } from '../http/call.ts';
import type { RouteReply } from '../http/reply.ts';
import { live, htmlPage, CallRefused, seeOther } from '../http/reply.ts';
import { refuseForged } from '../identity/who.ts';
import type { RunSeen } from '../live/hub.ts';
import { seenRun } from '../live/hub.ts';
import { runEvents } from '../live/events.ts';
import { runPage } from '../pages/run.ts';
import { runsPage } from '../pages/runs.ts';
import type { RouteCall, Route } from './route.ts';

export const runRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    door: 'person',
    speaks: 'html',
    answer: async ({ house, call, person }) =>
      htmlPage(runsPage(person, await house.service.list(), call.query.get('before') ?? undefined)),
  },
  {
    method: 'GET',
    path: '/runs/:run',
    door: 'person',
    speaks: 'html',
    answer: async (asked) => {
      const { house, person } = asked;
      const seen = await namedRun(asked);
      const interrupted = seen.state.phase !== 'finished' && (await isInterrupted(house, seen.run));
      return htmlPage(runPage({ seen, person, roles: house.config.roles, interrupted }));
    },
  },
  {
    method: 'GET',
    path: '/runs/:run/events',
    door: 'person',
    speaks: 'text',
    answer: async (asked) => {
      const { house, call, person } = asked;
      const { run } = await namedRun(asked);
      const last = Number(call.header('last-event-id') ?? 0);
      return live(runEvents(house, { run, person, after: Number.isSafeInteger(last) ? last : 0 }));
    },
  },
  {
    method: 'GET',
    path: '/runs/:run/report',
    door: 'person',
    speaks: 'html',
    answer: async (asked) => report(await namedRun(asked)),
  },
  formRoute('/runs/:run/answer', acceptAnswer),
  formRoute('/runs/:run/act', acceptAct),
];

type Accept = typeof acceptAnswer;

/** What people send about a run; the page of the run is next, so that a reload repeats nothing. */
function formRoute(path: string, accept: Accept): Route {
  return {
    method: 'POST',
    path,
    door: 'person',
    speaks: 'html',
    answer: async (asked) => {
      const { house, call, person } = asked;
      const form = formFields(call);
      refuseForged(house, call, person, form);
      const seen = await namedRun(asked);
      await accept(house, seen, person, form);
      return seeOther(`/runs/${seen.run}`);
    },
  };
}

/** A beginning of an id is for people who type. */
async function namedRun({ house, named }: RouteCall): Promise<RunSeen> {
  const run = named('run');
  if (!isRunId(run)) throw new CallRefused(404, `"${run}" is not the id of a run`);
  return seenRun(house.service, run);
}

const isInterrupted = async ({ service }: House, run: string): Promise<boolean> =>
  (await service.list()).some((one) => one.run === run && one.state === 'interrupted');

/** The page of `runbook report -o html`, with the style of this server instead of its own: the policy has no exception. */
async function report({ files }: RunSeen): Promise<RouteReply> {
  const whole = await files.report('html');
  const body = whole
    .replace(`<style>${reportStyle}</style>`, '<link rel="stylesheet" href="/static/serve.css">')
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>\n/, '');
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
