/** Whether an agent starts a run by itself, by `agents` of the configuration, and why. Pure. */
import { everyRunbook } from '../interpreter/config/agents.ts';
import type { Config } from '../interpreter/config/config.ts';
import type { Actor } from '../interpreter/core/model/value.ts';

export interface StartRule {
  /** False: a person agrees first. */
  readonly alone: boolean;
  /** One sentence without a full stop. */
  readonly why: string;
}

export function startRule(config: Config, agent: Actor, environment: string, runbook: string): StartRule {
  const { name } = agent;
  const what = `${runbook} in ${environment}`;
  const policy = config.agents !== undefined && Object.hasOwn(config.agents, name) ? config.agents[name] : undefined;
  if (policy === undefined) return asks(`${config.path ?? 'no configuration'} has no entry for the agent ${name}`);
  const listed = Object.hasOwn(policy.mayStart, environment) ? (policy.mayStart[environment] ?? []) : [];
  if (!listed.includes(runbook) && !listed.includes(everyRunbook))
    return asks(`agents.${name}.mayStart of ${config.path ?? ''} does not name ${what}`);
  // A server has proved the agent by a credential of its own, which is more than an account says.
  if (policy.account !== undefined && agent.auth !== 'vouched' && !isAccount(agent, policy.account))
    return asks(`${name} counts only as the user ${policy.account}, and this server runs as ${accountOf(agent)}`);
  return { alone: true, why: `agents.${name}.mayStart of ${config.path ?? ''} names ${what}` };
}

const asks = (why: string): StartRule => ({ alone: false, why: `${why}, so a person has to agree` });

const accountOf = ({ account, name, auth, uid }: Actor): string => account ?? (auth === 'uid' ? name : `user:${String(uid)}`);

const isAccount = (agent: Actor, account: string): boolean =>
  account === accountOf(agent) || (agent.uid !== undefined && account === `user:${String(agent.uid)}`);
