/** What is well formed and still wrong: writes in reading sections, waits without end, combinations that do nothing. */
import { readingLanes } from '../core/model/plan.ts';
import type { Json } from '../core/model/value.ts';
import type { Mapping, Walked } from '../document/steps.ts';
import { parseDuration } from '../language/duration.ts';
import type { Checked } from './finding.ts';
import { isBroken, isMeant } from './finding.ts';
import { isUnsure } from './unsure.ts';

const reading: ReadonlySet<string> = new Set(readingLanes);

export function checkMeaning(checked: Checked): void {
  for (const walked of checked.steps) {
    if (isBroken(checked, walked.pointer)) continue;
    effect(checked, walked);
    if (!checked.broken.has(`${walked.pointer}/until`)) waits(checked, walked);
    items(checked, walked);
  }
}

function effect(checked: Checked, walked: Walked): void {
  const { step, pointer } = walked;
  const type = typeof step['type'] === 'string' ? checked.registry.get(step['type']) : undefined;
  if (type === undefined || type.manifest.kind !== 'effect' || isUnsure(checked, walked)) return;
  const facts = type.facts(step);
  const guard = walked.role === 'watch';
  const mustRead = reading.has(walked.lane) || walked.role === 'probe' || guard || step['until'] !== undefined;
  if (mustRead && facts.effect !== 'read' && checked.unclear.has(pointer)) checked.unclear.get(pointer)?.();
  else if (mustRead && facts.effect !== 'read') {
    const where =
      walked.role === 'probe'
        ? 'doneWhen'
        : guard
          ? 'a guard'
          : step['until'] !== undefined && !reading.has(walked.lane)
            ? 'a wait'
            : walked.lane;
    checked.add(
      'effect/write-in-reads',
      checked.runbook.at(`${pointer}/type`),
      `${where} only reads, but this step may change something${facts.doubt === undefined ? '' : `: ${facts.doubt.why}`}`,
      facts.doubt?.hint ?? 'move it to `steps:`',
    );
  }
  if (step['finding'] === true && facts.effect !== 'read')
    checked.add(
      'key/no-effect',
      checked.runbook.at(`${pointer}/finding`, 'key'),
      'only a read can be a finding, and this step may change something',
      'remove it; with `onFailure: continue` the run continues after a failed change',
    );
  const isRead =
    reading.has(walked.lane) || (facts.effect === 'read' && step['effect'] !== 'write' && step['effect'] !== 'destructive');
  if (step['repeatable'] === false && isRead)
    checked.add(
      'key/no-effect',
      checked.runbook.at(`${pointer}/repeatable`, 'key'),
      'a step that only reads is always repeatable',
      'remove it: a read is done again whenever its outcome is not known',
    );
  const restore = restoreAt(step['undo']);
  if (restore !== undefined && facts.undo !== 'restore' && checked.unclear.has(pointer)) checked.unclear.get(pointer)?.();
  else if (restore !== undefined && facts.undo !== 'restore') {
    checked.add(
      'undo/no-restore',
      checked.runbook.at(`${pointer}/undo${restore}`),
      `${type.manifest.type} cannot capture what it changes here`,
      'give the steps that take it back, or `undo: none`',
    );
  }
  const order = ['read', 'write', 'destructive'];
  if (typeof step['effect'] === 'string' && order.indexOf(step['effect']) < order.indexOf(facts.effect)) {
    checked.add(
      'effect/laxer',
      checked.runbook.at(`${pointer}/effect`),
      `the step type says ${facts.effect}; authors may only be stricter`,
      'remove `effect:`',
    );
  }
}

/** Pointer of `restore` below `undo`; undefined: it is not there. */
function restoreAt(undo: Json | undefined): string | undefined {
  if (undo === 'restore') return '';
  const index = Array.isArray(undo) ? undo.indexOf('restore') : -1;
  return index < 0 ? undefined : `/${String(index)}`;
}

/** Then its absence is a finding of its own. */
function requiresTimeout(checked: Checked, step: Mapping): boolean {
  const type = typeof step['type'] === 'string' ? checked.registry.get(step['type']) : undefined;
  return type?.manifest.requires?.includes('timeout') === true;
}

function waits(checked: Checked, walked: Walked): void {
  const { step, pointer } = walked;
  const ms = (key: string): number | undefined => (typeof step[key] === 'string' ? parseDuration(step[key]) : undefined);
  if (ms('timeout') === 0)
    checked.add(
      'value/duration',
      checked.runbook.at(`${pointer}/timeout`),
      'the timeout must be longer than 0s',
      'write 1s or more',
    );
  if (ms('every') === 0)
    checked.add('wait/no-pause', checked.runbook.at(`${pointer}/every`), 'readings without a pause', 'write every: 1s or more');
  if (step['until'] !== undefined) {
    if (step['timeout'] === undefined && !requiresTimeout(checked, step) && !isMeant(checked, pointer, 'timeout')) {
      checked.add(
        'wait/no-timeout',
        checked.runbook.at(`${pointer}/until`, 'key'),
        'a wait without a timeout may never end',
        'add `timeout:`',
      );
    }
    const hold = ms('for');
    const timeout = ms('timeout');
    if (hold !== undefined && timeout !== undefined && timeout <= hold) {
      checked.add(
        'wait/too-short',
        checked.runbook.at(`${pointer}/timeout`),
        'the timeout is not longer than the time it must hold',
        'the wait could never succeed',
      );
    }
    const every = ms('every');
    if (every !== undefined && timeout !== undefined && every >= timeout && timeout > (hold ?? 0))
      checked.add(
        'wait/one-reading',
        checked.runbook.at(`${pointer}/every`),
        'the timeout is over before the second reading',
        'read more often, or wait longer',
        'warning',
      );
    if (step['retry'] !== undefined)
      checked.add(
        'wait/retry',
        checked.runbook.at(`${pointer}/retry`, 'key'),
        'retry does nothing beside until',
        'remove `retry:`',
      );
  } else if (walked.role === 'step' && !isMeant(checked, pointer, 'until') && !needsUntil(checked, step)) {
    for (const key of ['for', 'every', 'abortWhen']) {
      if (step[key] !== undefined && !ownKey(checked, step, key)) {
        checked.add(
          'wait/no-until',
          checked.runbook.at(`${pointer}/${key}`, 'key'),
          `${key} does nothing without until`,
          'add `until:`',
        );
      }
    }
  }
}

/** Its missing `until` is reported already. */
const needsUntil = (checked: Checked, step: Walked['step']): boolean =>
  typeof step['type'] === 'string' && checked.registry.get(step['type'])?.manifest.requires?.includes('until') === true;

function ownKey(checked: Checked, step: Readonly<Record<string, Json>>, key: string): boolean {
  const params = typeof step['type'] === 'string' ? checked.registry.get(step['type'])?.manifest.params : undefined;
  return params !== null && typeof params === 'object' && key in ((params as { properties?: object }).properties ?? {});
}

function items(checked: Checked, walked: Walked): void {
  const { step, pointer } = walked;
  if (step['as'] !== undefined && step['forEach'] === undefined && !isMeant(checked, pointer, 'forEach')) {
    checked.add(
      'order/as-without-for-each',
      checked.runbook.at(`${pointer}/as`, 'key'),
      'as does nothing without forEach',
      'add `forEach:`',
    );
  }
}
