/** `triggers` of a runbook: which alerts it answers, and which runbook answers an alert best. */
import type { CatalogueOptions } from '../catalogue/catalogue.ts';
import { catalogueFolder, findRunbook, idOfFile, runbookFiles } from '../catalogue/catalogue.ts';
import { usage } from '../console/exit-codes.ts';
import type { Json } from '../interpreter/core/model/value.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { readTextIfThere } from '../interpreter/document/read-text.ts';
import type { Mapping } from '../interpreter/plan/json.ts';
import { isMapping, mappingOf, shownText, textOf } from '../interpreter/plan/json.ts';

/** Name in a trigger that means every alert. */
const everyAlert = '*';

export const triggersOf = (data: Mapping): readonly Mapping[] =>
  Array.isArray(data['triggers']) ? (data['triggers'] as readonly Json[]).filter(isMapping) : [];

export const alertName = ({ labels }: Mapping): string => textOf(mappingOf(labels)['alertname']) ?? '';

/** Whether the trigger is about this alert: its name and all labels of the trigger. */
export const fitsAlert = ({ alert, labels }: Mapping, given: Mapping): boolean =>
  (alert === everyAlert || alert === alertName(given)) &&
  Object.entries(mappingOf(labels)).every(([label, value]) => mappingOf(given['labels'])[label] === shownText(value));

/** Path of the runbook whose trigger fits best: a name before `*`, then the more labels the better. */
export function findAnswering(alert: Mapping, place: CatalogueOptions): string {
  const name = alertName(alert);
  const folder = catalogueFolder(place);
  const fits = (folder === undefined ? [] : runbookFiles(folder)).flatMap((file) => {
    const ranks = triggersIn(file, name)
      .filter((one) => fitsAlert(one, alert))
      .map(rankOf);
    return ranks.length === 0 ? [] : [{ file, rank: Math.max(...ranks) }];
  });
  const best = Math.max(...fits.map(({ rank }) => rank));
  const [only, ...others] = fits.filter(({ rank }) => rank === best).map(({ file }) => file);
  if (only === undefined) return findRunbook(name, place);
  if (others.length === 0) return only;
  throw usage(
    `several runbooks answer the alert ${name}: ${[only, ...others].map(idOfFile).join(', ')}`,
    'name one of them, or give their triggers labels that tell them apart',
  );
}

/** More than any trigger has labels. */
const named = 1_000_000;
const rankOf = ({ alert, labels }: Mapping): number => (alert === everyAlert ? 0 : named) + Object.keys(mappingOf(labels)).length;

/** Only texts that may name the alert are parsed. */
function triggersIn(file: string, name: string): readonly Mapping[] {
  const text = readTextIfThere(file);
  if (!text.includes('triggers') || !(text.includes(name) || text.includes(everyAlert))) return [];
  return triggersOf(loadRunbook(text, file).runbook?.data ?? {});
}
