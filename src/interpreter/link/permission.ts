/** What a viewer may do, and what an act becomes inside. Pure. */
import type { Stamped } from '../core/model/event.ts';
import type { Plan } from '../core/model/plan.ts';
import { whyNot } from '../core/decide/possible.ts';
import { isPerson } from '../core/model/person.ts';
import type { State } from '../core/model/state.ts';
import type { Actor, Json } from '../core/model/value.ts';
import type { OperatorInput } from '../engine/operator.ts';
import type { Act, Mode, TypedInput } from './protocol.ts';

/** Undefined: it may. An approval is asked of somebody else than the holder of the controls, so it needs none. */
export function whyRefused(
  plan: Plan,
  state: Readonly<State> | undefined,
  act: Act,
  who: { readonly mode: Mode; readonly holds: boolean; readonly actor: Actor },
): string | undefined {
  if (state === undefined) return 'the run is only starting';
  if (who.mode === 'watch') return 'this viewer only watches';
  if (act.is === 'control' && !isPerson(who.actor)) {
    if (act.control.is === 'skip') return 'only a person can leave a step out';
    if (act.control.is === 'abort' && act.control.undo) return 'only a person can take changes back';
  }
  if (act.is === 'take') return who.holds ? 'the controls are here already' : undefined;
  const question = act.is === 'answer' ? state.questions[act.question] : undefined;
  if (act.is === 'answer') {
    if (question === undefined) return 'the question is closed';
    if (act.verdict !== 'answered' && !question.options.includes(act.verdict) && question.ask !== 'input')
      return `unknown answer "${act.verdict}"; options: ${question.options.join(', ')}`;
  }
  if (who.mode === 'control' && !who.holds && question?.ask !== 'approve')
    return 'another viewer has the controls; take over first';
  return act.is === 'control' ? whyNot(plan, state, act.control) : undefined;
}

type TypedAct = { readonly ok: true; readonly act: Act } | { readonly ok: false; readonly why: string };

/** The act with a new value of an input as its declaration types it. */
export function typedAct(act: Act, typeInput: (name: string, value: Json) => TypedInput): TypedAct {
  if (act.is !== 'control' || act.control.is !== 'input') return { ok: true, act };
  const { control } = act;
  const typed = typeInput(control.name, control.value.json ?? null);
  if (!typed.ok) return { ok: false, why: typed.message };
  return { ok: true, act: { ...act, control: { ...control, value: { json: typed.value } } } };
}

type Ending = (record: Stamped) => { readonly ok: true } | { readonly ok: false; readonly why: string } | undefined;

/** The act as the engine hears it, and how the record that answers it is told from others. */
export function inputOf(id: string, act: Act, by: Actor): { readonly input: OperatorInput; readonly ending: Ending } {
  const good = { ok: true } as const;
  switch (act.is) {
    case 'take':
      return {
        input: { is: 'viewer', what: 'took', by },
        ending: (record) => (record.type === 'viewer' && record.is === 'took' && record.by.name === by.name ? good : undefined),
      };
    case 'control':
      return {
        input: { is: 'control', id, by, act: act.control },
        ending: (record) => (record.type === 'control' && record.id === id ? good : undefined),
      };
    case 'answer':
      return {
        input: {
          is: 'answer',
          id: act.question,
          verdict: act.verdict,
          by,
          shown: act.shown,
          via: id,
          ...(act.value === undefined ? {} : { value: act.value }),
          ...(act.reason === undefined ? {} : { reason: act.reason }),
        },
        ending: (record) => {
          if (record.type === 'question.closed' && record.via === id) return good;
          return record.type === 'answer.ignored' && record.via === id ? { ok: false, why: record.why } : undefined;
        },
      };
  }
}
