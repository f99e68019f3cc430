/** Keeps values in the places that the author gave them: a value never becomes program text, an option, or another address. */
import type { Tree } from '../core/model/plan.ts';
import type { Fault, Json, Key } from '../core/model/value.ts';
import { enclosing } from '../language/records.ts';
import { ownerOf } from '../language/scope.ts';
import type { Misplaced } from '../language/sinks/judge.ts';
import { leafAt, misplacedValues, sinkOf } from '../language/sinks/judge.ts';
import { placingOf } from '../language/sinks/placing.ts';
import { isPlainNumber } from '../language/sinks/script-uses.ts';
import type { Trusts } from '../language/sinks/trust.ts';
import { trustOf } from '../language/sinks/trust.ts';
import type { Places } from '../language/template/template.ts';
import type { Manifest } from '../port/step-type.ts';
import type { Engine } from './context.ts';
import { placeOf } from './context.ts';
import { isMapping } from './values.ts';

function trustsFor(engine: Engine, key: Key): Trusts {
  const { node } = placeOf(engine, key);
  const items: Record<string, string> = {};
  const reader = ownerOf(engine.plan, node) ?? node;
  for (const { program } of [...enclosing(engine.plan, reader), reader])
    if (program.forEach !== undefined) {
      items['item'] = program.forEach.over;
      items[program.forEach.as] = program.forEach.over;
    }
  const { inputTrust } = node.call === undefined ? engine.plan : (engine.plan.calls?.[node.call] ?? {});
  return { inputs: inputTrust ?? {}, items };
}

export function valuePlaces(engine: Engine, key: Key, manifest: Manifest): Places {
  const trusts = trustsFor(engine, key);
  return {
    at: (pointer) => placingOf(sinkOf(manifest, pointer), engine.plan.environment.timeScale),
    trust: (path) => trustOf(path, trusts),
  };
}

/** Undefined: every value stands where values are allowed. Numbers and truth values are nothing that could be run. */
export function misplacedFault(engine: Engine, key: Key, manifest: Manifest, tree: Tree, rendered: Json): Fault | undefined {
  if (!isMapping(rendered)) return undefined;
  const found = misplacedValues(manifest, rendered, tree, trustsFor(engine, key)).find((one) =>
    isWrong(one, leafAt(rendered, one.pointer)),
  );
  if (found === undefined) return undefined;
  return {
    class: 'config',
    code: `value-as-${found.is}`,
    message: `${found.pointer}: a value from outside is used here, and ${found.why}`,
    hint: hints[found.is],
  };
}

function isWrong({ is }: Misplaced, leaf: Json | undefined): boolean {
  if (typeof leaf !== 'string') return false;
  if (is === 'option') return leaf.startsWith('-');
  return is === 'code' || !isPlainNumber(leaf);
}

const hints: Readonly<Record<Misplaced['is'], string>> = {
  code: 'pass it as an argument behind the text, or by `env:` and "$NAME"; list the values that are meant with `enum:`',
  arithmetic: 'let the value be a number: `type: integer`',
  option: 'write "--" before it, or describe the input with a `pattern:` that begins with ^',
};
