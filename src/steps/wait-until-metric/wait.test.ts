/** Waits of whole runs against a real Prometheus that scrapes an exporter of this test every second (F38 to F42). */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestPrometheus } from '../../../lab/servers/test-servers.ts';
import { startPrometheus } from '../../../lab/servers/test-servers.ts';
import { eventually } from '../../../test/rig/cli.ts';
import type { Exporter, Reading, Waiting } from '../../../test/rig/waiting.ts';
import { startExporter, startWaiting } from '../../../test/rig/waiting.ts';

let exporter: Exporter;
let prometheus: TestPrometheus;
let waiting: Waiting | undefined;
/** A name for each test: Prometheus remembers. */
let metric: string;
let count = 0;

beforeAll(async () => {
  exporter = await startExporter({ alive: 'alive 1' });
  prometheus = await startPrometheus({ scrapeTargets: [exporter.address] });
});
afterAll(async () => {
  await prometheus.stop();
  await exporter.close();
});
beforeEach(() => {
  count += 1;
  metric = `depth_${String(count)}`;
});
afterEach(() => {
  waiting?.run.remove();
});

const expose = (value: number | string, labels = ''): void => {
  exporter.metrics.set(metric + labels, `${metric}${labels} ${String(value)}`);
};
const hide = (labels = ''): void => {
  exporter.metrics.delete(metric + labels);
};
const wait = (keys: string, query = metric): Waiting =>
  (waiting = startWaiting(prometheus.url, `query: "${query}", every: 200ms, ${keys}`));
const kinds = (readings: readonly Reading[]): readonly string[] =>
  readings.map(({ holds }) => holds).filter((one, index, all) => one !== all[index - 1]);

/** Until the server answers this query with something. */
const arrived = (query: string): Promise<string> =>
  eventually(`${query} in Prometheus`, async () => {
    const reply = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const text = await reply.text();
    return text.includes('"value"') && text;
  });
/** For the scrape that brings the first value. */
const arriving = 'onNoData: wait';

describe('a wait', () => {
  it('ends with the value that its condition held for', async () => {
    expose(10);
    const one = wait(`until: value < 5.0, timeout: 60s, ${arriving}`);
    await one.seen('false');
    expose(4);
    const { outcome, readings, finished } = await one.ended();
    expect(outcome).toMatchObject({ is: 'ok', value: { json: 4 } });
    expect(finished.code).toBe(0);
    expect(readings.at(-1)).toMatchObject({ value: 4, holds: 'true' });
    expect(readings.filter(({ holds }) => holds === 'true')).toHaveLength(1);
  });

  it('counts `for` from the last break on', async () => {
    expose(1);
    const one = wait(`until: value < 5.0, for: 2500ms, timeout: 60s, ${arriving}`);
    const good = await one.seen('true');
    expose(10);
    const bad = await one.seen('false', good);
    expose(2);
    const { outcome, readings } = await one.ended();
    expect(outcome).toMatchObject({ is: 'ok', value: { json: 2 } });
    expect(kinds(readings.slice(good - 1))).toEqual(['true', 'false', 'true']);
    const held = readings.slice(bad).filter(({ holds }) => holds === 'true');
    expect((held.at(-1)?.t ?? 0) - (held[0]?.t ?? 0)).toBeGreaterThanOrEqual(2500);
  });

  it('fails when time is up, and says the condition and the last value', async () => {
    expose(10);
    await arrived(metric);
    const { outcome, readings, finished } = await wait('until: value < 5.0, timeout: 2s').ended();
    expect(outcome).toMatchObject({ is: 'failed', fault: { class: 'timeout', code: 'wait-timeout' } });
    expect(outcome.fault?.message).toMatch(/^value < 5\.0 did not hold in time \(\d+ readings\): the last value is 10$/);
    expect(finished.code).toBe(1);
    expect(readings.length).toBeGreaterThan(1);
  });

  it('that held, but not long enough, is not a success', async () => {
    const one = wait(`until: value < 5.0, for: 5900ms, timeout: 6s, ${arriving}`);
    await one.seen('noData');
    expose(1);
    const { outcome, readings } = await one.ended();
    expect(outcome).toMatchObject({ is: 'failed', fault: { code: 'wait-timeout' } });
    expect(kinds(readings)).toEqual(['noData', 'true']);
  });

  it('ends at once when `abortWhen` comes true', async () => {
    expose(10);
    const one = wait(`until: value < 5.0, abortWhen: value > 100.0, timeout: 60s, ${arriving}`);
    await one.seen('false');
    expose(500);
    const { outcome } = await one.ended();
    expect(outcome).toMatchObject({ is: 'failed', fault: { class: 'validation', code: 'wait-aborted' } });
    expect(outcome.fault?.message).toContain('the last value is 500');
  });
});

