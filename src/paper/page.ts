/** A runbook as a Markdown page that a person can follow by hand when nothing else works. */
import { neededAt } from '../interpreter/plan/inputs.ts';
import type { Json } from '../interpreter/core/model/value.ts';
import { mapIn } from '../interpreter/port/command-line.ts';
import type { OnPaper } from './on-paper.ts';
import { failureText, stepLines } from './page-step.ts';
import { oneLine } from '../interpreter/guard/sanitize.ts';

type Mapping = Readonly<Record<string, Json>>;

/** Each section, and what follows when a condition in it does not hold; undefined: what the step or the runbook says. */
const sections: readonly { readonly key: string; readonly heading: string; readonly otherwise?: string }[] = [
  { key: 'preconditions', heading: 'Before you start: all of these must hold', otherwise: 'do not start.' },
  { key: 'evidence', heading: 'Record these before the first change and again at the end', otherwise: 'note it and continue.' },
  { key: 'containment', heading: 'Contain the damage first' },
  { key: 'diagnosis', heading: 'Diagnosis (reads only)', otherwise: 'note it as a finding and continue.' },
  { key: 'steps', heading: 'Steps' },
  { key: 'validations', heading: 'Recovered when all of these hold' },
  { key: 'finally', heading: 'Always at the end', otherwise: 'note it and continue.' },
  { key: 'watch', heading: 'Meanwhile, keep an eye on', otherwise: 'do what is below it.' },
  { key: 'comms', heading: 'Tell' },
  { key: 'postmortem', heading: 'Afterwards' },
];

/** `inputs`: what is known of them; `rehearsed`: how the last rehearsal ended. */
export function page(data: Mapping, paper: OnPaper = new Map(), inputs: Mapping = {}, rehearsed?: string): string {
  const out: string[] = [`# ${oneLine(text(data['title']))}`, ''];
  if (data['summary'] !== undefined) out.push(text(data['summary']), '');
  out.push(...facts(data, rehearsed), '', ...inputLines(mapIn(data['inputs']), inputs), ...variableLines(data, paper));
  for (const { key, heading, otherwise } of sections) {
    const steps = data[key];
    if (!Array.isArray(steps) || steps.length === 0) continue;
    const around = { paper, inputs, otherwise: otherwise ?? failureText(data['onFailure'] ?? 'abort') };
    out.push(`## ${heading}`, '');
    (steps as readonly Json[]).forEach((step, index) => out.push(...stepLines(step, `${String(index + 1)}.`, '', around)));
    out.push('');
  }
  return out.join('\n');
}

function facts(data: Mapping, rehearsed: string | undefined): readonly string[] {
  const rows: readonly (readonly [string, string])[] = [
    ['Id', text(data['id'])],
    ['Severity', text(data['severity'])],
    ['Owners', Array.isArray(data['owners']) ? data['owners'].join(', ') : ''],
    ['Takes about', text(data['estimate'])],
    ['Due', text(data['schedule'])],
    ['If a step fails', failureText(data['onFailure'] ?? 'abort')],
    ['Rehearsed', rehearsed ?? ''],
    ...Object.entries(mapIn(data['links'])).map(([name, url]) => [name, text(url)] as const),
  ];
  return rows.filter(([, value]) => value !== '').map(([name, value]) => `* ${oneLine(name)}: ${oneLine(value)}`);
}

function inputLines(declared: Mapping, given: Mapping): readonly string[] {
  const rows = Object.entries(declared).map(([name, json]) => {
    const { type, description, default: fallback } = mapIn(json);
    const known = given[name] ?? fallback;
    const later = neededAt(json).map((one) => `\`${one}\``);
    const missing = later.length === 0 ? 'required' : `asked for at ${later.join(' or ')}`;
    const value = known === undefined ? missing : `here \`${oneLine(text(known))}\``;
    return `* \`${name}\` (${text(type)}, ${value})${description === undefined ? '' : `: ${text(description)}`}`;
  });
  return rows.length === 0 ? [] : ['## Inputs', '', ...rows, ''];
}

/** What the commands on the page read from variables: targets that the page knows by name only, and secrets. */
function variableLines(data: Mapping, paper: OnPaper): readonly string[] {
  const commands = [...paper.values()].flatMap(({ command }) => command ?? []);
  const named = new Set(commands.flatMap((line) => [...line.matchAll(/"\$([A-Z0-9_]+)"/g)].map(([, name = '']) => name)));
  for (const line of commands) for (const [, set = ''] of line.matchAll(/^([A-Z0-9_]+)=\$\(/gm)) named.delete(set);
  if (named.size === 0) return [];
  const targets = Object.keys(mapIn(data['targets']));
  const rows = [...named].sort().map((name) => {
    const target = targets.find((one) => name.startsWith(`${shouted(one)}_`));
    return `export ${name}=  # ${target === undefined ? 'a secret' : `of the target ${target}`}`;
  });
  return ['## Set these first', '', '```sh', ...rows, '```', ''];
}
const shouted = (name: string): string => name.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();

const text = (value: Json | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
