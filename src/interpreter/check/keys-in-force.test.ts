/** Every common key in every place: either lint refuses it there, or the plan is another one without it. */
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Json } from '../core/model/value.ts';
import type { Mapping } from '../document/steps.ts';
import { loadRunbook } from '../document/load.ts';
import { makePlan } from '../plan/plan.ts';
import { registry } from '../../steps/index.ts';
import { check } from './check.ts';
import { commsSchema, stepSchema } from './document-schema.ts';

const head = {
  apiVersion: 'runbook/v1',
  id: 'example',
  title: 'Example',
  owners: ['team'],
  targets: { cache: 'redis', other: 'redis', chat: 'chat', flags: 'flag' },
};
const work: Json = { id: 'work', type: 'shell', argv: ['./change'], undo: 'none' };
const read: Mapping = { type: 'redis', target: 'other', command: ['GET', 'a'] };
const inner: Json = { id: 'inner', type: 'redis', target: 'other', command: ['PING'] };

/** A value that differs from what holds without the key. Beside it what it cannot be without. */
const samples: Readonly<Record<string, Mapping>> = {
  id: { id: 'other' },
  title: { title: 'Something' },
  note: { note: 'Something' },
  type: read,
  steps: { steps: [{ id: 'added', type: 'check', expect: 'true == true' }] },
  target: { target: 'cache' },
  when: { when: '1 == 1' },
  forEach: { forEach: '[1, 2]' },
  as: { as: 'one', forEach: '[1, 2]' },
  parallel: { parallel: 2, forEach: '[1, 2]' },
  atLeast: { atLeast: 1 },
  needs: { needs: ['inner'] },
  confirm: { confirm: 'Sure?' },
  offer: { offer: 'Shall it?' },
  approve: { approve: { from: ['team'], timeout: '5m' } },
  value: { value: '1' },
  sensitive: { sensitive: ['/text'] },
  expect: { expect: '1 == 2' },
  until: { until: '1 == 2', timeout: '7s' },
  every: { every: '7s', until: '1 == 2', timeout: '1m' },
  for: { for: '7s', until: '1 == 2', timeout: '1m' },
  repeat: { repeat: '7s' },
  levels: { levels: [{ for: '7s', then: [{ id: 'added', type: 'check', expect: 'true == true' }] }] },
  timeout: { timeout: '7s' },
  abortWhen: { abortWhen: '1 == 3', until: '1 == 2', timeout: '1m' },
  onNoData: { onNoData: 'zero' },
  retry: { retry: { attempts: 3 } },
  effect: { effect: 'destructive' },
  repeatable: { repeatable: false },
  doneWhen: { doneWhen: { ...read, expect: 'value == "1"' } },
  within: { within: '7s' },
  undo: { undo: [{ type: 'shell', argv: ['false'] }] },
  onFailure: { onFailure: 'ask' },
  critical: { critical: false },
  evidence: { evidence: true },
  finding: { finding: true },
  from: { from: 'work' },
  to: { to: 'work' },
  then: { then: [{ id: 'added', type: 'check', expect: 'true == true' }] },
  at: { at: ['failed'] },
  message: { message: 'other' },
  attach: { attach: ['report'] },
  severity: { severity: 'critical' },
  status: { status: 'resolved' },
  components: { components: { api: 'operational' } },
};

const ask: Mapping = { id: 'subject', type: 'manual' };
const checks: Mapping = { id: 'subject', type: 'check', expect: 'true == true' };
const undoing: Mapping = { id: 'subject', type: 'undo', of: ['work'] };
const write: Mapping = { id: 'subject', type: 'flag', target: 'flags', flag: 'a.b', set: false, undo: 'none' };
const group: Mapping = { id: 'subject', steps: [inner] };
const reading: Mapping = { id: 'subject', ...read };
const list = (section: string) => (subject: Mapping) => ({
  ...head,
  [section]: [subject],
  ...(section === 'steps' ? {} : { steps: [work] }),
});
const around = (key: string) => (subject: Mapping) => ({ ...head, steps: [{ ...write, id: 'outer', [key]: subject }] });

