/** Names in a file beside a runbook are names of that runbook: its id, its steps, its inputs. */
import type { Json } from '../core/model/value.ts';
import type { Runbook } from '../document/load.ts';
import { escapePointer } from '../document/nodes.ts';
import { isMapping, walkSteps } from '../document/steps.ts';
import { suggestion } from '../language/suggest.ts';
import type { FindRunbook } from '../check/calls.ts';
import { isCall } from '../check/calls.ts';
import type { Checked } from '../check/finding.ts';

export interface KnownNames {
  /** Keys of a mapping. */
  inputs(json: Json | undefined, pointer: string): void;
  /** Keys of a mapping; an item of a list is meant by `step[1]`. */
  steps(json: Json | undefined, pointer: string): void;
  /** `steps` and `changed` of an expectation. */
  expected(json: Json | undefined, pointer: string): void;
}

/** `find`: the runbooks that it calls; `key`: under which the file names its runbook. */
export function knownNames(checked: Checked, runbook: Runbook, find: FindRunbook, key: string): KnownNames {
  const named = checked.runbook.data[key];
  if (typeof named === 'string' && named !== runbook.id)
    checked.add(
      'value/enum',
      checked.runbook.at(`/${key}`),
      `the runbook beside this file is ${runbook.id}, not ${named}`,
      `write ${runbook.id}`,
    );
  const steps = stepNames(runbook, find, []);
  const inputs = Object.keys(isMapping(runbook.data['inputs']) ? runbook.data['inputs'] : {});
  const unknown = (
    name: string,
    pointer: string,
    at: 'key' | 'value',
    names: readonly string[],
    what: 'step' | 'input',
  ): void => {
    if (names.includes(name.replace(/(\[\d+\])+$/, ''))) return;
    const place = at === 'key' ? checked.runbook.at(pointer, 'key') : checked.runbook.at(pointer);
    checked.add(`name/unknown-${what}`, place, `${runbook.id} has no ${what} "${name}"`, suggestion(name, names));
  };
  const keys = (json: Json | undefined, pointer: string, names: readonly string[], what: 'step' | 'input'): void => {
    for (const name of Object.keys(isMapping(json) ? json : {}))
      unknown(name, `${pointer}/${escapePointer(name)}`, 'key', names, what);
  };
  return {
    inputs: (json, pointer) => {
      keys(json, pointer, inputs, 'input');
    },
    steps: (json, pointer) => {
      keys(json, pointer, steps, 'step');
    },
    expected: (json, pointer) => {
      const expect = isMapping(json) ? json : {};
      keys(expect['steps'], `${pointer}/steps`, steps, 'step');
      const changed = Array.isArray(expect['changed']) ? (expect['changed'] as readonly Json[]) : [];
      for (const [index, one] of changed.entries())
        if (typeof one === 'string') unknown(one, `${pointer}/changed/${String(index)}`, 'value', steps, 'step');
    },
  };
}

/** Those of a called runbook follow the name of the call: `drain.stop`. `callers`: a circle ends at the first runbook that it meets again. */
function stepNames(runbook: Runbook, find: FindRunbook, callers: readonly string[]): readonly string[] {
  const within = [...callers, runbook.id];
  return walkSteps(runbook.data).flatMap(({ step }) => {
    const id = step['id'];
    if (typeof id !== 'string') return [];
    const called = isCall(step) ? find(String(step['run'])) : undefined;
    const inner = called === undefined || within.includes(called.id) ? [] : stepNames(called, find, within);
    return [id, ...inner.map((name) => `${id}.${name}`)];
  });
}
