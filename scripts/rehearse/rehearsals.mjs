// The rehearsal files of a catalogue.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Those of the named runbooks, or all: the runbook, what tells its system from others, and the commands that take the system down. */
export function rehearsals(catalogue, names) {
  const files = readdirSync(catalogue, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.rehearsal.yaml'));
  const all = files.sort().map((file) => parse(readFileSync(join(catalogue, file), 'utf8')));
  const unknown = names.find((name) => !all.some(({ rehearses }) => rehearses === name));
  if (unknown !== undefined) throw new Error(`no rehearsal file rehearses ${unknown}`);
  return all
    .filter(({ rehearses }) => names.length === 0 || names.includes(rehearses))
    .map(({ rehearses, lab }) => ({ id: rehearses, system: lab.up.join('\n'), down: lab.down }));
}
