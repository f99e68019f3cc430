/** The zone of a target: the name of a network whose workers alone reach it, and alone have its secrets. */
import type { Json } from '../core/model/value.ts';

export interface ZoneProblem {
  /** Below the entry of the target. */
  readonly keys: readonly string[];
  readonly message: string;
  readonly hint: string;
}

/** Part of the name of a queue. */
export const isZone = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(text);
export const zoneHint = 'letters, digits, - _ and ., for example zone: frankfurt-1';

export function zoneProblems(entry: Readonly<Record<string, Json>>, zone: Json | undefined): readonly ZoneProblem[] {
  const members = entry['members'];
  const own =
    typeof members === 'object' && members !== null && !Array.isArray(members)
      ? Object.entries(members).filter(([, one]) => typeof one === 'object' && one !== null && 'zone' in one)
      : [];
  return [
    ...(zone === undefined || (typeof zone === 'string' && isZone(zone))
      ? []
      : [{ keys: ['zone'], message: 'the zone of a target must be a name', hint: zoneHint }]),
    ...own.map(([member]) => ({
      keys: ['members', member, 'zone'],
      message: 'a member is in the zone of its target',
      hint: 'make a target of its own for each zone',
    })),
  ];
}
