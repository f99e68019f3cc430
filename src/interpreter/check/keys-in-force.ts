/**
 * Which of the common keys have an effect in which place. A key that nobody reads there is an error: an expectation or a confirmation that is
 * written and not in force is worse than none. keys-in-force.test.ts holds this table against the plan.
 */
import { readingLanes } from '../core/model/plan.ts';
import type { Walked } from '../document/steps.ts';
import type { StepType } from '../port/step-type.ts';
import type { Checked } from './finding.ts';
import { isMeant } from './finding.ts';

/** What carries the keys: a group, a step by the kind of its type, a guard, a `doneWhen`, a step of an `undo` list. */
type Place = 'group' | 'call' | 'effect' | 'ask' | 'check' | 'undo step' | 'guard' | 'probe' | 'taking back';

const nameOf: Readonly<Record<Place, string>> = {
  group: 'a group',
  call: 'the call of a runbook',
  effect: 'this step',
  ask: 'a question to people',
  check: 'a check',
  'undo step': 'a step of type undo',
  guard: 'a guard',
  probe: 'doneWhen',
  'taking back': 'a step under undo',
};

const steps: readonly Place[] = ['effect', 'ask', 'check', 'undo step'];
const works: readonly Place[] = ['effect', 'ask', 'check', 'undo step', 'guard', 'taking back'];
const nodes: readonly Place[] = ['group', 'call', ...works];
const named: readonly Place[] = ['group', 'call', ...steps, 'guard'];
const reads: readonly Place[] = ['effect', 'check', 'guard', 'probe', 'taking back'];

/** Key -> where it has an effect. Keys that are missing here are checked elsewhere (`type`, `steps`, `needs`, `from`, `to`, `then`, `within`). */
const inForce = new Map<string, readonly Place[]>(
  Object.entries({
    id: named,
    title: nodes,
    note: nodes,
    target: ['effect', 'guard', 'probe', 'taking back'],
    at: ['effect', 'guard', 'probe', 'taking back'],
    when: nodes,
    forEach: ['group', 'call', ...steps, 'taking back'],
    as: ['group', 'call', ...steps, 'taking back'],
    parallel: ['group', 'call', ...steps, 'taking back'],
    confirm: nodes,
    offer: nodes,
    approve: nodes,
    value: reads,
    sensitive: ['effect', 'guard', 'probe', 'taking back'],
    expect: reads,
    until: ['effect', 'taking back'],
    every: ['effect', 'guard', 'taking back'],
    for: ['effect', 'guard', 'taking back'],
    atLeast: ['group'],
    abortWhen: ['effect', 'taking back'],
    timeout: ['group', 'call', 'effect', 'ask', 'guard', 'taking back'],
    onNoData: ['effect', 'guard', 'taking back'],
    retry: ['effect', 'taking back'],
    effect: ['effect', 'ask', 'guard', 'taking back'],
    repeatable: ['effect', 'taking back'],
    doneWhen: ['effect', 'ask', 'check', 'taking back'],
    undo: ['effect'],
    onFailure: ['group', 'call', ...steps, 'guard'],
    critical: steps,
    finding: ['effect', 'check'],
    evidence: ['effect', 'ask', 'check'],
  }),
);

/** What to do instead, by place and key; `*` is for all keys of the place. */
const advice: Readonly<Record<Place, Readonly<Record<string, string>>>> = {
  group: {
    expect: 'put it on a step of the group, or add a step of type check after them',
    value: 'put it on the step whose result it narrows',
    until: 'put it on the step that reads',
    critical: 'put it on the steps of the group whose failure does not count',
    '*': 'put it on the steps of the group; a group has when, forEach, parallel, atLeast, confirm, offer, approve, onFailure and timeout',
  },
  call: {
    undo: 'remove it: the undos of the called runbook are those of this one',
    target: 'pass targets by name: targets: { theirs: ours }',
    '*': 'put it on a step of the called runbook',
  },
  effect: { '*': 'remove it' },
  ask: {
    expect: 'add a step of type check that reads the answer: steps.<id>.value',
    value: 'read the answer in later steps: steps.<id>.value',
    undo: 'nothing is taken back by itself: ask for it in a step of its own, or in `finally:`',
    '*': 'remove it: people answer once, and nothing is repeated or taken back',
  },
  check: {
    target: 'a check talks to nobody: read the target in a step of its own, and compare steps.<id>.value',
    sensitive: 'a check has no result of its own: mark it at the step that obtains it',
    until: 'a check looks once: put `until` on the step that reads',
    '*': 'remove it: a check only compares what earlier steps read, once',
  },
  'undo step': { '*': 'remove it: what is taken back has its own timeout, retry and expect, at the step whose undo it is' },
  guard: {
    until: 'a guard trips when `expect` stops holding',
    retry: 'a guard reads again by itself, every so often',
    '*': 'remove it',
  },
  probe: {
    timeout: '`within` says how long the wanted state may take',
    until: '`within` says how long the wanted state may take; `expect` says what it is',
    '*': 'doneWhen has type, target, value, expect, within and the keys of its type',
  },
  'taking back': {
    id: 'a step under undo is known by the step that it takes back',
    steps: 'write the steps as a list: undo: [...]',
    undo: 'what is taken back is not done again',
    onFailure: 'an undo that fails is recorded, and the next one is done',
    critical: 'an undo that fails always counts',
    '*': 'remove it',
  },
};

