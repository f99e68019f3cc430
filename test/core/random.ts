/** Random plans and random worlds, both functions of one number, so that a resumed world behaves as before. */
import { hash32 } from '../../src/interpreter/core/model/hash.ts';
import type { Lane, Node, Plan } from '../../src/interpreter/core/model/plan.ts';
import type { Outcome, Verdict } from '../../src/interpreter/core/model/value.ts';
import { node, type NodeOptions, planOf } from './plans.ts';
import { failing, nothing, ok, type Played, type VirtualWorld } from './simulate.ts';

type Dice = (below: number) => number;

function dice(seed: number): Dice {
  let count = 0;
  return (below) => hash32(`${String(seed)}:${String((count += 1))}`) % below;
}

function pick<T>(roll: Dice, ...options: readonly T[]): T {
  return options[roll(options.length)] as T;
}

const isWork = (lane: Lane): boolean => lane === 'main' || lane === 'containment';

class Builder {
  readonly nodes: Node[] = [];
  private count = 0;
  private readonly roll: Dice;

  constructor(roll: Dice) {
    this.roll = roll;
  }

  lane(lane: Lane, most: number, parent?: string, parallel = false, depth = 0): void {
    let before: string[] = [];
    for (let left = this.roll(most + 1) + (parent === undefined ? 0 : 1); left > 0; left -= 1) {
      const key = `${lane.slice(0, 2)}${String((this.count += 1))}`;
      const after = parallel ? before.filter(() => this.roll(3) === 0) : before.slice(-1);
      const place: NodeOptions = { after, ...(parent === undefined ? {} : { parent }) };
      before = [...before, key];
      if (depth < 2 && this.roll(5) === 0) this.group(lane, key, place, depth);
      else this.leaf(lane, key, place);
    }
  }

  private group(lane: Lane, key: string, place: NodeOptions, depth: number): void {
    const parallel = this.roll(2) === 0;
    this.nodes.push(
      node(key, lane, {
        ...place,
        kind: 'group',
        parallel,
        ...this.common(lane),
        timeout: pick(this.roll, 0, 0, 400),
        ...(this.roll(3) === 0 ? { contains: true as const } : {}),
      }),
    );
    this.lane(lane, 2, key, parallel, depth + 1);
  }

  private common(lane: Lane): NodeOptions {
    const { roll } = this;
    return {
      onFailure: pick(roll, 'abort', 'continue', 'undo', 'ask'),
      critical: roll(4) > 0,
      ...(roll(4) === 0 ? { forEach: { limit: 1 + roll(3), maxErrors: 0 } } : {}),
      has: { when: roll(5) === 0, confirm: isWork(lane) && roll(8) === 0, offer: isWork(lane) && roll(10) === 0 },
    };
  }

  private leaf(lane: Lane, key: string, place: NodeOptions): void {
    const { roll } = this;
    const common = this.common(lane);
    const registered = this.nodes.filter((other) => other.lane === lane && other.has.undo !== 'none').map((other) => other.key);
    if (lane === 'main' && registered.length > 0 && roll(6) === 0) {
      this.nodes.push(
        node(key, lane, { ...place, kind: 'undo', of: [pick(roll, ...registered)], onFailure: pick(roll, 'abort', 'ask') }),
      );
      return;
    }
    const finding = lane === 'main' && roll(10) === 0;
    const undo = isWork(lane) && !finding ? pick(roll, 'none', 'none', 'restore', 'steps') : 'none';
    const steps = undo === 'steps' ? Array.from({ length: 1 + roll(2) }, (_, index) => `${key}~undo${String(index)}`) : [];
    this.nodes.push(
      node(key, lane, {
        ...place,
        ...common,
        kind: roll(10) === 0 ? 'ask' : 'effect',
        repeatable: roll(3) === 0,
        attempts: 1 + roll(3),
        undoSteps: steps,
        ...(lane === 'validation' && roll(2) === 0 ? { together: true as const } : {}),
        ...(finding ? { finding: true as const, effect: 'read' as const } : {}),
        has: { ...common.has, undo, doneWhen: roll(5) === 0, approve: roll(12) === 0 },
        program: { approve: { from: ['lead'], min: 1 + roll(2), timeout: 300, reason: false, each: roll(2) === 0 } },
      }),
    );
    for (const step of steps) this.nodes.push(node(step, 'undo', { repeatable: roll(2) === 0 }));
  }

  beside(): void {
    const { roll } = this;
    const mains = this.nodes.filter((other) => other.lane === 'main' && other.parent === undefined).map((other) => other.key);
    if (roll(2) === 0)
      this.nodes.push(node('comms1', 'comms', { at: ['started', 'waiting', 'finished', 'failed'], effect: 'write' }));
    if (roll(3) === 0) this.nodes.push(node('comms2', 'comms', { every: 100 + roll(500), effect: 'write' }));
    if (mains.length > 0 && roll(3) === 0) {
      const edges = {
        ...(roll(2) === 0 ? { from: pick(roll, ...mains) } : {}),
        ...(roll(2) === 0 ? { to: pick(roll, ...mains) } : {}),
      };
      this.nodes.push(
        node('guard', 'watch', {
          every: 10,
          effect: 'read',
          ...edges,
          onFailure: pick(roll, 'continue', 'abort', 'ask', 'undo'),
        }),
      );
      this.nodes.push(node('page', 'watch', { parent: 'guard', effect: 'write', onFailure: 'continue' }));
    }
  }
}