describe('no data', () => {
  it('fails at the first reading unless something else was declared', async () => {
    const { outcome, readings } = await wait('until: value < 5.0, timeout: 60s').ended();
    expect(outcome).toMatchObject({ is: 'failed', fault: { class: 'noData', code: 'no-data' } });
    expect(kinds(readings)).toEqual(['noData']);
    expect(readings).toHaveLength(1);
  });

  it('is waited out with `onNoData: wait`, until the series is there', async () => {
    const one = wait(`until: value < 5.0, timeout: 60s, ${arriving}`);
    await one.seen('noData');
    expose(3);
    const { outcome, readings } = await one.ended();
    expect(outcome).toMatchObject({ is: 'ok', value: { json: 3 } });
    expect(kinds(readings)).toEqual(['noData', 'true']);
  });

  it('that never ends is a timeout which says so', async () => {
    const { outcome } = await wait(`until: value < 5.0, timeout: 2s, ${arriving}`).ended();
    expect(outcome).toMatchObject({ is: 'failed', fault: { code: 'wait-timeout' } });
    expect(outcome.fault?.message).toContain('the step returned no data');
  });

  it('is what 0/0 gives: no comparison with it holds, in either direction', async () => {
    expose(0);
    const one = wait(`until: value < 0.5 || value >= 0.5, timeout: 60s, ${arriving}`, `${metric} / ${metric}`);
    const before = await one.seen('noData');
    await one.seen('noData', before);
    expose(8);
    const { outcome, readings } = await one.ended();
    expect(outcome).toMatchObject({ is: 'ok', value: { json: 1 } });
    expect(kinds(readings)).toEqual(['noData', 'true']);
  });

  it('is a zero only where the author says so', async () => {
    const { outcome } = await wait('until: value == 0.0, timeout: 60s, onNoData: zero').ended();
    expect(outcome).toMatchObject({ is: 'ok', value: { json: 0 } });
  });

  it('breaks what held, when the series goes away in the middle', async () => {
    expose(1);
    const one = wait(`until: value < 5.0, for: 2500ms, timeout: 60s, ${arriving}`);
    const good = await one.seen('true');
    hide();
    const gone = await one.seen('noData', good);
    expose(2);
    const { outcome, readings } = await one.ended();
    expect(outcome).toMatchObject({ is: 'ok', value: { json: 2 } });
    const held = readings.slice(gone).filter(({ holds }) => holds === 'true');
    expect((held.at(-1)?.t ?? 0) - (held[0]?.t ?? 0)).toBeGreaterThanOrEqual(2500);
  });

  it('is a sample that is too old, although the server still answers with it', async () => {
    expose(`1 ${String(Date.now() - 100_000)}`);
    const old = wait(`until: value < 5.0, timeout: 60s, ${arriving}`);
    expect((await old.ended()).outcome).toMatchObject({ is: 'ok', value: { json: 1 } });
    old.run.remove();
    waiting = undefined;
    const { outcome, readings } = await wait(`until: value < 5.0, timeout: 2s, maxAge: 30s, ${arriving}`).ended();
    expect(outcome).toMatchObject({ is: 'failed', fault: { code: 'wait-timeout' } });
    expect(kinds(readings)).toEqual(['noData']);
  });
});

describe('several series', () => {
  it('end the wait with their labels, since one of them would be a guess', async () => {
    expose(1, '{venue="a"}');
    expose(9, '{venue="b"}');
    await arrived(`count(${metric}) == 2`);
    const { outcome, readings } = await wait(`until: value < 5.0, timeout: 60s, ${arriving}`).ended();
    expect(outcome).toMatchObject({ is: 'failed', fault: { class: 'validation', code: 'several-series' } });
    expect(outcome.fault?.message).toMatch(/venue="a".*venue="b"/);
    expect(readings.map(({ holds }) => holds)).toEqual(['error']);
  });

  it('are one number with `reduce`', async () => {
    expose(1, '{venue="a"}');
    expose(9, '{venue="b"}');
    const one = wait(`until: value < 5.0, reduce: max, timeout: 60s, ${arriving}`);
    await one.seen('false');
    expose(4, '{venue="b"}');
    expect((await one.ended()).outcome).toMatchObject({ is: 'ok', value: { json: 4 } });
  });

  it('are a list with `returns: series`, of which all must hold', async () => {
    expose(1, '{venue="a"}');
    expose(9, '{venue="b"}');
    const one = wait(`until: "value.all(s, s.value < 5.0)", returns: series, timeout: 60s, ${arriving}`);
    await one.seen('false');
    expose(4, '{venue="b"}');
    const { outcome } = await one.ended();
    expect(outcome).toMatchObject({ is: 'ok', value: { json: [{ value: 1 }, { value: 4 }] } });
  });
});
