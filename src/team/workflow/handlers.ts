/** What can be asked of a run, and told to it. */
import * as temporal from '@temporalio/workflow';
import type { Observation } from '../../interpreter/core/model/event.ts';
import type { FileOf, JournalPage, Opening, TeamOrder, Said } from '../protocol.ts';
import { names } from '../protocol.ts';
import { say, whyNotSaid } from './acts.ts';
import type { Run } from './run-state.ts';
import { append } from './run-state.ts';

/** Less than a message of the server may have, characters. */
const longestPage = 1024 * 1024;

export function offerHandlers(run: Run, opening: () => Opening | undefined): void {
  temporal.setHandler(temporal.defineUpdate(names.opened), async (): Promise<Opening | undefined> => {
    await temporal.condition(() => opening() !== undefined && (run.state.run !== '' || opening()?.is === 'refused'));
    return opening();
  });
  temporal.setHandler(temporal.defineUpdate(names.act), (said: Said) => say(run, said), {
    validator: (said: Said) => {
      const why = whyNotSaid(run, said);
      if (why !== undefined) throw temporal.ApplicationFailure.nonRetryable(why, 'refused');
    },
  });
  temporal.setHandler(temporal.defineSignal(names.noted), (notes: readonly Observation[]) => {
    for (const note of notes) append(run, note);
  });
  temporal.setHandler(temporal.defineQuery(names.journal), (from: number): JournalPage => {
    const parts = run.order.carried?.parts;
    return {
      lines: run.chain.lines(from, longestPage),
      finished: run.state.phase === 'finished',
      ...(parts === undefined ? {} : { before: parts }),
    };
  });
  temporal.setHandler(temporal.defineQuery(names.files), (): readonly string[] => [...run.files.keys()]);
  temporal.setHandler(temporal.defineQuery(names.file), (name: string): FileOf => run.files.get(name) ?? { name, text: '' });
  temporal.setHandler(temporal.defineQuery(names.order), (): TeamOrder => ({
    ...run.order,
    ...(run.order.carried === undefined ? {} : { carried: { ...run.order.carried, state: run.state } }),
  }));
}
