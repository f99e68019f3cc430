/** The HTTP API of Prometheus, as `curl` asks it. */
import type { AsCommand } from '../../interpreter/port/command-line.ts';
import { address, mapIn, spanText, targetHeaders, textIn, typed } from '../../interpreter/port/command-line.ts';
import { withLabels } from './selectors.ts';

export const asCommand: AsCommand = (params, place) => {
  const labels = Object.fromEntries(Object.entries(mapIn(params['labels'])).map(([name, value]) => [name, textIn(value)]));
  const query = withLabels(textIn(params['query']), labels);
  const command = typed(['curl', '-sS', ...targetHeaders(place), address(place, '/api/v1/query', { query })]);
  const { count, every } = mapIn(params['past']);
  return count === undefined ? command : `${command} # ${textIn(count)} times, every ${spanText(every, '')}`;
};
