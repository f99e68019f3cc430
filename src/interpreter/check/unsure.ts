/** Steps whose meaning is unknown because the keys that tell it are misspelt or wrong. Those keys are reported, and nothing is concluded from the rest. */
import type { Walked } from '../document/steps.ts';
import type { Checked } from './finding.ts';

export function isUnsure(checked: Checked, { step, pointer }: Walked): boolean {
  if (checked.broken.size === 0) return false;
  const type = typeof step['type'] === 'string' ? checked.registry.get(step['type']) : undefined;
  const params = type?.manifest.params as { readonly properties?: object } | undefined;
  const own = Object.keys(params?.properties ?? {});
  const meant = checked.meant.get(pointer);
  if (meant !== undefined && own.some((key) => meant.has(key))) return true;
  const given = own.filter((key) => step[key] !== undefined).map((key) => `${pointer}/${key}`);
  for (const one of checked.broken) if (given.some((at) => one === at || one.startsWith(`${at}/`))) return true;
  return false;
}
