/** Which alerts start runs, where, and whether somebody has to agree first. Pure. */
import type { AlertStartRule } from '../../interpreter/config/config.ts';
import { everyRunbook } from '../../interpreter/config/agents.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { Alert } from './alert.ts';

/** The first rule whose labels the alert has. */
export const ruleFor = (rules: readonly AlertStartRule[], { labels }: Alert): AlertStartRule | undefined =>
  rules.find((rule) => Object.entries(rule.labels).every(([name, value]) => labels[name] === value));

export const startsAlone = ({ startAlone }: AlertStartRule, { runbook }: Plan): boolean =>
  startAlone.includes(runbook.id) || startAlone.includes(everyRunbook);

/** The plan with the alerts it is for, and with the severity that the rule gives them. Its hash is made anew by whoever uses it. */
export const planFor = (plan: Plan, alerts: readonly Alert[], { severity }: AlertStartRule): Plan => ({
  ...plan,
  ...(severity === undefined ? {} : { runbook: { ...plan.runbook, severity } }),
  alerts: alerts.map(({ fingerprint, startsAt, labels }) => ({ fingerprint, startsAt, labels })),
});
