/** Prometheus' rules by curl, Alertmanager's silences by amtool. */
import type { AsCommand, CommandPlace } from '../../interpreter/port/command-line.ts';
import { address, field, mapIn, spanText, targetHeaders, textIn, typed } from '../../interpreter/port/command-line.ts';

const rules = (place: CommandPlace | undefined): string =>
  typed(['curl', '-sS', ...targetHeaders(place), address(place, '/api/v1/rules', { type: 'alert' })]);

export const asCommand: AsCommand = (params, place) => {
  const amtool = (...words: readonly string[]): string =>
    typed(['amtool', 'silence', ...words.slice(0, 1), `--alertmanager.url=${field(place, 'url')}`, ...words.slice(1)]);
  if (params['expire'] !== undefined) return amtool('expire', textIn(params['expire']));
  if (params['silence'] === undefined)
    return `${rules(place)} | jq ${typed([`.data.groups[].rules[] | select(.name == ${JSON.stringify(params['alert'])})`])}`;
  const { matchers, lasts, comment } = mapIn(params['silence']);
  const labels = Object.entries(mapIn(matchers)).map(([name, value]) => `${name}=${JSON.stringify(textIn(value))}`);
  return amtool('add', `--duration=${spanText(lasts, '1h')}`, `--comment=${textIn(comment)}`, ...labels);
};
