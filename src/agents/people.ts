/** What a person types to do what an agent cannot. */
import { quoteWords } from '../clients/quote.ts';
import type { OpenQuestion } from '../interpreter/engine/operator.ts';

/** The answer that lets the run continue. */
export function personAnswers(run: string, { key, ask, show, options }: OpenQuestion): string {
  const good = ask === 'typed' ? (show.typed ?? '') : (['yes', 'done'].find((one) => options.includes(one)) ?? options.join('|'));
  const why = ask === 'failure' || ask === 'doubt' || ask === 'conflict' ? ' --reason TEXT' : '';
  return `${quoteWords(['runbook', 'answer', run, key])} ${good.includes('|') ? good : quoteWords([good])}${why}`;
}
