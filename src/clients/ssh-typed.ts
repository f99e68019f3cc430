/** A command line as typed to reach another host. */
import type { CommandPlace } from '../interpreter/port/command-line.ts';
import { field, listIn, textIn, typed } from '../interpreter/port/command-line.ts';

const options: readonly (readonly [string, string])[] = [
  ['port', '-p'],
  ['user', '-l'],
  ['identity', '-i'],
];

export function overSsh(place: CommandPlace, line: string): string {
  const has = (key: string): boolean => place.entry?.[key] !== undefined;
  const jump = listIn(place.entry?.['jump']).map(textIn);
  const words = options.flatMap(([key, option]) => (has(key) ? [option, field(place, key)] : []));
  const known = has('knownHosts') ? ['-o', `UserKnownHostsFile=${field(place, 'knownHosts')}`] : [];
  return typed(['ssh', ...words, ...known, ...(jump.length === 0 ? [] : ['-J', jump.join(',')]), field(place, 'host'), line]);
}
