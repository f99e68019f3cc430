/** Entries of the configuration are judged by the readers that connections use, with neither secrets nor files opened. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../interpreter/core/model/value.ts';
import { registry } from '../steps/index.ts';

const told = async (stepType: string, entry: Json): Promise<string> => {
  const rule = await registry.get(stepType)?.lintEntry?.();
  const type = stepType === 'file' ? 'ssh' : stepType;
  return (await rule?.({ name: 'one', type, entry, directory: '/nowhere' })) ?? '';
};

describe('an entry that no connection could use', () => {
  it.each<[string, Json, string]>([
    ['kafka', { broker: ['b1:9092'] }, 'did you mean "brokers"?'],
    ['kafka', { brokers: ['b1'] }, 'is not a broker address; write host:port'],
    ['kafka', { brokers: ['b1:9092'], sasl: { mechanism: 'md5', username: 'u', password: 'secret:p' }, tls: true }, 'mechanism'],
    ['kafka', { brokers: ['b1:9092'], sasl: { mechanism: 'plain', username: 'u', password: 'secret:p' } }, 'says tls'],
    ['kafka', { brokers: ['b1:9093'], tls: { certificate: 'a.pem' } }, 'tls of a kafka target has no "certificate"'],
    ['kafka', { brokers: ['b1:9093'], tls: { cert: 'a.pem' } }, 'needs cert and key together'],
    ['redis', { url: 'http://cache:6379' }, 'redis'],
    ['redis', { host: 'cache', prot: 6379 }, 'did you mean "port"?'],
    ['redis', { nodes: ['a:6379'], db: 3 }, 'database 0 only'],
    ['redis', { url: 'redis://cache', username: 'ops' }, 'needs a password'],
    ['flag', { provider: 'file', path: 'flags.json' }, 'has no "path"; known: file'],
    ['flag', { provider: 'unleesh' }, 'did you mean "unleash"?'],
    ['flag', { provider: 'unleash', url: 'http://u.test' }, 'needs environment'],
    ['flag', { provider: 'redis', url: 'http://cache' }, 'redis'],
    ['file', { hots: 'web-1' }, 'did you mean "host"?'],
    ['file', { host: '-oProxyCommand=x' }, 'is not a host name'],
    ['file', { host: 'web-1', options: { StrictHostKeyChecking: 'no' } }, 'StrictHostKeyChecking'],
  ])('%s %j', async (type, entry, words) => {
    expect(await told(type, entry)).toContain(words);
  });
});

describe('an entry that is right, its secrets and files elsewhere', () => {
  it.each<[string, Json]>([
    [
      'kafka',
      { brokers: ['b1:9093'], sasl: { mechanism: 'plain', username: 'u', password: 'secret:p' }, tls: { ca: 'gone.pem' } },
    ],
    ['kafka', { brokers: ['b1:9093'], tls: { cert: 'secret:cert', key: 'secret:key', ca: 'gone.pem' } }],
    ['redis', { url: 'secret:address' }],
    ['redis', { host: 'cache', username: 'ops', password: 'secret:p', tls: { ca: 'gone.pem' } }],
    ['redis', { sentinels: ['s1:26379', 's2:26379'], name: 'main', password: 'secret:p' }],
    ['redis', { nodes: ['a:6379', 'b:6379'] }],
    ['flag', { provider: 'file' }],
    ['flag', { provider: 'redis', host: 'cache', hash: 'flags', names: { a: 'b' } }],
    ['flag', { provider: 'launchdarkly', environment: 'production', token: 'secret:ld' }],
    ['file', { host: 'web-1', user: 'ops', jump: ['bastion'], identity: 'gone' }],
  ])('%s %j', async (type, entry) => {
    expect(await told(type, entry)).toBe('');
  });
});
