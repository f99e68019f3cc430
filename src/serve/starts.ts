/** From what was asked for to a plan, for people, alerts and agents alike. */
import type { AnswerOptions, PlanOptions } from '../console/options.ts';
import type { Performer } from '../session/new-run.ts';
import type { Prepared } from '../session/prepare.ts';
import { CallRefused } from './http/reply.ts';

/** Where runbooks and configuration are. */
export interface HousePlace {
  readonly directory: string;
  readonly catalogue: string;
  readonly config?: string;
  /** Who performs what is started. */
  readonly performer: Performer;
}

/** Inputs as text, as on the command line; nobody is asked at a terminal. */
export const startOptions = (
  { catalogue, config }: HousePlace,
  given: { readonly environment: string; readonly inputs: Readonly<Record<string, string>> },
): PlanOptions & AnswerOptions => ({
  catalogue,
  questions: false,
  input: Object.entries(given.inputs).map(([name, value]) => `${name}=${value}`),
  ...(config === undefined ? {} : { config }),
  ...(given.environment === '' ? {} : { env: given.environment }),
});

/** A secret is never sent through a page. */
export function refuseSecretInputs({ plan }: Prepared): void {
  const secrets = Object.keys(plan.secretInputs ?? {});
  if (secrets.length > 0)
    throw new CallRefused(
      403,
      `${plan.runbook.id} takes the secret ${secrets.join(', ')}, and no secret goes through this server`,
      'start it with `runbook run`',
    );
}
