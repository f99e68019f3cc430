/** Two statements of one psql session bind the values of `args`; psql asks for the password, so none is on the command line. */
import type { AsCommand } from '../../interpreter/port/command-line.ts';
import { field, listIn, textIn, typed } from '../../interpreter/port/command-line.ts';

export const asCommand: AsCommand = (params, place) => {
  const database = place?.entry === undefined ? field(place, 'database') : field(place, 'database', field(place, 'user'));
  const server = ['-h', field(place, 'host', '127.0.0.1'), '-p', field(place, 'port', '5432')];
  const query = textIn(params['query']).trim().replace(/;$/, '');
  const values = listIn(params['args']).map((one) => (one === null ? 'NULL' : `'${textIn(one).replaceAll("'", "''")}'`));
  const statements = values.length === 0 ? [query] : [`PREPARE step AS ${query}`, `EXECUTE step (${values.join(', ')})`];
  return typed(['psql', ...server, '-U', field(place, 'user'), '-d', database, ...statements.flatMap((one) => ['-c', one])]);
};
