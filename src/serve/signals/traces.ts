/** A run as a trace of OpenTelemetry (OTLP as JSON), from its journal alone: the run, its steps, their attempts, and how long people were asked. Pure. */
import { createHash } from 'node:crypto';
import type { Stamped } from '../../interpreter/core/model/event.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import { version } from '../../console/version.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** internal */
  readonly kind: 1;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  /** 1: ok, 2: error. */
  readonly status: { readonly code: 1 | 2; readonly message?: string };
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Names, states and times; no output, no parameter, no value: a collector is not a place for them. */
export function traceOf(plan: Plan, records: readonly Stamped[]): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'runbook', 'service.version': version }) },
        scopeSpans: [{ scope: { name: 'runbook', version }, spans: spansOf(plan, records) }],
      },
    ],
  };
}

function spansOf(plan: Plan, records: readonly Stamped[]): readonly Span[] {
  const [first] = records;
  const last = records.at(-1);
  if (first?.type !== 'run.opened' || last === undefined) return [];
  const span = spanMaker(first.run);
  return [
    span([], plan.runbook.id, first, last, {
      attributes: {
        'runbook.run': first.run,
        'runbook.id': plan.runbook.id,
        'runbook.severity': plan.runbook.severity,
        'runbook.environment': first.env,
        'runbook.plan': plan.hash,
        'runbook.operator': first.operator.name,
        'runbook.outcome': last.type === 'run.finished' ? last.outcome : undefined,
      },
      ...(last.type === 'run.finished' && last.exitCode !== 0 ? { failed: last.outcome } : {}),
    }),
    ...records.flatMap((record, index) => stepSpans(span, plan, record, records.slice(index + 1))),
  ];
}

/** The span that begins with this record, if one does. */
function stepSpans(span: MakeSpan, plan: Plan, record: Stamped, later: readonly Stamped[]): readonly Span[] {
  const end = <T extends Stamped['type']>(
    type: T,
    fits: (one: Extract<Stamped, { type: T }>) => boolean,
  ): Extract<Stamped, { type: T }> | undefined =>
    later.find((one): one is Extract<Stamped, { type: T }> => one.type === type && fits(one as Extract<Stamped, { type: T }>));
  const close = later.at(-1) ?? record;
  switch (record.type) {
    case 'step.started': {
      const ended = end('step.finished', ({ key }) => key === record.key);
      const node = plan.nodes.find(({ key }) => key === record.node);
      const attributes = {
        'runbook.step': record.key,
        'runbook.step.type': node?.type,
        'runbook.lane': record.lane,
        'runbook.state': ended?.status,
      };
      return [span([record.key], record.key, record, ended ?? close, { attributes, ...failure(ended?.fault?.code) })];
    }
    case 'attempt.started': {
      const ended = end('attempt.finished', ({ key, n, role }) => key === record.key && n === record.n && role === record.role);
      const fault = ended === undefined || ended.outcome.is === 'ok' ? ended?.fault : ended.outcome.fault;
      const name = `${record.role} ${record.key}`;
      const path = [record.key, record.role, String(record.n)];
      const attributes = { 'runbook.attempt': record.n, 'runbook.role': record.role };
      return [span(path, name, record, ended ?? close, { attributes, ...failure(fault?.code) })];
    }
    case 'question.opened': {
      const ended = end('question.closed', ({ id }) => id === record.id);
      const attributes = { 'runbook.ask': record.ask, 'runbook.verdict': ended?.verdict, 'runbook.by': ended?.by.name };
      return [span([record.key, 'question', record.id], `ask ${record.key}`, record, ended ?? close, { attributes })];
    }
    default:
      return [];
  }
}

const failure = (code: string | undefined): { readonly failed?: string } => (code === undefined ? {} : { failed: code });

interface Told {
  readonly attributes: Attributes;
  readonly failed?: string;
}

/** A span below the run, a step or an attempt. Its id follows from where it is, so the same journal always gives the same trace. */
type MakeSpan = (path: readonly string[], name: string, from: Stamped, to: Stamped, told: Told) => Span;

const spanMaker =
  (run: string): MakeSpan =>
  (path, name, from, to, { attributes, failed }) => ({
    traceId: hex(run, 32),
    spanId: spanId(run, path),
    ...(path.length === 0 ? {} : { parentSpanId: spanId(run, path.length === 1 ? [] : path.slice(0, 1)) }),
    name,
    kind: 1,
    startTimeUnixNano: nanoseconds(from.wall),
    endTimeUnixNano: nanoseconds(to.wall),
    attributes: attributesOf(attributes),
    status: failed === undefined ? { code: 1 } : { code: 2, message: failed },
  });

const spanId = (run: string, path: readonly string[]): string => hex(JSON.stringify([run, ...path]), 16);

const hex = (text: string, digits: number): string => createHash('sha256').update(text).digest('hex').slice(0, digits);

const nanoseconds = (wall: string): string => `${String(Date.parse(wall))}000000`;

const attributesOf = (all: Attributes): readonly Attribute[] =>
  Object.entries(all).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }],
  );
