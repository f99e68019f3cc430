/** Steps whose id is missing or wrong: that is reported once, and not again where others name them. */
import { nearest } from '../language/suggest.ts';
import { sections } from '../document/steps.ts';
import type { Checked } from './finding.ts';
import { isMeant } from './finding.ts';

/** A name that no step has and that resembles none: a step that has lost its own may be the one that is meant. */
export function isPerhapsLost(checked: Checked, name: string): boolean {
  const isWrong = (pointer: string): boolean => checked.broken.has(`${pointer}/id`);
  const right = checked.steps.filter((one) => one.id !== undefined && !isWrong(one.pointer));
  const sectionIsLost = sections.some(([key, lane]) => lane !== 'comms' && isMeant(checked, '', key));
  // The steps of a misspelt section are not read at all: any of them may be the one.
  if (sectionIsLost) return true;
  if (right.length === checked.steps.length) return false;
  if (resembles(name, idsOf(right))) return false;
  const wrong = checked.steps.filter((one) => one.id !== undefined && isWrong(one.pointer));
  return checked.steps.some((one) => isNameless(checked, one)) || resembles(name, idsOf(wrong).map(inOneWord));
}

const idsOf = (steps: Checked['steps']): readonly string[] => steps.flatMap(({ id }) => id ?? []);

const isNameless = (checked: Checked, { pointer, id, role }: Checked['steps'][number]): boolean =>
  id === undefined && (role === 'step' || isMeant(checked, pointer, 'id'));

const resembles = (name: string, names: readonly string[]): boolean => names.includes(name) || nearest(name, names) !== undefined;

/** `cache-gate` -> `cacheGate`. */
const inOneWord = (id: string): string =>
  id.replaceAll(/[^A-Za-z0-9]+(\w)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');
