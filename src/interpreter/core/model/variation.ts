/** How the plan of a rehearsal may differ from its runbook: a mistake that an author might make, in one step. */
import type { Key } from './value.ts';

export type Variation =
  /** What it checks always passes. */
  | { readonly is: 'removed'; readonly node: Key }
  /** One of its conditions (CEL) accepts more than it was written to. */
  | { readonly is: 'loosened'; readonly node: Key; readonly from: string; readonly to: string }
  /** It is performed when it should be skipped, and skipped when it should be performed. */
  | { readonly is: 'inverted'; readonly node: Key };

/** For people: in the record of the run and in results. */
export function variationText(variation: Variation): string {
  switch (variation.is) {
    case 'removed':
      return `without the check ${variation.node}`;
    case 'inverted':
      return `with \`when\` of ${variation.node} inverted`;
    case 'loosened':
      return `with \`${variation.to}\` instead of \`${variation.from}\` in ${variation.node}`;
  }
}
