/** A flag by the interface of its provider: curl, jq on the file, redis-cli, or the commands of the house. */
import { redisCli } from '../../clients/redis/redis-cli.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { AsCommand, CommandPlace } from '../../interpreter/port/command-line.ts';
import {
  address,
  field,
  listIn,
  mapIn,
  targetHeaders,
  textIn,
  tokenOf,
  typed,
  variable,
} from '../../interpreter/port/command-line.ts';

interface Asked {
  readonly place: CommandPlace;
  readonly flag: string;
  /** Undefined: only read. */
  readonly set: Json | undefined;
  readonly may: Json | undefined;
}

const json = ['-H', 'Content-Type: application/json'];
const curl = (...words: readonly string[]): string => typed(['curl', '-sS', ...words]);
const version = variable('FLAG_VERSION');
const seen = (reading: string, path: string): string => `FLAG_VERSION=$(${reading} | jq -r ${typed([path])})`;

const providers: Readonly<Record<string, (asked: Asked) => string>> = {
  http: ({ place, flag, set, may }) => {
    const url = address(place, `/flags/${encodeURIComponent(flag)}`);
    const reading = curl(...targetHeaders(place), may === undefined ? url : `${url}/permissions`);
    if (set === undefined) return reading;
    const body = ['--data-binary', JSON.stringify({ value: set })];
    return `${seen(reading, '.version')}\n${curl('-X', 'PUT', ...targetHeaders(place), '-H', `If-Match: ${version}`, ...json, ...body, url)}`;
  },
  unleash: ({ place, flag, set }) => {
    const project = encodeURIComponent(field(place, 'project', 'default'));
    const path = `/api/admin/projects/${project}/features/${encodeURIComponent(flag)}`;
    const login = ['-H', `Authorization: ${tokenOf(place)}`];
    if (set === undefined) return curl(...login, address(place, path));
    const environment = encodeURIComponent(field(place, 'environment'));
    return curl('-X', 'POST', ...login, address(place, `${path}/environments/${environment}/${set === true ? 'on' : 'off'}`));
  },
  launchdarkly: ({ place, flag, set }) => {
    const base = field(place, 'url', 'https://app.launchdarkly.com').replace(/\/$/, '');
    const project = encodeURIComponent(field(place, 'project', 'default'));
    const environment = field(place, 'environment');
    const url = `${base}/api/v2/flags/${project}/${encodeURIComponent(flag)}`;
    const login = ['-H', `Authorization: ${tokenOf(place)}`, '-H', 'LD-API-Version: 20240415'];
    const reading = curl(...login, `${url}?env=${encodeURIComponent(environment)}`);
    if (set === undefined) return reading;
    const at = `/environments/${environment.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const test = `{"op":"test","path":${JSON.stringify(`${at}/version`)},"value":${version}}`;
    const patch = `[${test},${JSON.stringify({ op: 'replace', path: `${at}/on`, value: set })}]`;
    const body = ['--data-binary', patch];
    return `${seen(reading, `.environments[${JSON.stringify(environment)}].version`)}\n${curl('-X', 'PATCH', ...login, ...json, ...body, url)}`;
  },
  ofrep: ({ place, flag, set }) =>
    set === undefined ? evaluated(place, `/ofrep/v1/evaluate/flags/${encodeURIComponent(flag)}`) : readOnly('ofrep', flag, set),
  flagd: ({ place, flag, set }) => {
    if (set === undefined) return evaluated(place, '/flagd.evaluation.v1.Service/ResolveAll');
    if (place.entry?.['file'] === undefined) return readOnly('flagd', flag, set);
    return `vi ${typed([field(place, 'file')])} # make the variant with the value ${JSON.stringify(set)} the defaultVariant of ${flag}`;
  },
  file: ({ place, flag, set }) => {
    const path = typed([field(place, 'file', 'flags.json')]);
    const filter = typed([`.[${JSON.stringify(flag)}]${set === undefined ? '' : ` = ${JSON.stringify(set)}`}`]);
    return set === undefined ? `jq ${filter} ${path}` : `jq ${filter} ${path} > ${path}.new && mv ${path}.new ${path}`;
  },
  redis: ({ place, flag, set }) => {
    const hash = field(place, 'hash', 'flags');
    return typed([...redisCli(place), ...(set === undefined ? ['HGET', hash, flag] : ['HSET', hash, flag, JSON.stringify(set)])]);
  },
  command: ({ place, flag, set, may }) => {
    const own = may !== undefined && place.entry?.['may'] !== undefined ? 'may' : set === undefined ? 'get' : 'set';
    const by: Readonly<Record<string, string>> = { flag, value: JSON.stringify(set), version, what: textIn(may) };
    const words = listIn(place.entry?.[own]).map((word) =>
      textIn(word).replace(/\{(flag|value|version|what)\}/g, (_, name: string) => by[name] ?? ''),
    );
    return typed(words);
  },
};

const evaluated = (place: CommandPlace, path: string): string =>
  curl(
    ...['-X', 'POST', ...targetHeaders(place), ...json],
    ...['--data-binary', JSON.stringify({ context: place.entry?.['context'] ?? {} }), address(place, path)],
  );
const readOnly = (provider: string, flag: string, set: Json): string =>
  `# ${provider} cannot set flags; set ${flag} to ${JSON.stringify(set)} where it is defined`;

export const asCommand: AsCommand = (params, place) => {
  const { flag = '', set, may } = params;
  const named = textIn(mapIn(place?.entry?.['names'])[textIn(flag)] ?? flag);
  const provider = providers[String(place?.entry?.['provider'])];
  if (place === undefined || provider === undefined)
    return `# ${set === undefined ? `read the flag ${named}` : `set the flag ${named} to ${JSON.stringify(set)}`} at ${place?.name ?? 'its service'}`;
  return provider({ place, flag: named, set, may });
};
