/** The tools of agents: the same as `runbook mcp` gives over stdio. Who the agent is and for whom it acts follows from its token. */
import { answerAgent } from '../../agents/server.ts';
import type { Desk } from '../../agents/desk.ts';
import type { House } from '../house.ts';
import type { HttpCall } from '../http/call.ts';
import type { RouteReply } from '../http/reply.ts';
import { actorFor } from '../identity/actors.ts';
import { agentOf } from '../identity/who.ts';
import type { Route } from './route.ts';

export const agentRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/mcp',
    door: 'agent',
    speaks: 'json',
    answer: async ({ house, call }) => replyOf(await answerAgent(deskOf(house, call), requestOf(call))),
  },
];

function deskOf(house: House, call: HttpCall): Desk {
  const [name, { onBehalfOf }] = agentOf(house, call);
  const { directory, catalogue, config, performer } = house.place;
  return {
    service: house.service,
    claims: { operator: name, actorKind: 'agent', onBehalfOf },
    actor: actorFor({ is: 'agent', name, onBehalfOf }, house.account),
    directory,
    catalogue,
    performer,
    ...(config === undefined ? {} : { config }),
  };
}

const passed = ['accept', 'content-type', 'mcp-protocol-version'] as const;

function requestOf({ header, path, body }: HttpCall): Request {
  const headers = passed.flatMap((name) => {
    const value = header(name);
    return value === undefined ? [] : [[name, value] as [string, string]];
  });
  return new Request(`http://server.invalid${path}`, { method: 'POST', headers, body: new Uint8Array(body) });
}

async function replyOf(answer: Response): Promise<RouteReply> {
  const type = answer.headers.get('content-type');
  return { status: answer.status, headers: type === null ? {} : { 'content-type': type }, body: await answer.text() };
}
