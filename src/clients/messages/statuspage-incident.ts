/** Incidents of Statuspage with what we keep in their metadata: `{ runbook: { run, said: [...] } }`, since every value on top must be a mapping. */
import type { Json } from '../../interpreter/core/model/value.ts';
import { digestOf } from './key.ts';

type Data = Readonly<Record<string, unknown>>;

export interface Incident {
  readonly id: string;
  /** Id of the run that opened it or spoke last. */
  readonly run?: string;
  /** Messages that it has, oldest first. */
  readonly said: readonly string[];
  readonly components: readonly string[];
  readonly metadata: Data;
}

/** Whose message this is, and which. */
export interface MessageMark {
  readonly run: string;
  readonly said: string;
}

/** More would only grow the metadata: repetitions come soon or never. */
const mostSaid = 50;

const mapping = (json: unknown): Data | undefined =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Data) : undefined;
const texts = (json: unknown): readonly string[] =>
  Array.isArray(json) ? (json as readonly unknown[]).filter((one) => typeof one === 'string') : [];

/** A key begins with the id of the run. */
export const markOf = (key: string): MessageMark => ({ run: key.split('/')[0] ?? key, said: digestOf(key).slice(0, 16) });

export const markedWith = (incident: Incident, mark: MessageMark): boolean =>
  incident.run === mark.run && incident.said.includes(mark.said);

export function incidentIn(json: unknown): Incident | undefined {
  const data = mapping(json);
  const id = data?.['id'];
  if (data === undefined || typeof id !== 'string' || id === '') return undefined;
  const metadata = mapping(data['metadata']) ?? {};
  const own = mapping(metadata['runbook']);
  const run = own?.['run'];
  const listed: unknown = data['components'];
  const components = (Array.isArray(listed) ? (listed as readonly unknown[]) : []).map((one) => mapping(one)?.['id']);
  return { id, ...(typeof run === 'string' ? { run } : {}), said: texts(own?.['said']), components: texts(components), metadata };
}

export interface IncidentUpdate {
  readonly before: Incident | undefined;
  readonly mark: MessageMark;
  readonly body: string;
  readonly name?: string;
  readonly status?: string;
  /** Id of a component -> its state. */
  readonly states: Readonly<Record<string, string>>;
}

/** What is sent: components of earlier messages stay with the incident, and metadata of others stay unchanged. */
export function incidentOf({ before, mark, body, name, status, states }: IncidentUpdate): Json {
  const said = [...(before?.run === mark.run ? before.said : []), mark.said].slice(-mostSaid);
  const affected = [...new Set([...(before?.components ?? []), ...Object.keys(states)])];
  const state = status ?? (before === undefined ? 'investigating' : undefined);
  return {
    ...(name === undefined ? {} : { name }),
    ...(state === undefined ? {} : { status: state }),
    body,
    ...(Object.keys(states).length === 0 ? {} : { components: states, component_ids: affected }),
    metadata: { ...(before?.metadata as Readonly<Record<string, Json>> | undefined), runbook: { run: mark.run, said } },
  };
}
