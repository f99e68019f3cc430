/** Opens what viewers and approvers of a run connect to, and writes where that is. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { State } from '../interpreter/core/model/state.ts';
import type { Actor } from '../interpreter/core/model/value.ts';
import type { Roles } from '../interpreter/engine/approval.ts';
import { whyNoApprovalOf } from '../interpreter/engine/approval.ts';
import { socketAddress } from '../interpreter/link/address.ts';
import { makeDoor } from '../interpreter/link/door.ts';
import type { EngineFile } from '../interpreter/link/protocol.ts';
import { linkVersion } from '../interpreter/link/protocol.ts';
import type { Link } from '../interpreter/link/serve.ts';
import { serveLink } from '../interpreter/link/serve.ts';
import { ownIdentity } from '../interpreter/store/processes.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import type { Hosting } from './hosting.ts';
import { typeInput } from './type-input.ts';

type Opened =
  { readonly link: Link; readonly socket: string; readonly door?: string } | { readonly link: undefined; readonly why: string };

export const engineFile = (directory: RunDirectory): string => join(directory.path, 'engine.json');

/** A run that nobody looks at needs no socket, so a machine that cannot give one stops no run; who asks for it is told why. */
export async function openLink(hosting: Hosting): Promise<{ readonly link?: Link; readonly why?: string }> {
  const { directory } = hosting;
  const opened = await openAt(socketAddress(directory.path), hosting);
  const { link, ...where } = opened;
  const file: EngineFile = { v: linkVersion, ...ownIdentity(), ...where };
  const beside = `${engineFile(directory)}.${String(process.pid)}`;
  writeFileSync(beside, JSON.stringify(file), { mode: 0o600 });
  renameSync(beside, engineFile(directory));
  if (link === undefined) return { why: opened.why };
  return { link };
}

async function openAt(address: ReturnType<typeof socketAddress>, hosting: Hosting): Promise<Opened> {
  if (!address.ok) return { link: undefined, why: address.why };
  const { directory, plan, roles } = hosting;
  try {
    const door = doorOf(directory, plan);
    const link = await serveLink({
      run: directory.id,
      plan,
      path: address.path,
      typeInput: (name, value) => typeInput(directory, name, value),
      accounts: hosting.environment,
      ...(door === undefined ? {} : { door: { path: door, mayApprove: mayApproveIn(plan, roles) } }),
    });
    return { link, socket: address.path, ...(door === undefined ? {} : { door }) };
  } catch (problem) {
    return { link: undefined, why: `${address.path}: ${(problem as Error).message}` };
  }
}

/** Only a run that asks for approvals has a door; where none can be made, the run continues and its own user may still answer. */
function doorOf(directory: RunDirectory, plan: Plan): string | undefined {
  if (!plan.nodes.some((node) => node.has.approve)) return undefined;
  try {
    return makeDoor(directory.id);
  } catch {
    return undefined;
  }
}

/** A reason is not asked for before there is an answer. */
const mayApproveIn =
  (plan: Plan, roles: Roles) =>
  (state: Readonly<State>, question: State['questions'][string], by: Actor): boolean =>
    question.ask === 'approve' &&
    whyNoApprovalOf(plan, state, question, { by, verdict: 'yes', reason: 'not given yet' }, roles) === undefined;
