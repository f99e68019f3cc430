/**
 * What a `RunService` promises, told once for every implementation. An implementation brings a `World`: how a run is ordered there, and how the worker
 * that carries it is lost and another one takes over.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stamped } from '../../src/interpreter/core/model/event.ts';
import type { Actor } from '../../src/interpreter/core/model/value.ts';
import type { Act } from '../../src/interpreter/link/protocol.ts';
import type { Order, RunService } from '../../src/service/run-service.ts';

export interface World {
  readonly service: RunService;
  /** Where runbooks and what their steps write are. */
  readonly folder: string;
  /** The runbook at this path, to be run by the user of this process. */
  order(path: string): Promise<Order>;
  /** Kills the worker of a run; nothing of it is left when this resolves. */
  lose(run: string): Promise<void>;
  /** Lets another worker carry it. Where that happens by itself, nothing. */
  takeOver(run: string): Promise<void>;
  /** What `runbook ARGS` prints here. */
  print(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

const head = 'apiVersion: runbook/v1\nid: two\ntitle: Two changes\nowners: [tests]\n';
/** Not repeatable: a step that was begun and lost is asked about, never repeated in silence. */
const step = (id: string, more: string): string =>
  `  - { id: ${id}, type: shell, argv: [sh, -c, "echo ${id} >> ${id}.log"], undo: none, ${more} }\n`;
const twoChanges = `${head}steps:\n${step('first', 'repeatable: false')}${step('second', 'repeatable: false')}`;
const asking = `${head}steps:\n${step('first', 'confirm: Do it')}${step('second', 'repeatable: false')}`;

const person = (name: string): Actor => ({ name, auth: 'claimed', host: 'here' });
type Question = Extract<Stamped, { type: 'question.opened' }>;

/** `pace`: how long a test may take; a worker that was lost is only told by its silence. */
export function describeRunService(name: string, build: () => Promise<World>, pace: 'quick' | 'slow' = 'quick'): void {
  describe(`the service of runs: ${name}`, () => {
    let world: World;
    const within = pace === 'slow' ? 600_000 : 60_000;
    beforeEach(async () => {
      world = await build();
    });
    afterEach(() => world.remove());

    const startOf = async (text: string): Promise<string> => {
      const path = join(world.folder, 'two.yaml');
      writeFileSync(path, text);
      return world.service.start(await world.order(path));
    };
    /** The records until one satisfies `last`, that one included. */
    const until = async (run: string, last: (record: Stamped) => boolean, from = 1): Promise<readonly Stamped[]> => {
      const found: Stamped[] = [];
      for await (const record of world.service.follow(run, from, AbortSignal.timeout(30_000))) {
        found.push(record);
        if (last(record)) break;
      }
      return found;
    };
    const toTheEnd = (run: string): Promise<readonly Stamped[]> => until(run, (record) => record.type === 'run.finished');
    const questionOf = async (run: string, from = 1): Promise<Question> => {
      const found = (await until(run, (record) => record.type === 'question.opened', from)).at(-1);
      if (found?.type !== 'question.opened') throw new Error('nothing was asked');
      return found;
    };
    const answer = ({ id, shown }: Question, verdict: string): Act => ({ is: 'answer', question: id, verdict, shown });
    const outcomeOf = (records: readonly Stamped[]): string | undefined =>
      records.flatMap((one) => (one.type === 'run.finished' ? [one.outcome] : []))[0];
    const done = (id: string): number =>
      existsSync(join(world.folder, `${id}.log`))
        ? readFileSync(join(world.folder, `${id}.log`), 'utf8').split('\n').length - 1
        : 0;

    it('starts a run, lists it, and its journal can be read from any number', async () => {
      const run = await startOf(twoChanges);
      const all = await toTheEnd(run);
      expect(outcomeOf(all)).toBe('succeeded');
      expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
      for (const from of [2, Math.ceil(all.length / 2), all.length])
        expect(await until(run, (record) => record.type === 'run.finished', from)).toEqual(all.slice(from - 1));
      expect(await world.service.list()).toMatchObject([{ run, runbook: 'two', state: 'finished', outcome: 'succeeded' }]);
      expect(await world.print('verify', run)).toContain(`OK     run ${run}: record ${String(all.length)}`);
    });

    it('gives every reader the same records, while the run goes on and afterwards', async () => {
      for (let round = 0; round < 5; round += 1) {
        const run = await startOf(twoChanges);
        const [first, ...others] = await Promise.all([toTheEnd(run), toTheEnd(run), toTheEnd(run)]);
        expect(others).toEqual([first, first]);
        expect(await toTheEnd(run)).toEqual(first);
      }
    });

    it('gives the report that `runbook report` prints, and the one that a run without the service has', async () => {
      const run = await startOf(twoChanges);
      await toTheEnd(run);
      const files = await world.service.files(run);
      const report = await files.report('markdown');
      expect(await world.print('report', run)).toBe(report.endsWith('\n') ? report : `${report}\n`);
      expect(files.names).toContain('journal.jsonl');
      expect(files.read('runbook.yaml').toString()).toBe(twoChanges);
      expect(() => files.read('../../secret')).toThrow('has no file');
      const other = (JSON.parse(await world.print('run', 'two.yaml', '-o', 'json')) as { readonly run: string }).run;
      expect(withoutPlace(await world.print('report', other))).toBe(withoutPlace(report));
    });

    it(
      'lets the worker be killed at every boundary: another one takes over, and nothing is done twice',
      async () => {
        const boundaries = (await toTheEnd(await startOf(twoChanges))).length - 1;
        for (let boundary = 1; boundary <= boundaries; boundary += 1) {
          const before = { first: done('first'), second: done('second') };
          const run = await startOf(twoChanges);
          await until(run, (record) => record.seq >= boundary);
          await world.lose(run);
          await world.takeOver(run);
          const asked = new AbortController();
          let outcome: string | undefined;
          for await (const record of world.service.follow(run, 1, asked.signal)) {
            if (record.type === 'run.finished') outcome = record.outcome;
            // It cannot be known whether a lost step was done: a person says what is so.
            if (record.type !== 'question.opened' || record.ask !== 'doubt') continue;
            const verdict = done(record.key) > before[record.key as 'first' | 'second'] ? 'done' : 'not-done';
            await world.service.act(run, answer(record, verdict), person('ana'));
          }
          const times = { first: done('first') - before.first, second: done('second') - before.second };
          expect({ boundary, outcome, ...times }).toEqual({ boundary, outcome: 'succeeded', first: 1, second: 1 });
        }
      },
      within,
    );

    it('counts the first valid answer; the other one gets a reason', async () => {
      const run = await startOf(asking);
      const question = await questionOf(run);
      const stale = await world.service.act(run, { ...answer(question, 'yes'), shown: 'f'.repeat(64) } as Act, person('ana'));
      expect(stale).toMatchObject({ ok: false, why: 'the question changed since you saw it; answer again' });
      const answers = await Promise.all(
        ['ana', 'bob'].map((who) => world.service.act(run, answer(question, 'yes'), person(who))),
      );
      expect(answers.filter((one) => one.ok)).toHaveLength(1);
      expect(answers.find((one) => !one.ok)).toMatchObject({ why: 'the question is closed' });
      const closed = (await toTheEnd(run)).filter((record) => record.type === 'question.closed');
      expect(closed).toHaveLength(1);
      expect(done('first')).toBe(1);
    });

    it('never takes the consent of an agent', async () => {
      const run = await startOf(asking);
      const question = await questionOf(run);
      const agent: Actor = { ...person('triage'), kind: 'agent', onBehalfOf: 'ana' };
      expect(await world.service.act(run, answer(question, 'yes'), agent)).toMatchObject({
        ok: false,
        why: expect.stringContaining('only a person can agree') as string,
      });
      expect(done('first')).toBe(0);
      expect(await world.service.act(run, answer(question, 'yes'), person('ana'))).toMatchObject({ ok: true });
      expect(outcomeOf(await toTheEnd(run))).toBe('succeeded');
    });

    it('tells one act of a caller from the next one', async () => {
      const run = await startOf(asking);
      await questionOf(run);
      const controls = ['pause', 'continue', 'pause', 'continue'] as const;
      for (const is of controls)
        expect(await world.service.act(run, { is: 'control', control: { is } }, person('ana'))).toMatchObject({ ok: true });
      const abort: Act = { is: 'control', control: { is: 'abort', undo: false, force: false, reason: 'enough' } };
      expect(await world.service.act(run, abort, person('ana'))).toMatchObject({ ok: true });
      expect(outcomeOf(await toTheEnd(run))).toBe('aborted');
    });

    it('gives a reason for an act on a run that has finished, and for one that is not there', async () => {
      const run = await startOf(twoChanges);
      await toTheEnd(run);
      const pause: Act = { is: 'control', control: { is: 'pause' } };
      expect(await world.service.act(run, pause, person('ana'))).toMatchObject({
        ok: false,
        why: expect.stringContaining(`run ${run} has finished: succeeded`) as string,
      });
      await expect(world.service.act('nosuchrun', pause, person('ana'))).rejects.toThrow('there is no run "nosuchrun"');
    });

    it('excludes two runs with one lock, and keeps nothing of the one that was refused', async () => {
      const run = await startOf(asking);
      await questionOf(run);
      await expect(startOf(asking)).rejects.toThrow('lock');
      expect(await world.service.list()).toHaveLength(1);
      const abort: Act = { is: 'control', control: { is: 'abort', undo: false, force: false, reason: 'enough' } };
      expect(await world.service.act(run, abort, person('ana'))).toMatchObject({ ok: true });
      expect(outcomeOf(await toTheEnd(run))).toBe('aborted');
    });
  });
}

/** A report without what differs from run to run: ids, hashes, moments, durations, processes. */
const withoutPlace = (report: string): string =>
  report
    .replaceAll(/\b[0-9a-hjkmnp-tv-z]{26}\b/g, 'RUN')
    .replaceAll(/\b[0-9a-f]{12,64}\b/g, 'HASH')
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, 'MOMENT')
    .replaceAll(/\b\d\d:\d\d:\d\d(?:\.\d+)?\b/g, 'CLOCK')
    .replaceAll(/\b\d+(?:\.\d+)? ?m?s\b/g, 'DURATION')
    .trimEnd();