export function randomCase(seed: number): { readonly plan: Plan; readonly world: VirtualWorld } {
  const roll = dice(seed);
  const builder = new Builder(roll);
  builder.lane('precondition', 2);
  builder.lane('evidence', 2);
  builder.lane('containment', 2);
  builder.lane('diagnosis', 2);
  builder.lane('main', 6);
  builder.lane('validation', 2);
  builder.lane('finally', 2);
  builder.lane('postmortem', 1);
  builder.beside();
  const mains = builder.nodes.filter((other) => other.lane === 'main').map((other) => other.key);
  const plan = planOf(builder.nodes, {
    onAbort: pick(roll, 'keep', 'undo', 'ask'),
    ...(roll(8) === 0 ? { deadline: 50 + roll(2000) } : {}),
    ...(roll(12) === 0 ? { only: 'diagnosis' } : {}),
    ...(roll(8) === 0 && mains.length > 0 ? { stopAfter: pick(roll, ...mains) } : {}),
  });
  return { plan, world: randomWorld(seed) };
}

/** Everything that happens is a hash of the seed and of what it happens to. */
function randomWorld(seed: number): VirtualWorld {
  const at = (what: string, below: number): number => hash32(`${String(seed)}/${what}`) % below;
  const trouble = at('trouble', 4);
  return {
    resolve: (plain, key) => {
      if (trouble === 3 && at(`resolve ${key}`, 40) === 0) {
        return { when: 'error', fault: { class: 'expression', code: 'x', message: 'bad expression' } };
      }
      const when = plain.has.when && at(`when ${key}`, 2) === 0 ? 'false' : 'true';
      const item = key.endsWith(']') && at('items', 2) === 0 && plain.forEach === undefined;
      const items =
        plain.forEach === undefined || item
          ? {}
          : { items: Array.from({ length: at(`items ${key}`, 4) }, (_, i) => ({ json: i })) };
      return { when, ...items };
    },
    probe: (_plain, key, when, state) =>
      (['true', 'true', 'false', 'error'] as const)[at(`probe ${key} ${when} ${String(state.seq)}`, 4)] as Verdict,
    capture: (_plain, key) =>
      trouble === 2 && at(`capture ${key}`, 10) === 0 ? { fault: { class: 'connection', code: 'c', message: '' } } : {},
    perform: (plain, key, n, role) => performed(plain, at(`do ${key} ${String(n)} ${role}`, 1000), trouble),
    cancel: (_plain, key, n) =>
      (['cancelled', 'failed', 'unknown', 'ok'] as const)[at(`cancel ${key} ${String(n)}`, 4)] as Outcome['is'],
    answer: (ask, key, count) => answer(ask, at(`answer ${key} ${ask} ${String(count)}`, 100), count),
    controls: controls(at),
  };
}

function performed(plain: Node, roll: number, trouble: number): Played {
  const takes = 5 + (roll % 97);
  if (plain.lane === 'watch' && plain.parent === undefined)
    return roll % 2 === 0 ? { ...failing(), takes } : { ...ok, takes: Infinity };
  if (trouble === 0 || roll >= 300) return { ...ok, takes };
  if (roll < 60) return { ...failing('connection'), takes };
  if (roll < 120) return { ...failing('connection', 'notStarted'), takes };
  if (roll < 180) return { ...failing('connection', 'unknown'), takes };
  if (roll < 210) return { ...ok, expect: 'false', takes };
  if (roll < 240) return { outcome: { is: 'ok', changed: false, value: nothing, result: nothing }, takes };
  return { ...failing(), takes };
}

function answer(ask: string, roll: number, count: number): string {
  if (ask === 'failure') return count > 3 ? 'abort' : (['retry', 'skip', 'undo', 'abort'][roll % 4] ?? 'abort');
  if (ask === 'doubt') return count > 3 ? 'abort' : (['done', 'not-done', 'abort', 'unanswered'][roll % 4] ?? 'abort');
  if (ask === 'manual') return ['done', 'not-done', 'unanswered', 'done'][roll % 4] ?? 'done';
  return roll < 80 ? 'yes' : roll < 90 ? 'no' : 'unanswered';
}

function controls(at: (what: string, below: number) => number): NonNullable<VirtualWorld['controls']> {
  const moment = 20 + at('control at', 600);
  switch (at('control', 8)) {
    case 0:
      return [{ at: moment, act: { is: 'abort', undo: at('undo', 2) === 0, force: false, reason: 'x' } }];
    case 1:
      return [moment, moment + at('second', 200)].map((time) => ({
        at: time,
        act: { is: 'abort', undo: true, force: false, reason: 'x' },
      }));
    case 2:
      return [
        { at: moment, act: { is: 'pause' } },
        { at: moment + 500, act: { is: 'continue' } },
      ];
    default:
      return [];
  }
}
