/** Settings of a real broker: merged, read back, put back; what the broker hides is never lost. */
import { Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TestKafka } from '../../../lab/servers/test-servers.ts';
import { startKafka } from '../../../lab/servers/test-servers.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep } from '../../../test/rig/session.ts';
import { stepType } from './index.ts';
import { lint } from './lint.ts';

const brokerResource = 4;
const setOnBroker = 2;
let server: TestKafka;
let admin: Admin;
let bench: Bench;

beforeAll(async () => {
  server = await startKafka();
  admin = new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  bench = await openStep(stepType, { brokers: [...server.brokers] });
}, 180_000);
afterAll(async () => {
  await bench.session.close();
  await admin.disconnect();
  await server.stop();
});
afterEach(() => set({}));

/** Replaces all that is set on the broker, as another administrator would. */
async function set(values: Readonly<Record<string, string>>): Promise<void> {
  const configEntries = Object.entries(values).map(([name, value]) => ({ name, value }));
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: brokerResource, name: '1', configEntries }] });
  await expect.poll(async () => Object.keys(await names())).toEqual(Object.keys(values).sort());
}
async function names(): Promise<Readonly<Record<string, string>>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: brokerResource, name: '1' }],
  });
  const own = (resources[0]?.configEntries ?? []).filter((one) => Number(one.configSource) === setOnBroker);
  const sorted = own.sort((a, b) => a.configName.localeCompare(b.configName));
  return Object.fromEntries(sorted.map((one) => [one.configName, one.configValue]));
}
const alter = (more: object) => ({ alterConfig: { broker: 1, ...more } });

describe('alterConfig of a broker', () => {
  it('changes one setting and keeps all others that are set', async () => {
    await set({ 'log.retention.ms': '1000000', 'message.max.bytes': '2000000' });
    const params = alter({ set: { 'log.retention.ms': 60_000 } });
    expect((await bench.run(params)).done).toMatchObject({
      ok: true,
      changed: true,
      result: { value: { broker: 1, changes: { 'log.retention.ms': { from: '1000000', to: '60000' } } } },
    });
    expect(await names()).toEqual({ 'log.retention.ms': '60000', 'message.max.bytes': '2000000' });
    expect((await bench.run(params)).done).toMatchObject({ ok: true, changed: false });
  });

  it('takes settings back to their default', async () => {
    await set({ 'log.retention.ms': '1000000', 'message.max.bytes': '2000000' });
    expect((await bench.run(alter({ unset: ['log.retention.ms'] }))).done).toMatchObject({ ok: true, changed: true });
    expect(await names()).toEqual({ 'message.max.bytes': '2000000' });
  });

  it('is put back to what was captured; what another has set since stays, and over the same it is refused', async () => {
    await set({ 'log.retention.ms': '1000000' });
    const params = alter({ set: { 'log.retention.ms': 60_000, 'message.max.bytes': 3_000_000 } });
    const old = (await bench.session.capture?.(params, bench.context())) ?? null;
    expect(old).toEqual({ config: { 'log.retention.ms': '1000000' } });
    await bench.run(params);
    await set({ 'log.retention.ms': '60000', 'message.max.bytes': '3000000', 'num.io.threads': '3' });
    expect(await bench.session.restore?.(old, params, bench.context())).toMatchObject({ ok: true, changed: true });
    expect(await names()).toEqual({ 'log.retention.ms': '1000000', 'num.io.threads': '3' });
    await set({ 'log.retention.ms': '70000' });
    expect(await bench.session.restore?.(old, params, bench.context())).toMatchObject({ ok: false, code: 'changed-meanwhile' });
    expect(await names()).toEqual({ 'log.retention.ms': '70000' });
  });

  it('is refused while the broker has a password set: it cannot be read, and would be lost', async () => {
    await set({ 'listener.name.plaintext.ssl.key.password': 'hunter2' });
    const { done, sent } = await bench.run(alter({ set: { 'log.retention.ms': 60_000 } }));
    expect({ done, sent }).toMatchObject({ done: { ok: false, wire: 'notStarted', code: 'hidden-settings' }, sent: false });
    expect(Object.keys(await names())).toEqual(['listener.name.plaintext.ssl.key.password']);
  });

  it('of a broker that is not there, of a setting that needs a restart, and of a wrong value is refused', async () => {
    expect((await bench.run({ alterConfig: { broker: 7, set: { 'log.retention.ms': 1 } } })).done).toMatchObject({
      wire: 'notStarted',
      code: 'no-broker',
      message: 'there is no living broker 7; there are 1',
    });
    expect((await bench.run(alter({ set: { 'node.id': 2 } }))).done).toMatchObject({
      wire: 'refused',
      message: 'Kafka does not take node.id: 2',
    });
    expect((await bench.run(alter({ set: { 'log.retention.ms': 'soon' } }))).done).toMatchObject({ ok: false, wire: 'refused' });
    expect(await names()).toEqual({});
  });

  it('is previewed with the value in force, and touches nothing', async () => {
    await set({ 'message.max.bytes': '2000000' });
    const params = alter({ set: { 'num.io.threads': 3, 'message.max.bytes': 2_000_000 }, unset: [] });
    const preview = await bench.session.preview?.(params, bench.context());
    expect(preview?.diff).toBe('broker 1 num.io.threads: 2 (inherited) -> 3\nbroker 1 message.max.bytes: 2000000 (unchanged)');
    expect(await names()).toEqual({ 'message.max.bytes': '2000000' });
  });
});

it('lint wants one of topic and broker', () => {
  const found = (alterConfig: object) => lint({ params: { alterConfig } } as never).map((one) => [one.code, one.pointer]);
  expect(found({ set: { a: 1 } })).toEqual([['kafka/one-resource', '/alterConfig']]);
  expect(found({ topic: 't', broker: 1 })).toEqual([['kafka/one-resource', '/alterConfig/broker']]);
  expect(found({ broker: 1 })).toEqual([]);
});
