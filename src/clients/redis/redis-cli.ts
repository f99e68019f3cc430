/** How redis-cli reaches a target. It asks for the password itself, so none is on the command line. */
import type { CommandPlace } from '../../interpreter/port/command-line.ts';
import { field, listIn, textIn } from '../../interpreter/port/command-line.ts';

export function redisCli(place: CommandPlace | undefined): readonly string[] {
  const entry = place?.entry ?? {};
  const login = [
    ...(entry['username'] === undefined ? [] : ['--user', field(place, 'username')]),
    ...(entry['password'] === undefined ? [] : ['--askpass']),
  ];
  const seed = listIn(entry['nodes'])[0];
  if (seed !== undefined) {
    const [host = '', port = '6379'] = textIn(seed).split(':');
    return ['redis-cli', '-c', '-h', host, '-p', port, ...login];
  }
  if (entry['host'] === undefined) return ['redis-cli', '-u', field(place, 'url'), ...login];
  const db = entry['db'] === undefined ? [] : ['-n', field(place, 'db')];
  return ['redis-cli', '-h', field(place, 'host'), '-p', field(place, 'port', '6379'), ...db, ...login];
}
