/**
 * `--alert FILE`: what Alertmanager sends to a webhook, or one alert of it. It names the runbook that answers, and fills the inputs that the
 * `triggers` of that runbook take from the alert. What is given by -i comes before it.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findRunbook, idOfFile } from '../catalogue/catalogue.ts';
import { usage } from '../console/exit-codes.ts';
import type { PlanOptions } from '../console/options.ts';
import { namedPairs } from '../console/pairs.ts';
import { parseExactJson } from '../interpreter/core/model/json.ts';
import type { Json } from '../interpreter/core/model/value.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { readTextIfThere } from '../interpreter/document/read-text.ts';
import { isMapping, mappingOf, shownText, textOf } from '../interpreter/plan/json.ts';
import type { Mapping } from '../interpreter/plan/json.ts';
import { plainTree } from '../interpreter/plan/params.ts';
import { renderTree } from '../interpreter/language/template/template.ts';
import { fitsAlert, findAnswering, triggersOf } from './triggers.ts';

interface Alerted<Options> {
  readonly name: string;
  readonly options: Options;
}

/** Without `--alert` nothing changes; `name` may then be missing. */
export function withAlert<Options extends PlanOptions>(name: string | undefined, options: Options): Alerted<Options> | undefined {
  if (options.alert === undefined) return name === undefined ? undefined : { name, options };
  const alerts = firing(options.alert);
  const place = { directory: process.cwd(), ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }) };
  const path = name === undefined ? findAnswering(alerts[0] ?? {}, place) : findRunbook(name, place);
  const data = loadRunbook(readTextIfThere(path), path).runbook?.data ?? {};
  const given = new Set(Object.keys(namedPairs('--input', 'name=value', options.input ?? [])));
  const filled = Object.entries(inputsFrom(data, alerts, name ?? idOfFile(path), given));
  const input = [...filled.map(([key, value]) => `${key}=${value}`), ...(options.input ?? [])];
  // Once is enough: whoever prepares the run afterwards finds the inputs given.
  const rest = Object.fromEntries(Object.entries(options).filter(([key]) => key !== 'alert')) as Options;
  return { name: path, options: { ...rest, input } };
}

const payloadHint = 'give the body that Alertmanager sends to a webhook: { "alerts": [{ "labels": {...} }] }';

/** Alerts that fire; those that are over answer nothing. */
function firing(file: string): readonly Mapping[] {
  const json = payloadOf(file);
  const listed = Array.isArray(json)
    ? (json as readonly Json[])
    : isMapping(json) && Array.isArray(json['alerts'])
      ? json['alerts']
      : [json];
  const alerts = (listed as readonly Json[]).filter((one): one is Mapping => isMapping(one) && isMapping(one['labels']));
  if (alerts.length === 0) throw usage(`--alert ${file}: there is no alert in it`, payloadHint);
  const open = alerts.filter((one) => statusOf(one) !== 'resolved');
  if (open.length === 0) throw usage(`--alert ${file}: all its alerts are resolved`, 'nothing is left to answer');
  return open;
}

const statusOf = ({ status }: Mapping): string | undefined => textOf(isMapping(status) ? status['state'] : status);

function payloadOf(file: string): Json {
  try {
    return parseExactJson(readFileSync(resolve(file), 'utf8')).json;
  } catch (problem) {
    const code = (problem as NodeJS.ErrnoException).code;
    throw code === undefined
      ? usage(`--alert ${file} is not JSON: ${(problem as Error).message}`, payloadHint)
      : usage(`--alert ${file} cannot be read (${code})`, 'name a file with the body that Alertmanager sends to a webhook');
  }
}

/** Input -> text, as on the command line. Throws CommandError. Several alerts fill a list; elsewhere they must agree. */
export function inputsFrom(
  data: Mapping,
  alerts: readonly Mapping[],
  named: string,
  given: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const triggers = triggersOf(data);
  const matches = alerts.flatMap((alert) =>
    triggers.filter((one) => fitsAlert(one, alert)).map((trigger) => ({ trigger, alert })),
  );
  if (matches.length === 0)
    throw usage(
      `"${named}" answers none of these alerts: ${[...new Set(alerts.map(labelText))].join('; ')}`,
      'its `triggers:` say which alerts and labels it answers',
    );
  const found = new Map<string, Set<string>>();
  for (const { trigger, alert } of matches)
    for (const [input, source] of Object.entries(mappingOf(trigger['inputs'])))
      if (!given.has(input)) found.set(input, (found.get(input) ?? new Set()).add(valueOf(source, alert, input)));
  return Object.fromEntries(
    [...found].map(([input, values]) => [input, oneOf(input, [...values], mappingOf(data['inputs'])[input])]),
  );
}

const labelText = ({ labels }: Mapping): string =>
  Object.entries(mappingOf(labels))
    .map(([label, value]) => `${label}=${shownText(value)}`)
    .join(', ');

function valueOf(source: Json, alert: Mapping, input: string): string {
  const rendered = renderTree(plainTree(source), { alert: { annotations: {}, ...alert } });
  if (!rendered.ok)
    throw usage(`the alert does not fill the input "${input}": ${rendered.fault.message}`, `give it: -i ${input}=...`);
  return shownText(rendered.json);
}

function oneOf(input: string, values: readonly string[], declared: Json | undefined): string {
  const [only = '', another] = values;
  if (isMapping(declared) && declared['type'] === 'list') return JSON.stringify(values);
  if (another === undefined) return only;
  throw usage(`the alerts have several values for the input "${input}": ${values.join(', ')}`, `choose one: -i ${input}=${only}`);
}
