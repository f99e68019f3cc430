/** The form of a route. One table has all of them (table.ts): there is no other door. */
import type { HttpCall } from '../http/call.ts';
import type { RouteReply } from '../http/reply.ts';
import { CallRefused } from '../http/reply.ts';
import type { House } from '../house.ts';
import type { RouteDoor, Person } from '../identity/who.ts';

export interface RouteCall {
  readonly house: House;
  readonly call: HttpCall;
  /** What the pattern of the path has named. */
  readonly named: (name: string) => string;
}

interface Base {
  readonly method: 'GET' | 'POST';
  /** `/runs/:run/answer` */
  readonly path: string;
  /** What an error is told as. */
  readonly speaks: 'html' | 'json' | 'text';
}

export type Route =
  | (Base & { readonly door: 'person'; readonly answer: (asked: RouteCall & { readonly person: Person }) => Promise<RouteReply> })
  | (Base & { readonly door: Exclude<RouteDoor, 'person'>; readonly answer: (asked: RouteCall) => Promise<RouteReply> });

export interface FoundRoute {
  readonly route: Route;
  readonly named: RouteCall['named'];
}

/** GET answers HEAD as well. Throws CallRefused. */
export function findRoute(routes: readonly Route[], method: string, path: string): FoundRoute {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const fits = routes.flatMap((route) => {
    const names = namesIn(route.path, path);
    return names === undefined ? [] : [{ route, names }];
  });
  const found = fits.find(({ route }) => route.method === wanted);
  if (found === undefined) {
    const methods = fits.map(({ route }) => route.method).join(', ');
    throw methods === ''
      ? new CallRefused(404, 'there is nothing here')
      : new CallRefused(405, `${method} is not possible here`, `use ${methods}`);
  }
  return { route: found.route, named: (name) => found.names.get(name) ?? '' };
}

/** Part by part; a part that is named takes any text but none with a slash, also none that was hidden in an escape. */
function namesIn(pattern: string, path: string): ReadonlyMap<string, string> | undefined {
  const parts = pattern.split('/');
  const given = path.split('/');
  if (parts.length !== given.length) return undefined;
  const names = new Map<string, string>();
  for (const [index, part] of parts.entries()) {
    const own = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== own) return undefined;
      continue;
    }
    const text = decoded(own);
    if (text === undefined || !/^[\w.~-]+$/.test(text) || text.startsWith('.')) return undefined;
    names.set(part.slice(1), text);
  }
  return names;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
