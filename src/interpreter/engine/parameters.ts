/** Renders a step's parameters: once with secrets opened for the runner, once masked for people, hashes and journals. */
import type { Tree } from '../core/model/plan.ts';
import type { Fault, Json, Key } from '../core/model/value.ts';
import { mask } from '../core/model/value.ts';
import { fail } from '../language/cel/failure.ts';
import { durationHint } from '../language/duration.ts';
import type { BadDuration } from '../language/scaling.ts';
import { badDurations, convertDurations, covers } from '../language/scaling.ts';
import type { Scope } from '../language/scope-type.ts';
import type { Rendered } from '../language/template/template.ts';
import { renderTree } from '../language/template/template.ts';
import type { Manifest } from '../port/step-type.ts';
import type { Engine } from './context.ts';
import { misplacedFault, valuePlaces } from './sinks.ts';
import { secretsIn } from './vault.ts';

/** `params`: opened for the runner, or masked. `target`: where a template names it. */
export type Parameters =
  { readonly ok: true; readonly params: Json; readonly target?: string } | { readonly ok: false; readonly fault: Fault };

/** What is rendered, and for which instance. */
export interface Rendering {
  readonly key: Key;
  readonly program: { readonly params: Tree; readonly target?: Tree };
}

/** For the runner: opens the secrets that are mentioned. */
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
  const closed = renderedMasked(engine, manifest, call, scope);
  if (!closed.ok) return closed;
  // Most steps have no secret: what is shown is then what is sent, and is rendered once.
  const open = closed.hasSecret
    ? renderTree(
        call.program.params,
        scope,
        (name, pointer) => openedAt(engine, manifest, name, pointer),
        valuePlaces(engine, call.key, manifest),
      )
    : closed.rendered;
  if (!open.ok) return open;
  const [bad] = badDurations(open.json, manifest);
  if (bad !== undefined) return notADuration(engine, bad);
  return withTarget(convertDurations(open.json, manifest, engine.plan.environment.timeScale), call, scope);
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

/** Without opening any secret: what may be shown and hashed. What others could know of these parameters is masked too. */
export function maskedParameters(engine: Engine, manifest: Manifest, call: Rendering, scope: Scope): Parameters {
  const closed = renderedMasked(engine, manifest, call, scope);
  if (!closed.ok) return closed;
  const converted = convertDurations(closed.rendered.json, manifest, engine.plan.environment.timeScale);
  return withTarget(engine.redactor.json(converted).json, call, scope);
}

type Closed =
  | { readonly ok: true; readonly rendered: Extract<Rendered, { ok: true }>; readonly hasSecret: boolean }
  | { readonly ok: false; readonly fault: Fault };

/** With a mask for each secret, and every value where values are allowed. */
function renderedMasked(engine: Engine, manifest: Manifest, { program, key }: Rendering, scope: Scope): Closed {
  let hasSecret = false;
  const masked = (name: string, pointer: string): string => {
    hasSecret = true;
    return maskedAt(manifest, name, pointer);
  };
  const rendered = renderTree(program.params, scope, masked, valuePlaces(engine, key, manifest));
  if (!rendered.ok) return rendered;
  const misplaced = misplacedFault(engine, key, manifest, program.params, rendered.json);
  return misplaced === undefined ? { ok: true, rendered, hasSecret } : { ok: false, fault: misplaced };
}

function withTarget(params: Json, { program }: Rendering, scope: Scope): Parameters {
  if (program.target === undefined) return { ok: true, params };
  const target = renderTree(program.target, scope, () => mask);
  return target.ok ? { ok: true, params, target: String(target.json) } : target;
}
