/** What becomes of alerts: one run for each, however often it is told; alerts of one runbook that come together share a run where its inputs allow it. */
import { withAgreement } from '../../agents/agreement.ts';
import { CommandError, exitCodes } from '../../console/exit-codes.ts';
import type { AlertmanagerSettings, AlertStartRule } from '../../interpreter/config/config.ts';
import type { Actor } from '../../interpreter/core/model/value.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { readTextIfThere } from '../../interpreter/document/read-text.ts';
import { planHash } from '../../interpreter/plan/hash.ts';
import type { RunService } from '../../service/run-service.ts';
import { inputsFrom } from '../../session/alert-payload.ts';
import { newRunOf } from '../../session/new-run.ts';
import { prepare } from '../../session/prepare.ts';
import { findAnswering } from '../../session/triggers.ts';
import type { HousePlace } from '../starts.ts';
import { CallRefused } from '../http/reply.ts';
import { startOptions, refuseSecretInputs } from '../starts.ts';
import type { Counts } from '../signals/counts.ts';
import type { Alert } from './alert.ts';
import { alertTitle } from './alert.ts';
import type { KnownAlerts } from './known.ts';
import { lockHolder, alertMark } from './known.ts';
import { planFor, ruleFor, startsAlone } from './policy.ts';
import type { CheckSender } from './sender.ts';

/** started: a new run. known: its run is there. joined: another run holds the lock, and has a note. noted: it is over, and its run has a note. */
export interface AlertTaken {
  readonly alert: string;
  readonly became: 'started' | 'known' | 'joined' | 'noted' | 'ignored' | 'failed';
  readonly run?: string;
  readonly why?: string;
}

export interface AlertDesk {
  readonly checkSender: CheckSender;
  take(alerts: readonly Alert[]): Promise<readonly AlertTaken[]>;
}

export interface DeskParts {
  readonly checkSender: CheckSender;
  readonly service: RunService;
  readonly settings: AlertmanagerSettings;
  readonly place: HousePlace;
  readonly actor: Actor;
  readonly known: KnownAlerts;
  readonly counts: Counts;
}

type Made = Omit<AlertTaken, 'alert'>;

export function alertDesk(parts: DeskParts): AlertDesk {
  const begun = new Map<string, Promise<Made>>();
  const takeGroup = async (group: Group): Promise<readonly AlertTaken[]> => {
    const fresh = group.alerts.filter((alert) => !parts.known.has(alertMark(alert)) && !begun.has(alertMark(alert)));
    const work = startTogether(parts, { ...group, alerts: fresh });
    for (const alert of fresh)
      begun.set(
        alertMark(alert),
        work.then((made) => made.get(alert) ?? { became: 'failed' }),
      );
    try {
      return await Promise.all(group.alerts.map((alert) => takeOne(alert, fresh.includes(alert))));
    } finally {
      for (const alert of fresh) begun.delete(alertMark(alert));
    }
  };
  const takeOne = async (alert: Alert, isFresh: boolean): Promise<AlertTaken> => {
    const made = await begun.get(alertMark(alert));
    if (isFresh && made !== undefined) return { alert: alertTitle(alert), ...made };
    if (made?.became === 'failed') return { alert: alertTitle(alert), ...made };
    const run = made?.run ?? parts.known.get(alertMark(alert));
    return { alert: alertTitle(alert), became: 'known', ...(run === undefined ? {} : { run }) };
  };
  return {
    checkSender: parts.checkSender,
    take: async (alerts) => {
      const over = await Promise.all(alerts.filter(({ resolved }) => resolved).map((alert) => noteResolved(parts, alert)));
      const { groups, left } = groupsOf(
        parts,
        alerts.filter(({ resolved }) => !resolved),
      );
      const fired = (await Promise.all(groups.map(takeGroup))).flat();
      const all = [...over, ...left, ...fired];
      for (const { became } of all) parts.counts.add('runbook_serve_alerts_total', { became });
      return all;
    },
  };
}

interface Group {
  readonly path: string;
  readonly rule: AlertStartRule;
  readonly alerts: readonly Alert[];
}

function groupsOf(
  parts: DeskParts,
  alerts: readonly Alert[],
): { readonly groups: readonly Group[]; readonly left: readonly AlertTaken[] } {
  const groups = new Map<string, Group>();
  const left: AlertTaken[] = [];
  for (const alert of alerts) {
    const rule = ruleFor(parts.settings.rules, alert);
    const path = rule === undefined ? undefined : answering(parts, alert);
    if (rule === undefined || typeof path !== 'string') {
      const why = typeof path === 'object' ? path.why : 'no rule of serve.alertmanager fits its labels';
      left.push({ alert: alertTitle(alert), became: 'ignored', why });
      continue;
    }
    const key = JSON.stringify([path, rule]);
    groups.set(key, { path, rule, alerts: [...(groups.get(key)?.alerts ?? []), alert] });
  }
  return { groups: [...groups.values()], left };
}

