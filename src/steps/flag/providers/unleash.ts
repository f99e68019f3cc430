/**
 * Unleash's admin interface: a feature of a project is on or off in one environment; its strategies and segments are left alone. It
 * has no conditional write: the feature is read again just before, so a change in the moment between is not noticed by the server.
 */
import type { Json } from '../../../interpreter/core/model/value.ts';
import type { FlagCall, FlagEntry, FlagRead, Provider } from './provider.ts';
import { flagChanged, misconfigured, noFlag, flagRefused } from './provider.ts';
import { askServer, statusFailure } from './web.ts';

export function unleashProvider(entry: FlagEntry, named: (flag: string) => string): Provider {
  const base = (entry.url ?? '').replace(/\/$/, '');
  const project = encodeURIComponent(entry.project ?? 'default');
  const environment = entry.environment ?? '';
  const url = (flag: string): string => `${base}/api/admin/projects/${project}/features/${encodeURIComponent(named(flag))}`;
  const headers: Readonly<Record<string, string>> = entry.token === undefined ? {} : { authorization: entry.token };
  const read = async (flag: string, call: FlagCall): Promise<FlagRead> => {
    if (environment === '') return misconfigured('no-environment', 'the flag target names no `environment` of Unleash');
    const found = await askServer({ method: 'GET', url: url(flag), headers }, call);
    if (!found.ok) return found;
    if (found.status === 404) return noFlag(named(flag), `in the project ${entry.project ?? 'default'}`);
    if (found.status !== 200) return statusFailure(found, 'the reading');
    const all = (found.body['environments'] ?? []) as readonly { readonly name?: string; readonly enabled?: boolean }[];
    const own = all.find((one) => one.name === environment);
    if (own === undefined)
      return flagRefused(
        'no-environment',
        `${named(flag)} is in ${all.map((one) => one.name).join(', ')}, not in ${environment}`,
      );
    return { ok: true, value: own.enabled === true, version: String(own.enabled === true) };
  };
  return {
    named,
    read,
    write: async (flag, value: Json, was, call) => {
      if (typeof value !== 'boolean') return misconfigured('not-boolean', 'a feature of Unleash is on or off: set true or false');
      const now = await read(flag, call);
      if (!now.ok) return now;
      if (now.version !== was.version) return flagChanged(flag);
      const address = `${url(flag)}/environments/${encodeURIComponent(environment)}/${value ? 'on' : 'off'}`;
      const reply = await askServer({ method: 'POST', url: address, headers, writes: true }, call);
      if (!reply.ok) return reply;
      return reply.status >= 200 && reply.status < 300 ? { ok: true } : statusFailure(reply, 'the change');
    },
    may: async (flag, what, call) => {
      const found = await read(flag, call);
      if (!found.ok) return found.class === 'auth' ? { ok: true, may: false } : found;
      if (what === 'read') return { ok: true, may: true };
      const mine = await askServer({ method: 'GET', url: `${base}/api/admin/user`, headers }, call);
      if (!mine.ok) return mine;
      if (mine.status !== 200) return mine.status < 500 ? { ok: true, may: false } : statusFailure(mine, 'the permission');
      return { ok: true, may: permits(mine.body['permissions'], entry.project ?? 'default', environment) };
    },
    close: async () => undefined,
  };
}

interface Permission {
  readonly permission?: string;
  readonly project?: string;
  readonly environment?: string;
}

function permits(all: Json | undefined, project: string, environment: string): boolean {
  const fits = (own: string | undefined, wanted: string): boolean =>
    own === undefined || own === null || own === '*' || own === '' || own === wanted;
  return ((Array.isArray(all) ? all : []) as readonly Permission[]).some(
    (one) =>
      one.permission === 'ADMIN' ||
      (one.permission === 'UPDATE_FEATURE_ENVIRONMENT' && fits(one.project, project) && fits(one.environment, environment)),
  );
}
