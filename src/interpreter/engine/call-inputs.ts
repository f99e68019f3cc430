/** The inputs of a runbook that is called: rendered where it is called, typed as the called runbook declares them. */
import type { Binding, Node, Part, Tree } from '../core/model/plan.ts';
import type { Fault, Json, Key } from '../core/model/value.ts';
import { mask } from '../core/model/value.ts';
import { Failure } from '../language/cel/failure.ts';
import type { Scope } from '../language/scope-type.ts';
import { readPath } from '../language/template/template-path.ts';
import { renderTree } from '../language/template/template.ts';
import { Sealed } from '../language/value.ts';
import { problemText } from '../plan/form.ts';
import { typeInputs } from '../plan/inputs.ts';
import { inOrder } from '../plan/locks.ts';
import { isSecretInput } from '../plan/secret-inputs.ts';
import { inputsIn, locksAt } from './call-locks.ts';
import type { Engine } from './context.ts';
import { scopeFor } from './context.ts';
import { isMapping, toValue } from './values.ts';
import type { Ending } from './waiting.ts';

export async function bindInputs(engine: Engine, node: Node, binding: Binding, key: Key): Promise<Ending> {
  const ending = typed(engine, node, binding, key);
  if (ending.outcome.is !== 'ok') return ending;
  const locks = locksAt(engine.plan, node, inputsIn(ending.outcome.value, engine.directory));
  if ('code' in locks) return failed(locks);
  for (const lock of inOrder(locks)) {
    const held = await engine.takeLock?.(lock);
    if (held !== undefined) return failed({ class: 'precondition', code: 'lock-held', ...held });
  }
  return ending;
}

function typed(engine: Engine, node: Node, binding: Binding, key: Key): Ending {
  const [unbound] = binding.unbound ?? [];
  if (unbound !== undefined)
    return failed({
      class: 'config',
      code: 'unbound-target',
      message: `target "${unbound}" is not bound in environment "${engine.plan.environment.name}"`,
      hint: 'bind it in the configuration and start a new run, or pass another one by `targets:`',
    });
  const scope = scopeFor(engine, key);
  const [plain, secret] = apart(isMapping(binding.inputs) ? binding.inputs : {});
  const given = node.program.params as Readonly<Record<string, Tree>>;
  const names = Object.keys(secret).map((name) => [name, secretAt(given[name], scope)] as const);
  const missing = names.find(([, of]) => of === undefined);
  if (missing !== undefined) return failed(noSecret(missing[0]));
  const rendered = renderTree(without(given, Object.keys(secret)), scope);
  if (!rendered.ok) return failed(rendered.fault);
  const { values, problems } = typeInputs(plain, isMapping(rendered.json) ? rendered.json : {});
  if (problems.length > 0)
    return failed({
      class: 'config',
      code: 'call-inputs',
      message: problems.map(problemText).join('; '),
      hint: 'the runbook that is called declares its inputs',
    });
  const masked = names.map(([name]) => [name, mask] as const);
  const json = Object.fromEntries([...Object.entries(values).map(([name, one]) => [name, one.json ?? null] as const), ...masked]);
  const plainly = toValue(json, [], { redactor: engine.redactor, folder: `${engine.directory.path}/output` });
  const marks = Object.fromEntries(names.map(([name, of]) => [`/${name}`, of ?? '']));
  const value = names.length === 0 ? plainly : { ...plainly, secret: marks };
  return { outcome: { is: 'ok', changed: false, value, result: value } };
}

/** Declarations of what may be recorded, and of secrets. */
function apart(declared: Readonly<Record<string, Json>>): readonly [Record<string, Json>, Record<string, Json>] {
  const isSecret = ([, one]: [string, Json]): boolean => isMapping(one) && isSecretInput(one);
  const all = Object.entries(declared);
  return [Object.fromEntries(all.filter((one) => !isSecret(one))), Object.fromEntries(all.filter(isSecret))];
}

/** Name of the secret that a template stands for; its text is nobody's business here. */
function secretAt(tree: Tree | undefined, scope: Scope): string | undefined {
  const parts = tree !== null && typeof tree === 'object' && '$t' in tree ? (tree.$t as readonly Part[]) : [];
  const [only, more] = parts;
  if (only === undefined || more !== undefined || typeof only === 'string') return undefined;
  if (only.path[0] === 'secrets') return only.path[1];
  try {
    const found = readPath(only.path, scope);
    return found instanceof Sealed && found.why === 'secret' ? found.name : undefined;
  } catch (thrown) {
    if (thrown instanceof Failure) return undefined;
    throw thrown;
  }
}

const without = (given: Readonly<Record<string, Tree>>, names: readonly string[]): Tree =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));

const noSecret = (name: string): Fault => ({
  class: 'config',
  code: 'call-inputs',
  message: `input "${name}" is a secret and got none`,
  hint: 'pass the secret alone: "{{inputs.NAME}}" of type secret, or "{{secrets.NAME}}"',
});

const failed = (fault: Fault): Ending => ({ outcome: { is: 'failed', fault } });
