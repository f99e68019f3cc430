/** The request as `curl` sends it. */
import type { Json } from '../../interpreter/core/model/value.ts';
import type { AsCommand } from '../../interpreter/port/command-line.ts';
import { address, mapIn, targetHeaders, textIn, typed } from '../../interpreter/port/command-line.ts';

const header = ([name, value]: readonly [string, Json]): readonly string[] => ['-H', `${name}: ${textIn(value)}`];

export const asCommand: AsCommand = (params, place) => {
  const method = textIn(params['method'] ?? 'GET');
  const { body, text } = params;
  return typed([
    ...['curl', '-sS', ...(method === 'GET' ? [] : method === 'HEAD' ? ['-I'] : ['-X', method])],
    ...targetHeaders(place),
    ...Object.entries(mapIn(params['headers'])).flatMap(header),
    ...(body === undefined ? [] : [...header(['Content-Type', 'application/json']), '--data-binary', JSON.stringify(body)]),
    ...(text === undefined ? [] : [...header(['Content-Type', 'text/plain']), '--data-binary', textIn(text)]),
    ...Object.entries(mapIn(params['form'])).flatMap(([name, value]) => ['--data-urlencode', `${name}=${textIn(value)}`]),
    address(place, textIn(params['url']), mapIn(params['query'])),
  ]);
};