/** Where a mapping with common keys may appear: the mapping without the key, and the runbook around it. */
const places: readonly (readonly [string, Mapping, (subject: Mapping) => Mapping])[] = [
  ...['preconditions', 'evidence', 'containment', 'diagnosis', 'steps', 'validations', 'finally', 'postmortem'].flatMap(
    (section) =>
      [
        ['a group', group],
        ['a reading step', reading],
        ['a question', ask],
        ['a check', checks],
      ].map(([name, subject]) => [`${String(name)} in ${section}`, subject as Mapping, list(section)] as const),
  ),
  ['a change in steps', write, list('steps')],
  ['a change in finally', write, list('finally')],
  [
    'an undo step in steps',
    undoing,
    (subject) => ({ ...head, steps: [{ ...(work as Mapping), undo: [{ type: 'shell', argv: ['false'] }] }, subject] }),
  ],
  [
    'a step of a parallel group',
    reading,
    (subject) => ({ ...head, steps: [{ id: 'g', parallel: true, steps: [inner, subject] }] }),
  ],
  [
    'a step inside a guard',
    write,
    (subject) => ({ ...head, steps: [work], watch: [{ id: 'w', expect: 'run.elapsed < duration("1h")', then: [subject] }] }),
  ],
  ['a guard that compares', { id: 'subject', type: 'check', expect: 'run.elapsed < duration("1h")' }, list('watch')],
  ['a guard that reads', { ...reading, expect: 'value == "1"' }, list('watch')],
  ['a doneWhen', { ...read, expect: 'value == "1"' }, around('doneWhen')],
  [
    'a step under undo',
    { type: 'flag', target: 'flags', flag: 'a.b', set: true },
    (subject) => around('undo')([subject] as never),
  ],
  ['a call', { id: 'subject', type: 'runbook', run: 'other' }, list('steps')],
  ['a message', { to: 'chat', message: 'm', at: ['finished'] }, list('comms')],
];

const keys = [...new Set([...Object.keys(stepSchema.properties), ...Object.keys(commsSchema.properties)])];

describe.each(places)('%s', (_, subject, runbook) => {
  it.each(keys)('%s is refused, or it changes the plan', async (key) => {
    const sample = samples[key];
    if (sample === undefined) throw new Error(`no sample for ${key}`);
    const others = Object.fromEntries(Object.entries(sample).filter(([name]) => name !== key));
    const given = await accepted(runbook({ ...subject, ...sample }));
    if (given !== undefined) expect(planOf(given)).not.toEqual(planOf(runbook({ ...without(subject, key), ...others })));
  });
});

const without = (subject: Mapping, key: string): Mapping =>
  Object.fromEntries(Object.entries(subject).filter(([name]) => name !== key));

/** The runbook as read, undefined when lint has an error. */
async function accepted(data: Mapping): Promise<Mapping | undefined> {
  const { runbook, diagnostics } = loadRunbook(stringify(data), 'example.yaml');
  if (runbook === undefined) throw new Error(JSON.stringify(diagnostics));
  const findings = await check(runbook, registry);
  return findings.some(({ severity }) => severity === 'error') ? undefined : (parse(stringify(data)) as Mapping);
}

/** The nodes; what only says where it is in the plan aside. */
function planOf(data: Mapping): unknown {
  const environment = { name: 'test', rehearsal: false, timeScale: 1, targets: {}, facts: {} };
  const find = (id: string) => ({ id, sha: '', data: { ...head, steps: [work] } as Mapping });
  const made = makePlan({ id: 'example', sha: '', data }, registry, { inputs: {}, environment, bind: false, find });
  return made.ok ? made.plan.nodes : made.problems;
}
