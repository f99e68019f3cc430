/** An approval by a role that nobody has waits until its time is over. Known only with a configuration. */
import type { Json } from '../../core/model/value.ts';
import type { Checked } from '../finding.ts';

export function checkRoles(checked: Checked): void {
  const { config } = checked;
  if (config === undefined || Object.keys(config.environments).length === 0) return;
  for (const { step, pointer } of checked.steps) {
    const approve = step['approve'] as { readonly from?: Json } | null | undefined;
    const from = approve?.from;
    if (!Array.isArray(from)) continue;
    from.forEach((entry, index) => {
      if (typeof entry !== 'string' || entry.includes('{{') || entry.startsWith('user:')) return;
      if ((config.roles[entry] ?? []).length > 0) return;
      const people = Object.values(config.roles).flat();
      if (people.includes(entry)) return;
      checked.add(
        'approve/unknown-role',
        checked.runbook.at(`${pointer}/approve/from/${String(index)}`),
        `nobody has the role "${entry}"`,
        `roles of the configuration: ${Object.keys(config.roles).join(', ') || 'none'}`,
        'warning',
      );
    });
  }
}
