/** The catalogue, plans, and starts. */
import { planLines } from '../../paper/plan-lines.ts';
import { findEntries } from '../../agents/tools/catalogue.ts';
import { findRunbook } from '../../catalogue/catalogue.ts';
import { CommandError, wholeMessage } from '../../console/exit-codes.ts';
import { provenName } from '../../interpreter/core/model/person.ts';
import type { Actor } from '../../interpreter/core/model/value.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { readTextIfThere } from '../../interpreter/document/read-text.ts';
import { textOf } from '../../interpreter/plan/json.ts';
import { newRunOf } from '../../session/new-run.ts';
import { plannedOnPaper } from '../../paper/on-paper.ts';
import type { Prepared } from '../../session/prepare.ts';
import { prepare } from '../../session/prepare.ts';
import { effectLines } from '../../ui/model/effects.ts';
import type { House } from '../house.ts';
import { formFields } from '../http/call.ts';
import { htmlPage, CallRefused, seeOther } from '../http/reply.ts';
import { refuseForged } from '../identity/who.ts';
import type { PlanWanted, PlanMade } from '../pages/plan.ts';
import { planPage } from '../pages/plan.ts';
import { runbooksPage } from '../pages/runbooks.ts';
import { startOptions, refuseSecretInputs } from '../starts.ts';
import type { Route } from './route.ts';

export const runbookRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/runbooks',
    door: 'person',
    speaks: 'html',
    answer: ({ house, call, person }) => {
      const search = call.query.get('q') ?? '';
      const { found, of } = findEntries(house.place.catalogue, search);
      return Promise.resolve(htmlPage(runbooksPage(person, search, found, of)));
    },
  },
  {
    method: 'GET',
    path: '/runbooks/:id',
    door: 'person',
    speaks: 'html',
    answer: async ({ house, call, named, person }) => {
      const id = named('id');
      const path = findRunbook(id, house.place);
      const data = loadRunbook(readTextIfThere(path), path).runbook?.data ?? {};
      const environments = Object.keys(house.config.environments);
      const given = givenIn(call.query, environments);
      return htmlPage(
        planPage({
          person,
          id,
          title: textOf(data['title']) ?? id,
          summary: textOf(data['summary']) ?? '',
          inputs: data['inputs'],
          environments,
          given,
          made: await made(house, path, given, person.actor),
        }),
      );
    },
  },
  {
    method: 'POST',
    path: '/runbooks/:id/start',
    door: 'person',
    speaks: 'html',
    answer: async ({ house, call, named, person }) => {
      const form = formFields(call);
      refuseForged(house, call, person, form);
      const given = givenIn(form, Object.keys(house.config.environments));
      const prepared = await preparedFor(house, findRunbook(named('id'), house.place), given);
      refuseSecretInputs(prepared);
      const why = whyNoStart(house, person.actor, prepared.environment.name);
      if (why !== undefined) throw new CallRefused(403, why);
      const wanted = form.get('plan') ?? '';
      if (wanted !== prepared.plan.hash)
        throw new CallRefused(
          409,
          `the plan is not the one that was shown: ${wanted}, now ${prepared.plan.hash}; nothing was started`,
          'look at the plan again',
        );
      const order = await newRunOf(prepared, startOptions(house.place, given), house.place.performer);
      const run = await house.service.start({ is: 'new', run: { ...order, actor: person.actor } });
      house.counts.add('runbook_serve_starts_total', { by: 'person' });
      return seeOther(`/runs/${run}`);
    },
  },
];

function givenIn(fields: Iterable<readonly [string, string]>, environments: readonly string[]): PlanWanted {
  const all = new Map(fields);
  const inputs = [...all].flatMap(([key, value]) =>
    key.startsWith('input.') && value !== '' ? [[key.slice('input.'.length), value] as const] : [],
  );
  return { environment: all.get('environment') ?? environments[0] ?? '', inputs: Object.fromEntries(inputs) };
}

const preparedFor = ({ place }: House, path: string, given: PlanWanted): Promise<Prepared> =>
  prepare(path, startOptions(place, given));

async function made(house: House, path: string, given: PlanWanted, actor: Actor): Promise<PlanMade> {
  try {
    const prepared = await preparedFor(house, path, given);
    refuseSecretInputs(prepared);
    const { plan, registry, environment } = prepared;
    const paper = await plannedOnPaper(plan, registry, environment);
    const why = whyNoStart(house, actor, environment.name);
    return {
      ok: true,
      hash: plan.hash,
      effects: effectLines(plan),
      lines: planLines({ plan, environment, registry, paper }),
      ...(why === undefined ? {} : { whyNot: why }),
    };
  } catch (problem) {
    if (problem instanceof CallRefused)
      return { ok: false, why: problem.message, ...(problem.hint === undefined ? {} : { hint: problem.hint }) };
    if (!(problem instanceof CommandError)) throw problem;
    const { hint } = problem.problem;
    return { ok: false, why: wholeMessage(problem.problem), ...(hint === undefined ? {} : { hint }) };
  }
}

/** `serve.mayStart` of the configuration. */
function whyNoStart({ settings }: House, actor: Actor, environment: string): string | undefined {
  const listed = Object.hasOwn(settings.mayStart, environment) ? (settings.mayStart[environment] ?? []) : [];
  const may = ['*', provenName(actor) ?? '', ...(actor.roles ?? [])];
  if (may.some((one) => listed.includes(one))) return undefined;
  if (listed.length === 0)
    return `serve.mayStart of the configuration names nobody for ${environment}, so nobody starts runs there on this server`;
  return `serve.mayStart.${environment} of the configuration lets ${listed.join(', ')} start runs, and ${actor.name} is none of them`;
}
