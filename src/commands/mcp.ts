/** `runbook mcp`: what an agent may do with runbooks, as tools over stdio. Who it is and what it works with is the command line's, not the agent's. */
import { actorOf } from '../console/actor.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import { writableStateRoot } from '../console/state-root.ts';
import { localRunService } from '../service/local.ts';
import { serveAgents } from '../agents/server.ts';

export interface McpOptions {
  readonly agent?: string;
  readonly onBehalfOf?: string;
  readonly config?: string;
  readonly catalogue?: string;
}

export async function mcp(options: McpOptions): Promise<number> {
  const { agent, config, catalogue } = options;
  if (agent === undefined || agent.trim() === '')
    throw usage('--agent is missing', 'the record names who acted: --agent NAME --on-behalf-of PERSON');
  const claims = {
    operator: agent,
    actorKind: 'agent',
    ...(options.onBehalfOf === undefined ? {} : { onBehalfOf: options.onBehalfOf }),
  };
  const actor = actorOf(claims);
  await serveAgents({
    service: localRunService(writableStateRoot()),
    claims: { ...claims, onBehalfOf: actor.onBehalfOf ?? '' },
    actor,
    directory: process.cwd(),
    ...(catalogue === undefined ? {} : { catalogue }),
    ...(config === undefined ? {} : { config }),
  });
  return exitCodes.succeeded;
}
