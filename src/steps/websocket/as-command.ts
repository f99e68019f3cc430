/** wscat opens the connection, sends the message and prints what comes. */
import type { AsCommand } from '../../interpreter/port/command-line.ts';
import { address, mapIn, spanText, targetHeaders, textIn, typed } from '../../interpreter/port/command-line.ts';

export const asCommand: AsCommand = (params, place) => {
  const { subscribe, send, token, collect } = params;
  const message = send ?? (subscribe === undefined ? undefined : { subscribe });
  const seconds = /^(\d+)s$/.exec(spanText(mapIn(collect)['timeout'], '10s'))?.[1] ?? '60';
  const headers = Object.entries(mapIn(params['headers'])).flatMap(([name, value]) => ['-H', `${name}: ${textIn(value)}`]);
  return typed([
    ...['wscat', ...(token === undefined ? targetHeaders(place) : ['-H', `Authorization: Bearer ${textIn(token)}`]), ...headers],
    ...['-c', address(place, '', mapIn(params['query']))],
    ...(message === undefined ? [] : ['-w', seconds, '-x', textIn(message)]),
  ]);
};
