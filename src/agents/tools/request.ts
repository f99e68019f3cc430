/** request: a run bound to the plan that was looked at. It begins when a person agrees, or at once where the policy says so. */
import type { Acted } from '../../service/run-service.ts';
import { newRunOf } from '../../session/new-run.ts';
import { agreementKey, withAgreement } from '../agreement.ts';
import type { Desk } from '../desk.ts';
import { AgentRefusal } from '../desk.ts';
import { personRuns, planOptions, planParameters, prepareCall } from '../named-runbook.ts';
import { startRule } from '../policy.ts';
import type { Tool } from '../tool.ts';
import { requiredText } from '../tool.ts';

export const requestTool: Tool = {
  name: 'request',
  description: 'Request a run of exactly the plan with this hash. It waits for a person unless the policy lets you start it.',
  parameters: {
    ...planParameters,
    plan: { type: 'string', required: true, description: 'hash from plan' },
    reason: { type: 'string', required: true, description: 'for the person and the record' },
  },
  reads: false,
  call: async (given, desk) => {
    const prepared = await prepareCall(given, desk);
    const wanted = requiredText(given, 'plan');
    const { hash, runbook } = prepared.plan;
    if (wanted !== hash)
      throw new AgentRefusal(
        `the plan is not the one that was requested: requested ${wanted}, now ${hash}; nothing was started. Look at it with plan, then request it again`,
      );
    const reason = requiredText(given, 'reason').trim();
    if (reason === '') throw new AgentRefusal('a request needs a reason: the person who agrees and the record ask for it');
    const rule = startRule(prepared.config, desk.actor, prepared.environment.name, runbook.id);
    const order = await newRunOf(prepared, planOptions(given, desk), desk.performer);
    const { operator: agent, onBehalfOf } = desk.claims;
    const plan = rule.alone
      ? order.plan
      : withAgreement(order.plan, {
          asks: `the agent ${agent} asks for ${onBehalfOf}`,
          reason: `Reason given by the agent: ${reason}`,
        });
    const run = await desk.service.start({ is: 'new', run: { ...order, plan, actor: desk.actor } });
    if (rule.alone) {
      const noted = await noteStart(run, `Requested: ${reason} (${rule.why})`, desk);
      return `run ${run} has started: ${rule.why}${noted.ok ? '' : ` (the reason is not on record: ${noted.why})`}`;
    }
    return [
      `run ${run} waits for a person: ${rule.why}`,
      `somebody other than you and ${onBehalfOf} agrees within 15 minutes: runbook answer ${run} ${agreementKey(order.plan)} yes`,
      `${onBehalfOf} can start it without you: ${personRuns(given, desk)}`,
    ].join('\n');
  },
};

/** A short run may have ended before anything could be noted. */
const noteStart = (run: string, text: string, desk: Desk): Promise<Acted> =>
  desk.service.act(run, { is: 'control', control: { is: 'note', text } }, desk.actor);
