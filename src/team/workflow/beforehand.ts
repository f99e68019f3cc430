/** Answers that were given with the order: the run answers itself where they fit, and leaves the rest to people. */
import { heard } from '../../interpreter/engine/hear.ts';
import { preparedOperator, questionsOf } from '../../interpreter/engine/operator.ts';
import type { Run } from './run-state.ts';

/** Called whenever the run waits. */
export function answerBeforehand(run: Run): () => void {
  const { answers, actor, plan } = run.order;
  if (Object.keys(answers).length === 0) return () => undefined;
  const operator = preparedOperator({ yes: false, answers, actor });
  operator.subscribe((input) => {
    run.inbox.push(heard(input, run.order, run.state));
  });
  return () => {
    operator.present(questionsOf(plan, run.state));
  };
}
