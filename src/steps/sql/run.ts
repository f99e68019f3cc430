/** Performs sql steps. */
import type { Job, PostgresClient } from '../../clients/postgres/client.ts';
import { openPostgres } from '../../clients/postgres/client.ts';
import { readTarget } from '../../clients/postgres/target.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import type { AskedQuery } from './params.ts';
import { narrow, sqlWords } from './params.ts';
import { preview } from './preview.ts';
import { doneOf, limitOf, misfit, unwanted } from './result.ts';

/** What one result may hold, characters. */
const largestResult = 16 * 1024 * 1024;

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => {
    const client = openPostgres(await readTarget(open.target, open.directory));
    return {
      describe,
      run: async (params, context) => {
        const found = narrow(params);
        if (!found.ok) return { ...found, wire: 'notStarted', class: 'config' };
        return perform(client, found.asked, context);
      },
      preview: async (params, context) => {
        const found = narrow(params);
        if (!found.ok) throw new Error(found.message);
        return preview(client, found.asked, context);
      },
      close: () => client.close(),
    };
  },
};

function describe(params: Json): string {
  const found = narrow(params);
  return found.ok ? sqlWords(found.asked) : `${String((params as { readonly query?: Json }).query)}: ${found.message}`;
}

async function perform(client: PostgresClient, asked: AskedQuery, context: RunContext): Promise<Done> {
  const job: Job = {
    text: asked.query,
    args: asked.args,
    mode: asked.mode,
    limits: { rows: limitOf(asked), bytes: largestResult },
    clean: asked.mode === 'read' || asked.statement.plain,
    fits: (columns) => misfit(asked, columns),
    judge: (done) => unwanted(asked, done),
  };
  const control = {
    signal: context.signal,
    deadline: context.deadline,
    ...(asked.lockTimeout === undefined ? {} : { lockTimeout: asked.lockTimeout }),
    sent: context.sent,
  };
  const found = await client.perform(job, control);
  return found.ok ? doneOf(asked, found.answer) : found;
}