function answering({ place }: DeskParts, alert: Alert): string | { readonly why: string } {
  try {
    return findAnswering(alert.data, place);
  } catch (problem) {
    if (problem instanceof CommandError) return { why: problem.message };
    throw problem;
  }
}

/** One run for all of them; where their values for one input differ, one for each. */
async function startTogether(parts: DeskParts, group: Group): Promise<ReadonlyMap<Alert, Made>> {
  if (group.alerts.length === 0) return new Map();
  try {
    const inputs = inputsOf(group);
    const made = await start(parts, group, inputs);
    return new Map(group.alerts.map((alert) => [alert, made]));
  } catch (problem) {
    if (!(problem instanceof CommandError || problem instanceof CallRefused)) throw problem;
    if (group.alerts.length === 1) return new Map(group.alerts.map((alert) => [alert, failed(problem)]));
  }
  const each = new Map<Alert, Made>();
  for (const alert of group.alerts) {
    const own = await startTogether(parts, { ...group, alerts: [alert] });
    each.set(alert, own.get(alert) ?? { became: 'failed' });
  }
  return each;
}

function failed(problem: CommandError | CallRefused): Made {
  const hint = problem instanceof CallRefused ? problem.hint : problem.problem.hint;
  return { became: 'failed', why: hint === undefined ? problem.message : `${problem.message} (${hint})` };
}

function inputsOf({ path, alerts }: Group): Readonly<Record<string, string>> {
  const data = loadRunbook(readTextIfThere(path), path).runbook?.data ?? {};
  return inputsFrom(
    data,
    alerts.map((alert) => alert.data),
    path,
    new Set(),
  );
}

async function start(parts: DeskParts, { path, rule, alerts }: Group, inputs: Readonly<Record<string, string>>): Promise<Made> {
  const options = startOptions(parts.place, { environment: rule.environment, inputs });
  const prepared = await prepare(path, options);
  refuseSecretInputs(prepared);
  const order = await newRunOf(prepared, options, parts.place.performer);
  const marked = planFor(order.plan, alerts, rule);
  const plan = startsAlone(rule, marked) ? hashed(marked) : withAgreement(marked, requestOf(alerts));
  try {
    const run = await parts.service.start({ is: 'new', run: { ...order, plan, actor: parts.actor } });
    for (const alert of alerts) parts.known.set(alertMark(alert), run);
    parts.counts.add('runbook_serve_starts_total', { by: 'alert' });
    return { became: 'started', run };
  } catch (problem) {
    if (!(problem instanceof CommandError) || problem.problem.exitCode !== exitCodes.lockHeld) throw problem;
    return join(parts, plan, alerts, problem);
  }
}

const hashed = (plan: Plan): Plan => ({ ...plan, hash: planHash(plan) });

const requestOf = (alerts: readonly Alert[]): { readonly asks: string; readonly reason: string } => ({
  asks: alerts.length === 1 ? 'an alert asks' : `${String(alerts.length)} alerts ask`,
  reason: alerts.map((alert) => `Alert ${alertTitle(alert)} since ${alert.startsAt}: ${labelsText(alert)}`).join('\n'),
});

const labelsText = ({ labels }: Alert): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

/** Another run works on what they are about: its record tells that they fire as well. */
async function join(parts: DeskParts, plan: Plan, alerts: readonly Alert[], held: CommandError): Promise<Made> {
  const run = await lockHolder(parts.service, plan);
  if (run === undefined) return { became: 'failed', why: held.message };
  for (const alert of alerts) {
    await note(
      parts,
      run,
      `Alert ${alertTitle(alert)} (${alert.fingerprint}) fires as well since ${alert.startsAt}: ${labelsText(alert)}`,
    );
    parts.known.set(alertMark(alert), run);
  }
  return { became: 'joined', run };
}

async function noteResolved(parts: DeskParts, alert: Alert): Promise<AlertTaken> {
  const run = parts.known.get(alertMark(alert));
  if (run === undefined) return { alert: alertTitle(alert), became: 'ignored', why: 'no run was started for it' };
  const done = await note(parts, run, `Alert ${alertTitle(alert)} (${alert.fingerprint}) is over since ${alert.endsAt}`);
  return { alert: alertTitle(alert), became: done ? 'noted' : 'ignored', run, ...(done ? {} : { why: 'its run has finished' }) };
}

const note = async ({ service, actor }: DeskParts, run: string, text: string): Promise<boolean> =>
  (await service.act(run, { is: 'control', control: { is: 'note', text } }, actor)).ok;
