/** The escalation matrix beside the runbooks of dashstream says the same as they do. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runbookFiles } from '../../src/catalogue/catalogue.ts';
import { loadRunbook } from '../../src/interpreter/document/load.ts';
import type { Mapping } from '../../src/interpreter/plan/json.ts';
import { triggersOf } from '../../src/session/triggers.ts';

const folder = join(import.meta.dirname, '../../runbooks.yaml.d/dashstream');
const { alerts } = JSON.parse(readFileSync(join(folder, 'escalation.json'), 'utf8')) as {
  readonly alerts: Readonly<Record<string, { readonly severity: string; readonly runbook: string }>>;
};
const runbooks = runbookFiles(folder).map((file) => ({
  id: basename(file, '.yaml'),
  data: loadRunbook(readFileSync(file, 'utf8'), file).runbook?.data ?? {},
}));
const answered = runbooks.flatMap(({ id, data }) =>
  triggersOf(data).flatMap(({ alert }) => (alert === '*' ? [] : [[String(alert), id, data] as const])),
);

describe('the escalation matrix', () => {
  it.each(answered)('has %s with the runbook and severity of %s', (alert, id, data) => {
    expect(alerts[alert]).toMatchObject({ runbook: id, severity: data['severity'] });
  });

  it('names no runbook that does not exist or does not answer the alert', () => {
    const named = Object.entries(alerts).map(([alert, { runbook }]) => `${alert}: ${runbook}`);
    expect(named.toSorted()).toEqual(answered.map(([alert, id]) => `${alert}: ${id}`).toSorted());
  });

  it('leads to runbooks that alert-response calls', () => {
    const router = runbooks.find(({ id }) => id === 'alert-response')?.data['steps'] as readonly Mapping[];
    const called = router.flatMap(({ run }) => (typeof run === 'string' ? [run] : []));
    expect(called.toSorted()).toEqual([...new Set(Object.values(alerts).map(({ runbook }) => runbook))].toSorted());
  });
});
