/** A service with versions: GET and PUT /flags/NAME with If-Match, GET /flags/NAME/permissions. */
import { headersOf } from '../../../clients/http.ts';
import type { FlagEntry, Provider } from './provider.ts';
import { flagChanged, noFlag } from './provider.ts';
import { askServer, statusFailure } from './web.ts';

export function httpProvider(entry: FlagEntry, named: (flag: string) => string): Provider {
  const base = (entry.url ?? '').replace(/\/$/, '');
  const url = (flag: string): string => `${base}/flags/${encodeURIComponent(named(flag))}`;
  const headers = headersOf(entry);
  return {
    named,
    read: async (flag, call) => {
      const found = await askServer({ method: 'GET', url: url(flag), headers }, call);
      if (!found.ok) return found;
      if (found.status === 404) return noFlag(named(flag), `at ${base}`);
      if (found.status !== 200) return statusFailure(found, 'the reading');
      return { ok: true, value: found.body['value'] ?? null, version: String(found.body['version'] ?? '') };
    },
    write: async (flag, value, was, call) => {
      const request = { method: 'PUT', url: url(flag), headers: { ...headers, 'if-match': was.version }, body: { value } };
      const reply = await askServer({ ...request, writes: true }, call);
      if (!reply.ok) return reply;
      if (reply.status === 412 || reply.status === 409) return flagChanged(flag);
      return reply.status >= 200 && reply.status < 300 ? { ok: true } : statusFailure(reply, 'the change');
    },
    may: async (flag, what, call) => {
      const found = await askServer({ method: 'GET', url: `${url(flag)}/permissions`, headers }, call);
      if (!found.ok) return found;
      if (found.status === 403) return { ok: true, may: false };
      if (found.status === 404) return noFlag(named(flag), `at ${base}`);
      return found.status === 200 ? { ok: true, may: found.body[what] === true } : statusFailure(found, 'the permission');
    },
    close: async () => undefined,
  };
}
