/** A file is read by cat. Which editor changes it is up to whoever types; the keys and values are beside it. */
import { overSsh } from '../../clients/ssh-typed.ts';
import type { AsCommand } from '../../interpreter/port/command-line.ts';
import { mapIn, textIn, typed } from '../../interpreter/port/command-line.ts';

export const asCommand: AsCommand = (params, place) => {
  const there = (line: string): string => (place?.type === 'ssh' ? overSsh(place, line) : line);
  if (params['edit'] === undefined) return there(typed(['cat', textIn(params['read'])]));
  const values = Object.entries(mapIn(params['set'])).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return `${there(typed(['vi', textIn(params['edit'])]))} # set ${values.join(', ')}`;
};
