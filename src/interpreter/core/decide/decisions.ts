/** The decisions about one instance, as commands. */
import type { Command } from '../model/command.ts';
import type { Question, Shown } from '../model/event.ts';
import { digest } from '../model/hash.ts';
import type { Node } from '../model/plan.ts';
import type { Answer, Instance, State } from '../model/state.ts';
import type { Status } from '../model/status.ts';
import type { Fault } from '../model/value.ts';

/** Nothing to do now. */
export const nothing: readonly Command[] = [];

export function finish(instance: Instance, status: Status, fault?: Fault): readonly Command[] {
  const event = { type: 'step.finished', key: instance.key, status, ...(fault === undefined ? {} : { fault }) } as const;
  return [{ do: 'append', event }];
}

export function failInstance(instance: Instance, fault: Fault | undefined): readonly Command[] {
  return finish(instance, 'failed', fault ?? { class: 'unknown', code: 'failed', message: 'The step failed.' });
}

type SkipCause = 'when' | 'operator' | 'stopping' | 'offer';

export function skip(state: Readonly<State>, instance: Instance, cause: SkipCause, answer?: Answer): readonly Command[] {
  const asked = state.skips[instance.key];
  const reason = cause === 'operator' ? (asked?.reason ?? instance.answer?.reason) : answer?.reason;
  const by = cause === 'operator' ? (asked?.by ?? instance.answer?.by) : answer?.by;
  const named = { ...(reason === undefined ? {} : { reason }), ...(by === undefined ? {} : { by }) };
  return [{ do: 'append', event: { type: 'step.skipped', key: instance.key, cause, ...named } }];
}

/** The verdict on the open or newest question; `expired` once its time has passed. */
export function verdictOf(state: Readonly<State>, instance: Instance): string | undefined {
  if (instance.question === undefined) return instance.answer?.verdict;
  const expires = state.questions[instance.question]?.expires;
  return expires !== undefined && state.t >= expires ? 'expired' : undefined;
}

/** A question about what `resolve` rendered; the answer binds to that hash. */
export function question(state: Readonly<State>, node: Node, instance: Instance, ask: Question): readonly Command[] {
  const show = instance.show ?? { title: node.title };
  const approve = ask === 'approve' ? node.program.approve : undefined;
  const limit = approve?.timeout ?? (isWork(ask) ? node.timeout : 0);
  return open(instance, ask, show, instance.shown ?? digest(JSON.stringify(show)), optionsOf(ask, show), {
    ...(limit > 0 ? { expires: (approve && instance.approveBy) ?? state.t + limit } : {}),
    ...(approve === undefined ? {} : { from: approve.from }),
  });
}

function isWork(ask: Question): boolean {
  return ask === 'input' || ask === 'choice' || ask === 'manual';
}

function optionsOf(ask: Question, show: Shown): readonly string[] {
  if (ask === 'choice') return show.options ?? [];
  if (ask === 'input') return ['answered'];
  return ask === 'manual' ? ['done', 'not-done'] : ['yes', 'no'];
}

/** A question of the core itself: after a failure, or about an outcome that nobody knows. */
export function ownQuestion(
  node: Node,
  instance: Instance,
  ask: 'failure' | 'doubt' | 'conflict',
  options: readonly string[],
  words: Pick<Shown, 'message' | 'about'>,
): readonly Command[] {
  const show: Shown = { title: instance.show?.title ?? node.title, ...words, options };
  return open(instance, ask, show, digest(JSON.stringify([instance.key, instance.n, ask, show])), options, {});
}

function open(
  instance: Instance,
  ask: Question,
  show: Shown,
  shown: string,
  options: readonly string[],
  more: { readonly expires?: number; readonly from?: readonly string[] },
): readonly Command[] {
  const id = `${instance.key}:${ask}:${String((instance.asks ?? 0) + 1)}`;
  return [{ do: 'append', event: { type: 'question.opened', id, key: instance.key, ask, show, shown, options, ...more } }];
}
