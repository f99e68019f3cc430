/** A configuration may demand that every runbook was rehearsed lately, with success, as it is written now. */
import { whyDue } from '../../rehearsal/due.ts';
import type { Checked } from '../finding.ts';

export function checkRehearsed(checked: Checked): void {
  const { runbook, rehearsed, config } = checked;
  const within = config?.lint?.rehearsedWithin;
  if (within === undefined || rehearsed === undefined) return;
  const why = whyDue(rehearsed(runbook.id), within, runbook.sha);
  if (why === undefined) return;
  const hint = `runbook rehearse ${runbook.id}`;
  checked.add('rehearsal/due', runbook.at('/id'), `the runbook ${runbook.id} ${why}`, hint, 'warning');
}
