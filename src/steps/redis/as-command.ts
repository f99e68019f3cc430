/** The command by redis-cli. */
import { redisCli } from '../../clients/redis/redis-cli.ts';
import type { AsCommand } from '../../interpreter/port/command-line.ts';
import { listIn, mapIn, textIn, typed } from '../../interpreter/port/command-line.ts';

export const asCommand: AsCommand = (params, place) => {
  const scan = mapIn(params['scan']);
  const words =
    params['scan'] === undefined
      ? listIn(params['command']).map(textIn)
      : ['--scan', '--pattern', textIn(scan['match']), ...(scan['type'] === undefined ? [] : ['--type', textIn(scan['type'])])];
  return typed([...redisCli(place), ...words]);
};
