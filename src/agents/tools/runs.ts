/** Tools that look at runs: status, report. */
import type { OpenQuestion } from '../../interpreter/engine/operator.ts';
import { questionsOf } from '../../interpreter/engine/operator.ts';
import type { RunListing } from '../../interpreter/store/run-directory.ts';
import { durationText } from '../../ui/format.ts';
import { quotedData } from '../answer-text.ts';
import type { Desk } from '../desk.ts';
import { personAnswers } from '../people.ts';
import type { RunView } from '../stored.ts';
import { listingOf, seen } from '../stored.ts';
import type { Parameter, Tool } from '../tool.ts';
import { givenNumber, requiredText, givenText } from '../tool.ts';

export const runParameter: Parameter = { type: 'string', required: true };

/** Clients give a call up after a minute. */
const longestWait = 45;
/** Lines of the record that are told without `after`. */
const lastLines = 5;
/** Runs in a list. */
const lastRuns = 20;
/** A line of the record that is told. */
const lineCharacters = 300;

export const statusTool: Tool = {
  name: 'status',
  description:
    'Where a run is: open questions and what is new after a record number. wait: up to 45 s for a new question or the end. Without run: the newest runs.',
  parameters: { run: { type: 'string' }, after: { type: 'integer' }, wait: { type: 'integer', description: 'seconds' } },
  reads: true,
  call: async (given, desk) => {
    const name = givenText(given, 'run');
    if (name === undefined) return runLines((await desk.service.list()).slice(-lastRuns));
    const after = givenNumber(given, 'after');
    const seconds = Math.min(Math.max(0, givenNumber(given, 'wait') ?? 0), longestWait);
    if (seconds > 0) await waitFor(await listingOf(name, desk), after, seconds, desk);
    return statusText(await seen(name, desk, after ?? 0), after);
  },
};

const runLines = (runs: readonly RunListing[]): string =>
  runs.length === 0
    ? 'no runs'
    : runs.map((one) => `${one.run} ${one.runbook} ${one.outcome ?? one.state} ${one.startedAt} by ${one.operator}`).join('\n');

/** Until something is asked that was not open before, or the run ends; a run without an engine is not waited for. */
async function waitFor({ run, state }: RunListing, after: number | undefined, seconds: number, desk: Desk): Promise<void> {
  if (state === 'interrupted' || state === 'damaged' || (after === undefined && state === 'waiting')) return;
  const from = (after ?? (await seen(run, desk, 0)).seq) + 1;
  const answered = new Set<string>();
  const limit = AbortSignal.timeout(seconds * 1000);
  for await (const record of desk.service.follow(run, from, limit)) {
    if (record.type === 'question.closed') answered.add(record.id);
    if (record.type === 'run.finished') return;
    if (record.type === 'question.opened' && (await isOpen(run, record.id, desk))) return;
  }
}

async function isOpen(run: string, question: string, desk: Desk): Promise<boolean> {
  return (await seen(run, desk, 0)).state.questions[question] !== undefined;
}

function statusText(now: RunView, after: number | undefined): string {
  const { run, listing, plan, state, seq } = now;
  const news = after === undefined ? now.news.slice(-lastLines) : now.news;
  const told = news.map((line) => (line.length > lineCharacters ? `${line.slice(0, lineCharacters)}...` : line));
  return [
    `run ${run}: ${plan.runbook.id} in ${plan.environment.name} ${listing.outcome ?? listing.state}, ${state.phase}, after ${durationText(state.t)}, record ${String(seq)}`,
    ...(listing.state === 'interrupted' ? [`its engine was lost; a person continues it: runbook resume ${run}`] : []),
    ...(state.paused ? ['paused'] : []),
    ...runningLines(now),
    ...questionsOf(plan, state).map((question) => questionText(run, question)),
    ...(told.length === 0 ? [] : [after === undefined ? 'last:' : 'new:', quotedData(told.join('\n'))]),
  ].join('\n');
}

function runningLines({ plan, state }: RunView): readonly string[] {
  const keys = Object.keys(state.open).filter((key) => {
    const instance = state.instances[key];
    return instance !== undefined && instance.container === undefined && ['running', 'backoff'].includes(instance.status);
  });
  const titled = keys.map((key) => `${key} (${plan.nodes[state.instances[key]?.node ?? -1]?.type ?? ''})`);
  return titled.length === 0 ? [] : [`running: ${titled.join(', ')}`];
}

function questionText(run: string, question: OpenQuestion): string {
  const { key, ask, show, options } = question;
  const yours = ask === 'input' || ask === 'choice';
  const facts = [show.message ?? show.title, show.describe, show.diff, ...(show.about ?? [])].filter((one) => one !== undefined);
  const fields = show.fields === undefined ? [] : [`fields ${JSON.stringify(show.fields)}`];
  return [
    yours
      ? `asks ${key} (you may answer${ask === 'choice' ? `: ${options.join(', ')}` : ''})`
      : `asks ${key} (${ask}, a person: ${personAnswers(run, question)})`,
    quotedData([...facts, ...fields].join('\n')),
  ].join('\n');
}

export const reportTool: Tool = {
  name: 'report',
  description: 'The report of a run: a summary, or with form markdown the whole.',
  parameters: { run: runParameter, form: { type: 'string', choices: ['summary', 'markdown'] } },
  reads: true,
  call: async (given, desk) => {
    const { run } = await listingOf(requiredText(given, 'run'), desk);
    const form = givenText(given, 'form') === 'markdown' ? 'markdown' : 'summary';
    return quotedData((await (await desk.service.files(run)).report(form)).trimEnd());
  },
};
