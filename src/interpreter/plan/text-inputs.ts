/** Inputs of which a bare number would lose the text that was written: for what documents declare and for input files. */
import type { Json } from '../core/model/value.ts';
import { pointerKeys } from '../language/value.ts';
import type { Mapping } from './json.ts';
import { isMapping, mappingOf } from './json.ts';

/** Whether a declaration is of text, or of a list of texts. */
export function wantsText(declaration: Json | undefined): boolean {
  const { type, of } = isMapping(declaration) ? declaration : { type: declaration, of: undefined };
  const own = type === 'list' ? (of ?? 'string') : (type ?? 'string');
  return own === 'string' || own === 'text';
}

/**
 * Of an input file, read as `rewritten` of its document: the numbers that stand where the runbook wants text. 1.10 would become "1.1", so the
 * file is refused, and the author quotes it.
 */
export function numbersForText(
  rewritten: ReadonlyMap<string, string>,
  declared: Json | undefined,
): readonly { readonly pointer: string; readonly source: string; readonly input: string }[] {
  const declarations: Mapping = mappingOf(declared);
  return [...rewritten].flatMap(([pointer, source]) => {
    const [input = '', ...rest] = pointerKeys(pointer);
    const isValue = rest.length === 0 || rest.length === 1;
    return isValue && Object.hasOwn(declarations, input) && wantsText(declarations[input]) ? [{ pointer, source, input }] : [];
  });
}
