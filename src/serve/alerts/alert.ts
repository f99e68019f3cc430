/** Alerts of Alertmanager's webhook (version 4) as data. What is not an alert is refused as a whole: half a payload is no payload. */
import { createHash } from 'node:crypto';
import { parseExactJson } from '../../interpreter/core/model/json.ts';
import type { AlertMark } from '../../interpreter/core/model/plan.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Mapping } from '../../interpreter/plan/json.ts';
import { isMapping, textOf } from '../../interpreter/plan/json.ts';
import { CallRefused } from '../http/reply.ts';

export interface Alert extends AlertMark {
  readonly resolved: boolean;
  readonly endsAt: string;
  /** As it came, for the templates of `triggers`. */
  readonly data: Mapping;
}

/** Alertmanager groups; a group with more is cut by its own `max_alerts`. */
const most = 1000;
const form = '{ "version": "4", "alerts": [{ "status": "firing", "labels": {...}, "startsAt": "...", "fingerprint": "..." }] }';

/** Throws CallRefused. */
export function alertsIn(body: string): readonly Alert[] {
  const payload = jsonOf(body);
  if (!isMapping(payload) || payload['version'] !== '4' || !Array.isArray(payload['alerts']))
    throw new CallRefused(400, 'the body is not a webhook of Alertmanager, version 4', form);
  const alerts = payload['alerts'] as readonly Json[];
  if (alerts.length > most)
    throw new CallRefused(413, `more than ${String(most)} alerts at once`, 'set max_alerts of the receiver');
  return alerts.map(alertOf);
}

function jsonOf(body: string): Json {
  try {
    return parseExactJson(body).json;
  } catch (problem) {
    throw new CallRefused(400, `the body is not JSON: ${(problem as Error).message}`, form);
  }
}

function alertOf(data: Json): Alert {
  if (!isMapping(data) || !isMapping(data['labels'])) throw new CallRefused(400, 'an alert has no labels', form);
  const { status, startsAt, endsAt, fingerprint } = data;
  if ((status !== 'firing' && status !== 'resolved') || typeof startsAt !== 'string')
    throw new CallRefused(400, 'an alert has no status or no startsAt', form);
  const labels = Object.fromEntries(Object.entries(data['labels']).map(([name, value]) => [name, String(value)]));
  return {
    fingerprint: textOf(fingerprint) ?? fingerprintOf(labels),
    startsAt,
    endsAt: textOf(endsAt) ?? '',
    labels,
    resolved: status === 'resolved',
    data,
  };
}

/** Of senders that give none: the same labels are the same alert. */
const fingerprintOf = (labels: Readonly<Record<string, string>>): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(labels).sort()))
    .digest('hex')
    .slice(0, 16);

export const alertTitle = ({ labels }: Alert): string => labels['alertname'] ?? 'an alert without a name';