/** What a guard that only compares does not read. */
const notRead = new Set(['value', 'sensitive', 'timeout', 'onNoData', 'effect', 'target']);
/** Sections in which a failure is recorded and stops nothing, whatever a step says. */
const tolerant = new Set(['evidence', 'diagnosis', 'finally', 'comms', 'postmortem']);
/** Sections whose failures are not counted. */
const uncounted = new Set(['evidence', 'diagnosis', 'watch', 'comms', 'postmortem']);
/** Sections that change nothing. */
const reading: ReadonlySet<string> = new Set([...readingLanes, 'postmortem']);

export function lanePlace(walked: Walked, typed: StepType | undefined): Place {
  if (walked.role === 'probe') return 'probe';
  if (walked.role === 'undo') return 'taking back';
  if (walked.role === 'watch') return 'guard';
  if (typed === undefined) return 'group';
  const { kind } = typed.manifest;
  if (kind === 'undo') return 'undo step';
  if (kind === 'call') return 'call';
  return kind === 'ask' || kind === 'check' ? kind : 'effect';
}

/** `own`: keys that the step type declares for itself; they are its business. */
export function checkKeysInForce(checked: Checked, walked: Walked, typed: StepType | undefined, own: object): void {
  const place = lanePlace(walked, typed);
  const comparesOnly = place === 'guard' && (typed === undefined || typed.manifest.kind === 'check');
  for (const key of Object.keys(walked.step)) {
    if (Object.hasOwn(own, key)) continue;
    const wrong =
      withoutPlace(walked, place, key, comparesOnly) ??
      withoutTarget(key, typed) ??
      withoutSection(walked, key) ??
      alone(checked, walked, place, key);
    if (wrong === undefined) continue;
    const pointer = `${walked.pointer}/${key}`;
    checked.broken.add(pointer);
    checked.add('key/no-effect', checked.runbook.at(pointer, 'key'), wrong.message, wrong.hint);
  }
}

interface Wrong {
  readonly message: string;
  readonly hint: string;
}

function withoutPlace({ step, role }: Walked, place: Place, key: string, comparesOnly: boolean): Wrong | undefined {
  if (key === 'steps' && place !== 'group') {
    const what = typeof step['type'] === 'string' && role === 'step' ? `a step of type ${step['type']}` : nameOf[place];
    const hint = advice[place]['steps'] ?? 'a group has steps and no type: give the work an id and a place in the list';
    return { message: `${what} performs no \`steps\``, hint };
  }
  const places = inForce.get(key);
  if (places === undefined || (places.includes(place) && !(comparesOnly && notRead.has(key)))) return undefined;
  return { message: `${key} has no effect on ${nameOf[place]}`, hint: advice[place][key] ?? advice[place]['*'] ?? 'remove it' };
}

const withoutTarget = (key: string, typed: StepType | undefined): Wrong | undefined =>
  (key === 'target' || key === 'at') && typed !== undefined && typed.manifest.target === undefined
    ? { message: `a step of type ${typed.manifest.type} talks to no target`, hint: 'remove it' }
    : undefined;

function withoutSection({ step, lane, role }: Walked, key: string): Wrong | undefined {
  if (role !== 'step') return undefined;
  const said = `${key} has no effect in ${lane}`;
  if (key === 'onFailure' && tolerant.has(lane))
    return { message: said, hint: 'remove it: there a failure is recorded and stops nothing' };
  if (key === 'onFailure' && lane === 'precondition' && step[key] !== 'abort' && step[key] !== 'ask')
    return {
      message: `${String(step[key])} has no effect in preconditions`,
      hint: 'an unmet precondition refuses the run; `finding: true` marks a read that a later one judges',
    };
  if (key === 'evidence' && lane === 'evidence') return { message: said, hint: 'remove it: the section says it already' };
  if (key === 'critical' && uncounted.has(lane))
    return { message: said, hint: 'remove it: failures there do not count for the outcome' };
  if (key === 'finding' && lane !== 'precondition' && reading.has(lane))
    return { message: said, hint: 'remove it: there a failure is recorded and stops nothing' };
  if ((key === 'onFailure' || key === 'critical') && step['finding'] === true)
    return {
      message: `${key} has no effect beside finding`,
      hint: 'remove one of them: a finding stops nothing and fails nothing',
    };
  if (key === 'undo' && step[key] !== 'none' && reading.has(lane))
    return { message: said, hint: 'remove it: nothing is changed there' };
  return undefined;
}

/** Keys that work only together with another one. */
function alone(checked: Checked, { step, pointer }: Walked, place: Place, key: string): Wrong | undefined {
  if (key === 'expect' && step['until'] !== undefined && place !== 'guard')
    return {
      message: 'expect has no effect beside until',
      hint: 'write what must hold into until, or compare in a check after it',
    };
  if (place === 'guard' && ['for', 'then', 'repeat'].includes(key) && step['levels'] !== undefined)
    return { message: `${key} has no effect beside levels`, hint: 'each level has its own: levels: [{ for: 5m, then: [...] }]' };
  if (key === 'repeat' && (step['onFailure'] === 'abort' || step['onFailure'] === 'undo'))
    return {
      message: 'repeat has no effect: the run ends when the guard trips',
      hint: 'write onFailure: continue, or remove it',
    };
  if (key !== 'parallel' || step['forEach'] !== undefined || (place === 'group' && typeof step[key] !== 'number'))
    return undefined;
  // Where `as` or an item is there, the missing forEach is reported there.
  if (step['as'] !== undefined || isMeant(checked, pointer, 'forEach') || /\bitem\b/.test(JSON.stringify(step))) return undefined;
  const hint = place === 'group' ? '`parallel: true` starts all steps of the group at once' : 'add `forEach:`, or remove it';
  return { message: 'parallel has no effect without forEach', hint };
}
