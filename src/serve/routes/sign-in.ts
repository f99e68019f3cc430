/** How people come in and go. Nothing here needs a session, and the forms come from this site alone. */
import type { HttpCall } from '../http/call.ts';
import { cookieIn, formFields } from '../http/call.ts';
import type { RouteReply } from '../http/reply.ts';
import { htmlPage, CallRefused, seeOther } from '../http/reply.ts';
import type { House } from '../house.ts';
import { isHttps, personByToken, refuseForged, refuseOtherSite } from '../identity/who.ts';
import { cookieHeader, sessionCookie } from '../identity/sessions.ts';
import type { Actor } from '../../interpreter/core/model/value.ts';
import { actorFor } from '../identity/actors.ts';
import { loginPage } from '../pages/login.ts';
import type { Route } from './route.ts';

export const signInRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/login',
    door: 'open',
    speaks: 'html',
    answer: ({ house, call }) =>
      Promise.resolve(htmlPage(loginPage(localPath(call.query.get('next')), house.settings.oidc?.issuer))),
  },
  {
    method: 'POST',
    path: '/login',
    door: 'open',
    speaks: 'html',
    answer: ({ house, call }) => {
      refuseOtherSite(house, call);
      const form = formFields(call);
      const actor = personByToken(house, form.get('token') ?? '');
      return Promise.resolve(welcome(house, actor, localPath(form.get('next'))));
    },
  },
  {
    method: 'GET',
    path: '/login/oidc',
    door: 'open',
    speaks: 'html',
    answer: async ({ house, call }) => {
      const { location, state } = await signInOf(house).begin(localPath(call.query.get('next')));
      const cookie = cookieHeader(attemptCookie(house), state, { isHttps: isHttps(house), seconds: 600 });
      return seeOther(location, { 'set-cookie': cookie });
    },
  },
  {
    method: 'GET',
    path: '/login/callback',
    door: 'open',
    speaks: 'html',
    answer: async ({ house, call }) => {
      const { name, roles, next } = await signInOf(house).finish(call.query, cookieIn(call, attemptCookie(house)));
      return welcome(house, actorFor({ is: 'person', name, roles }, house.account), next);
    },
  },
  {
    method: 'POST',
    path: '/logout',
    door: 'person',
    speaks: 'html',
    answer: ({ house, call, person }) => {
      refuseForged(house, call, person, formFields(call));
      house.sessions.close(sessionOf(house, call));
      return Promise.resolve(
        seeOther('/login', {
          'set-cookie': cookieHeader(sessionCookie(isHttps(house)), '', { isHttps: isHttps(house), seconds: 0 }),
        }),
      );
    },
  },
];

const sessionOf = (house: House, call: HttpCall): string | undefined => cookieIn(call, sessionCookie(isHttps(house)));

/** Of an attempt to sign in; what comes back from the issuer must meet it. */
const attemptCookie = (house: House): string => `${sessionCookie(isHttps(house))}-signin`;

function welcome(house: House, actor: Actor, next: string): RouteReply {
  const id = house.sessions.open(actor, house.now());
  house.counts.add('runbook_serve_sign_ins_total', {});
  return seeOther(next, { 'set-cookie': cookieHeader(sessionCookie(isHttps(house)), id, { isHttps: isHttps(house) }) });
}

function signInOf({ signIn }: House): NonNullable<House['signIn']> {
  if (signIn === undefined)
    throw new CallRefused(404, 'nobody signs in this way here', 'serve.oidc of the configuration names an issuer');
  return signIn;
}

/** A path of this server, never an address that somebody put into a link. */
export const localPath = (next: string | null | undefined): string =>
  /^\/(?![/\\])[\w/?=&.%~-]*$/.test(next ?? '') ? (next ?? '/') : '/';
