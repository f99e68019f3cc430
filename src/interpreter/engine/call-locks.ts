/** Locks of runbooks that are called: those that the plan cannot know are taken when the call is reached, and again by whoever resumes the run or undoes it. */
import { join } from 'node:path';
import type { Node, Plan } from '../core/model/plan.ts';
import type { Fault, Key, Value } from '../core/model/value.ts';
import { scopeOfCall } from '../language/scope.ts';
import { renderTree } from '../language/template/template.ts';
import { openValue } from '../language/value.ts';
import { readJournal } from '../store/journal-read.ts';
import type { RunDirectory } from '../store/run-directory.ts';
import { foldRun } from './undo-run.ts';
import { loadReference } from './values.ts';

/** Undefined: this run holds it now, until it ends. */
export type TakeLock = (name: string) => Promise<Pick<Fault, 'message' | 'hint'> | undefined>;

/** Of the call with these inputs. */
export function locksAt(plan: Plan, node: Node, inputs: unknown): readonly string[] | Fault {
  const call: Key = node.parent ?? '';
  const found: string[] = [];
  for (const tree of node.program.bind?.locks ?? []) {
    const rendered = renderTree(tree, scopeOfCall(plan, call, inputs));
    if (!rendered.ok) return { ...rendered.fault, message: `lock: ${rendered.fault.message}` };
    found.push(typeof rendered.json === 'string' ? rendered.json : JSON.stringify(rendered.json));
  }
  return found;
}

/** Of all calls that a run has reached. */
export function locksReached(plan: Plan, directory: RunDirectory): readonly string[] {
  if (!plan.nodes.some(({ program }) => program.bind?.locks !== undefined)) return [];
  const state = foldRun(plan, readJournal(directory.journalPath).records);
  return Object.values(state.instances).flatMap(({ node: index, value }) => {
    const node = plan.nodes[index];
    if (node?.program.bind?.locks === undefined || value === undefined) return [];
    const locks = locksAt(plan, node, inputsIn(value, directory));
    return 'code' in locks ? [] : locks;
  });
}

/** The value of a call's inputs, also where it is a file by now. */
export const inputsIn = (value: Value, directory: RunDirectory): unknown =>
  openValue(value, (reference) => loadReference(join(directory.path, 'output'), reference));
