/**
 * LaunchDarkly's REST interface: targeting of a flag is on or off in one environment; rules, targets and segments are left alone. The patch tests the
 * environment's version and then replaces `on`, so that a change in between is refused by the server.
 */
import type { FlagCall, FlagEntry, FlagRead, Provider } from './provider.ts';
import { flagChanged, misconfigured, noFlag, flagRefused } from './provider.ts';
import { askServer, statusFailure } from './web.ts';

interface Environment {
  readonly on?: boolean;
  readonly version?: number;
}

export function launchDarklyProvider(entry: FlagEntry, named: (flag: string) => string): Provider {
  const base = (entry.url ?? 'https://app.launchdarkly.com').replace(/\/$/, '');
  const project = entry.project ?? 'default';
  const environment = entry.environment ?? '';
  const flagUrl = (flag: string): string =>
    `${base}/api/v2/flags/${encodeURIComponent(project)}/${encodeURIComponent(named(flag))}`;
  const headers: Readonly<Record<string, string>> = {
    ...(entry.token === undefined ? {} : { authorization: entry.token }),
    'ld-api-version': '20240415',
  };
  const read = async (flag: string, call: FlagCall): Promise<FlagRead> => {
    if (environment === '') return misconfigured('no-environment', 'the flag target names no `environment` of LaunchDarkly');
    const found = await askServer(
      { method: 'GET', url: `${flagUrl(flag)}?env=${encodeURIComponent(environment)}`, headers },
      call,
    );
    if (!found.ok) return found;
    if (found.status === 404) return noFlag(named(flag), `in the project ${project}`);
    if (found.status !== 200) return statusFailure(found, 'the reading');
    const own = ((found.body['environments'] ?? {}) as Readonly<Record<string, Environment>>)[environment];
    if (own === undefined) return flagRefused('no-environment', `${named(flag)} has no environment ${environment}`);
    return { ok: true, value: own.on === true, version: String(own.version ?? '') };
  };
  return {
    named,
    read,
    write: async (flag, value, was, call) => {
      if (typeof value !== 'boolean')
        return misconfigured('not-boolean', 'the targeting of a flag is on or off: set true or false');
      const at = `/environments/${environment.replace(/~/g, '~0').replace(/\//g, '~1')}`;
      const body = [
        { op: 'test', path: `${at}/version`, value: Number(was.version) },
        { op: 'replace', path: `${at}/on`, value },
      ];
      const request = { method: 'PATCH', url: flagUrl(flag), headers, body, writes: true };
      const reply = await askServer(request, call);
      if (!reply.ok) return reply;
      if (reply.status === 409 || reply.status === 412) return flagChanged(flag);
      return reply.status >= 200 && reply.status < 300 ? { ok: true } : statusFailure(reply, 'the change');
    },
    may: async (flag, what, call) => {
      const found = await read(flag, call);
      if (!found.ok) return found.class === 'auth' ? { ok: true, may: false } : found;
      if (what === 'read') return { ok: true, may: true };
      // a patch that only tests changes nothing, and needs the same permission
      const at = `/environments/${environment.replace(/~/g, '~0').replace(/\//g, '~1')}`;
      const body = [{ op: 'test', path: `${at}/on`, value: found.value }];
      const reply = await askServer({ method: 'PATCH', url: flagUrl(flag), headers, body }, call);
      if (!reply.ok) return reply;
      if (reply.status === 401 || reply.status === 403) return { ok: true, may: false };
      return reply.status < 300 || reply.status === 409 ? { ok: true, may: true } : statusFailure(reply, 'the permission');
    },
    close: async () => undefined,
  };
}
