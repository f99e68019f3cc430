/** TLS and SASL against a real broker that asks for them; what is wrong is reported at once, without a retry and without any secret. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestSecureKafka } from '../../../lab/servers/kafka-test-clusters.ts';
import { startSecureKafka } from '../../../lab/servers/kafka-test-clusters.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import { openStep } from '../../../test/rig/session.ts';
import { stepType } from './index.ts';

let server: TestSecureKafka;
beforeAll(async () => {
  server = await startSecureKafka();
}, 180_000);
afterAll(async () => {
  await server.stop();
});

type Entry = Readonly<Record<string, Json>>;
async function asked(target: Entry, params: Json = { describeCluster: {} }): Promise<Done> {
  const bench = await openStep(stepType, target, 'kafka', 'ledger');
  const { done } = await bench.run(params);
  await bench.session.close();
  return done;
}
const login = (mechanism = 'plain', more: Entry = {}): Json => ({
  mechanism,
  username: server.user,
  password: server.password,
  ...more,
});
const opening = (target: Entry): Promise<unknown> => openStep(stepType, target, 'kafka', 'ledger');

describe('a login', () => {
  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('%s reads, writes and consumes', async (mechanism) => {
    const target = { brokers: [server.at.sasl], sasl: login(mechanism) };
    const topic = `by-${mechanism}`;
    expect(await asked(target, { createTopic: { topic } })).toMatchObject({ ok: true, changed: true });
    expect(await asked(target, { produce: { topic, key: 'k', value: 'v' } })).toMatchObject({ ok: true });
    expect(await asked(target, { consume: { topic, count: 1 } })).toMatchObject({
      result: { value: [{ key: 'k', value: 'v' }] },
    });
    expect(await asked(target, { resetOffsets: { group: topic, topic, to: 'latest' } })).toMatchObject({
      ok: true,
      changed: true,
    });
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('%s with a wrong password is refused for good', async (mechanism) => {
    const password = 'hunter2-wrong';
    const done = await asked({ brokers: [server.at.sasl], sasl: login(mechanism, { password }) });
    expect(done).toMatchObject({
      ok: false,
      wire: 'refused',
      class: 'auth',
      hint: 'username, password or mechanism of sasl are not those of the broker',
    });
    expect(done.ok ? '' : done.message).toContain(`target ledger: ${server.at.sasl}: `);
    expect(JSON.stringify(done)).not.toContain(password);
  });

  it('is refused before a write too, as one that was not made', async () => {
    const bench = await openStep(stepType, { brokers: [server.at.sasl], sasl: login('plain', { password: 'no' }) });
    const { done, sent } = await bench.run({ createTopic: { topic: 'never' } });
    expect({ done, sent }).toMatchObject({ done: { ok: false, wire: 'refused', class: 'auth' }, sent: false });
  });

  it('missing where the broker wants one, or given where it wants none, is told apart from a broken broker', async () => {
    expect(await asked({ brokers: [server.at.sasl] })).toMatchObject({
      class: 'connection',
      hint: expect.stringContaining('does this port want sasl or tls') as string,
    });
    expect(await asked({ brokers: [...server.brokers], sasl: login() })).toMatchObject({
      class: 'auth',
      code: 'ILLEGAL_SASL_STATE',
      hint: expect.stringContaining('wants no sasl') as string,
    });
  });
});

describe('a user without rights', () => {
  it('does not take a topic that it may not see for one that is gone', async () => {
    const params = { createTopic: { topic: 'hidden' } };
    expect(await asked({ brokers: [server.at.sasl], sasl: login() }, params)).toMatchObject({ ok: true });
    const target = { brokers: [server.at.sasl], sasl: login('plain', { username: server.stranger }) };
    for (const one of [{ deleteTopic: { topic: 'hidden' } }, params, { alterConfig: { topic: 'hidden', set: { a: 1 } } }])
      expect(await asked(target, one)).toMatchObject({
        ok: false,
        wire: 'refused',
        class: 'auth',
        code: 'TOPIC_AUTHORIZATION_FAILED',
        hint: expect.stringContaining('may not do this') as string,
      });
    expect(await asked(target, { deleteGroup: { group: 'g' } })).toMatchObject({
      ok: false,
      wire: 'notStarted',
      hint: expect.stringContaining('may not see the group') as string,
    });
  });
});

describe('TLS', () => {
  it('works with the authority named, alone and under a login', async () => {
    const tls = { ca: server.ca };
    expect(await asked({ brokers: [server.at.tls], tls })).toMatchObject({ ok: true });
    expect(await asked({ brokers: [server.at.saslTls], tls, sasl: login('scram-sha-512') })).toMatchObject({ ok: true });
    expect(await asked({ brokers: [server.at.tls], tls: { ca: readFileSync(server.ca, 'utf8') } })).toMatchObject({ ok: true });
  });

  it('refuses a certificate of an authority that is not trusted, and says which key names it', async () => {
    for (const tls of [true, { ca: server.strangeCa }]) {
      const done = await asked({ brokers: [server.at.tls], tls });
      expect(done).toMatchObject({
        ok: false,
        wire: 'notStarted',
        class: 'auth',
        hint: expect.stringContaining('tls.ca') as string,
      });
      expect(done.ok ? '' : done.message).toContain('target ledger');
    }
  });

  it('sends no password to a broker that it does not trust', async () => {
    const done = await asked({ brokers: [server.at.saslTls], tls: { ca: server.strangeCa }, sasl: login() });
    expect(done).toMatchObject({ wire: 'notStarted', class: 'auth', hint: expect.stringContaining('tls.ca') as string });
    expect(JSON.stringify(done)).not.toContain(server.password);
  });

  it('compares the name, which the target may say', async () => {
    const named = (serverName: string) => asked({ brokers: [server.at.tls], tls: { ca: server.ca, serverName } });
    expect(await named('broker.test')).toMatchObject({ ok: true });
    expect(await named('elsewhere.test')).toMatchObject({ class: 'auth', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('shows a certificate of this side where the broker wants one', async () => {
    const { cert, key } = server.client;
    expect(await asked({ brokers: [server.at.mutual], tls: { ca: server.ca, cert, key } })).toMatchObject({ ok: true });
    expect(await asked({ brokers: [server.at.mutual], tls: { ca: server.ca } })).toMatchObject({ ok: false, wire: 'notStarted' });
  });

  it('on a port that does not speak TLS fails with a message that tells so', async () => {
    expect(await asked({ brokers: [...server.brokers], tls: { ca: server.ca } })).toMatchObject({
      ok: false,
      wire: 'notStarted',
      hint: expect.stringMatching(/TLS|tls/) as string,
    });
  });
});

describe('the entry of a target', () => {
  it('is refused where it would connect in the clear, or not as it reads', async () => {
    const brokers = ['127.0.0.1:9092'];
    const cases: readonly (readonly [Entry, string])[] = [
      [{ brokers, tsl: true }, 'target ledger: a kafka target has no "tsl"; did you mean "tls"?'],
      [{ brokers, tls: { rejectUnauthorized: false } }, 'certificates are always verified'],
      [
        { brokers, sasl: { mechanism: 'gssapi', username: 'u', password: 'hunter2' } },
        'one of plain, scram-sha-256, scram-sha-512',
      ],
      [{ brokers, sasl: { mechanism: 'plain', username: 'u' } }, 'needs username and password'],
      [{ brokers: ['kafka.internal:9092'], sasl: login() }, 'says tls: true'],
      [{ brokers: ['kafka.internal'] }, 'is not a broker address; write host:port'],
      [{ brokers, tls: { ca: '/nowhere/ca.pem' } }, 'cannot be read (ENOENT): /nowhere/ca.pem'],
      [{ brokers, tls: { cert: server.client.cert } }, 'needs cert and key together'],
      [{ brokers, tls: { cert: server.ca, key: server.client.key } }, 'do not belong together'],
    ];
    for (const [entry, words] of cases) {
      const said = await opening(entry).then(
        () => 'opened',
        (problem: unknown) => String(problem),
      );
      expect(said).toContain(words);
      expect(said).not.toContain('hunter2');
      expect(said).not.toContain(server.password);
    }
  });
});
