/** Who calls. Each route has one door, and a credential opens its own door alone. */
import type { AgentToken } from '../../interpreter/config/serve-types.ts';
import type { Actor } from '../../interpreter/core/model/value.ts';
import type { HttpCall } from '../http/call.ts';
import { cookieIn } from '../http/call.ts';
import { CallRefused } from '../http/reply.ts';
import type { House } from '../house.ts';
import { actorFor } from './actors.ts';
import { sessionCookie } from './sessions.ts';
import { bearerOf, tokenHash, tokenHolder, sameText } from './tokens.ts';

/** open: anybody. alerts proves its sender for itself: a signature is over the body. */
export type RouteDoor = 'open' | 'person' | 'agent' | 'alerts' | 'metrics';

export interface Person {
  readonly actor: Actor;
  /** Of a browser's session: what a form must bring. A token in a header is sent by no form, so nothing else is needed with it. */
  readonly csrf?: string;
}

/** Throws CallRefused (401) with the reason. */
export function personOf(house: House, call: HttpCall): Person {
  const token = bearerOf(call.header('authorization'));
  if (token !== undefined) return { actor: personByToken(house, token) };
  const session = house.sessions.find(cookieIn(call, sessionCookie(isHttps(house))), house.now());
  if (session === undefined)
    throw new CallRefused(401, 'nobody has signed in', 'sign in, or send a token: Authorization: Bearer TOKEN');
  return session;
}

export function personByToken(house: House, token: string): Actor {
  const found = tokenHolder(token, house.settings.people);
  if (found !== undefined) return actorFor({ is: 'person', name: found[0], roles: found[1].roles }, house.account);
  if (tokenHolder(token, house.settings.agents) !== undefined)
    throw new CallRefused(403, 'this is the token of an agent, and this door is for people', 'an agent speaks to /mcp');
  throw new CallRefused(401, 'nobody has this token', 'serve.people of the configuration has the hashes of all tokens');
}

export function agentOf(house: House, call: HttpCall): readonly [string, AgentToken] {
  const token = bearerOf(call.header('authorization')) ?? '';
  const found = tokenHolder(token, house.settings.agents);
  if (found !== undefined) return found;
  const why = token === '' ? 'no token was sent' : 'no agent has this token';
  throw new CallRefused(401, why, 'Authorization: Bearer TOKEN; serve.agents of the configuration has the hashes');
}

export function refuseMetrics(house: House, call: HttpCall): void {
  const { metrics } = house.settings;
  if (metrics === undefined)
    throw new CallRefused(404, 'no metrics are served', 'serve.metrics of the configuration: { token: sha256:... }');
  if (!sameText(tokenHash(bearerOf(call.header('authorization')) ?? ''), metrics.token))
    throw new CallRefused(401, 'the token is not that of the metrics');
}

/** What a page of another site makes a browser send has no token of this session. */
export function refuseForged(house: House, call: HttpCall, person: Person, form: ReadonlyMap<string, string>): void {
  if (person.csrf === undefined) return;
  refuseOtherSite(house, call);
  if (!sameText(form.get('csrf') ?? '', person.csrf))
    throw new CallRefused(403, 'the form does not belong to this session', 'open the page again and answer there');
}

/** Browsers tell where a form came from. */
export function refuseOtherSite({ settings }: House, { header }: HttpCall): void {
  const origin = header('origin');
  const own = settings.url ?? `http://${header('host') ?? ''}`;
  if (header('sec-fetch-site') === 'cross-site' || (origin !== undefined && origin !== new URL(own).origin))
    throw new CallRefused(403, `the form came from ${origin ?? 'another site'}`, 'open the page here and answer there');
}

export const isHttps = ({ settings }: House): boolean => settings.url?.startsWith('https:') === true;
