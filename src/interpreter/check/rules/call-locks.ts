/** A lock keeps runs apart, not the calls of one run: two calls of the same lock that run at once are told. */
import { besideOf } from '../beside.ts';
import { calledBy } from '../calls.ts';
import type { Checked } from '../finding.ts';
import type { Mapping, Walked } from '../../document/steps.ts';
import { textsOf } from '../../plan/json.ts';

export function checkCallLocks(checked: Checked): void {
  const calls = checked.steps.flatMap((walked) => {
    const locks = locksOf(calledBy(checked, walked.step)?.data);
    return locks.length === 0 ? [] : [{ walked, locks }];
  });
  calls.forEach(({ walked, locks }, index) => {
    const beside = besideOf(checked, walked);
    const other = calls
      .slice(0, index)
      .find((one) => beside.has(one.walked.id ?? '') && one.locks.some((lock) => locks.includes(lock)));
    const shared = locks.find((lock) => other?.locks.includes(lock));
    if (other !== undefined) add(checked, walked, shared, `"${other.walked.id ?? ''}" beside it`);
    else if (hasTurnsAtOnce(walked.step)) add(checked, walked, locks[0], 'its other items');
  });
}

/** As written; with a template each call may have another one. */
const locksOf = (data: Mapping | undefined): readonly string[] => textsOf(data?.['lock']).filter((text) => !text.includes('{{'));

const hasTurnsAtOnce = ({ forEach, parallel }: Mapping): boolean =>
  forEach !== undefined && parallel !== undefined && parallel !== false && parallel !== 1;

function add(checked: Checked, { step, pointer }: Walked, lock: string | undefined, others: string): void {
  checked.add(
    'lock/beside',
    checked.runbook.at(`${pointer}/run`),
    `${String(step['run'])} has the lock "${lock ?? ''}", and ${others} may run at the same time with the same lock`,
    'call them one after the other, or give the called runbook a lock that names what it changes: lock: "node-{{inputs.node}}"',
    'warning',
  );
}
