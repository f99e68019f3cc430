/** Renders a step's parameters: once with secrets opened for the runner, once masked for people, hashes and journals. */
import type { Tree } from '../core/model/plan.ts';
import type { Fault, Json, Key } from '../core/model/value.ts';
import { mask } from '../core/model/value.ts';
import { fail } from '../language/cel/failure.ts';
import { durationHint } from '../language/duration.ts';
import type { BadDuration } from '../language/scaling.ts';
import { badDurations, convertDurations, covers } from '../language/scaling.ts';
import type { Scope } from '../language/scope-type.ts';
import { renderTree } from '../language/template/template.ts';
import type { Manifest } from '../port/step-type.ts';
import type { Engine } from './context.ts';
import { misplacedFault, placesOf } from './sinks.ts';
import { secretsIn } from './vault.ts';

export type Parameters =
  | { readonly ok: true; readonly params: Json; readonly masked: Json; readonly target?: string }
  | { readonly ok: false; readonly fault: Fault };

/** What is rendered, and for which instance. */
export interface Rendering {
  readonly key: Key;
  readonly program: { readonly params: Tree; readonly target?: Tree };
}

/** Both renderings; opens the secrets that are mentioned. */
export async function parameters(
  engine: Engine,
  manifest: Manifest,
  call: Rendering,
  scope: Scope,
  signal: AbortSignal,
): Promise<Parameters> {
  try {
    for (const name of secretsIn(call.program.params)) await engine.vault.open(name, signal);
  } catch (problem) {
    return {
      ok: false,
      fault: { class: 'config', code: 'secret', message: problem instanceof Error ? problem.message : String(problem) },
    };
  }
  const masked = maskedParameters(engine, manifest, call, scope);
  if (!masked.ok) return masked;
  const open = renderTree(
    call.program.params,
    scope,
    (name, pointer) => openedAt(engine, manifest, name, pointer),
    placesOf(engine, call.key, manifest),
  );
  if (!open.ok) return open;
  const [bad] = badDurations(open.json, manifest);
  if (bad !== undefined) return notADuration(engine, bad);
  return { ...masked, params: convertDurations(open.json, manifest, engine.plan.environment.timeScale) };
}

/** Lint has looked at the places of secrets; a result that turned out to be one is known only now. */
function maskedAt(manifest: Manifest, name: string, pointer: string): string {
  if (manifest.secretAt.some((pattern) => covers(pattern, pointer))) return mask;
  return fail(
    'secret-read',
    `${pointer}: the secret "${name}" is not allowed here`,
    'secrets go only to places that a step type declares',
  );
}

function openedAt(engine: Engine, manifest: Manifest, name: string, pointer: string): string {
  maskedAt(manifest, name, pointer);
  return (
    engine.vault.opened(name) ??
    fail(
      'secret-lost',
      `${pointer}: only the engine that obtained "${name}" knew it, and that engine has ended`,
      'obtain it again: secrets of results are kept in memory only',
    )
  );
}

/** Lint cannot see what a template brings. A runner computes with milliseconds: a text would make them NaN, which no comparison refuses. */
function notADuration(engine: Engine, { pointer, leaf }: BadDuration): Parameters {
  const shown = engine.redactor.text(JSON.stringify(leaf)).slice(0, 200);
  return {
    ok: false,
    fault: { class: 'config', code: 'duration', message: `${pointer}: ${shown} is not a duration`, hint: durationHint },
  };
}

/** Without opening any secret: what may be shown and hashed. */
export function maskedParameters(engine: Engine, manifest: Manifest, call: Rendering, scope: Scope): Parameters {
  const { program, key } = call;
  const masked = renderTree(
    program.params,
    scope,
    (name, pointer) => maskedAt(manifest, name, pointer),
    placesOf(engine, key, manifest),
  );
  if (!masked.ok) return masked;
  const misplaced = misplacedFault(engine, key, manifest, program.params, masked.json);
  if (misplaced !== undefined) return { ok: false, fault: misplaced };
  const shown = engine.redactor.json(convertDurations(masked.json, manifest, engine.plan.environment.timeScale)).json;
  if (program.target === undefined) return { ok: true, params: shown, masked: shown };
  const target = renderTree(program.target, scope, () => mask);
  if (!target.ok) return target;
  return { ok: true, params: shown, masked: shown, target: String(target.json) };
}
