/** What the examples of the codes do not show: the cases in which a rule must be silent, and what needs a configuration. */
import { describe, expect, it } from 'vitest';
import { registry } from '../../../steps/index.ts';
import type { Config } from '../../config/config.ts';
import { loadRunbook } from '../../document/load.ts';
import { check } from '../check.ts';

async function codes(body: string, config?: Config): Promise<readonly string[]> {
  const { runbook } = loadRunbook(`apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\n${body}`, 'example.yaml');
  if (runbook === undefined) throw new Error('the example is no document');
  return (await check(runbook, registry, config === undefined ? {} : { config })).map((one) => one.code);
}
const metrics = 'targets: { metrics: prometheus }\nsteps:\n';
const wait = (id: string, until: string, rest = ''): string =>
  `  - { id: ${id}, type: metric, query: lag, until: ${until}, timeout: 5m${rest} }\n`;

describe('contradicting thresholds', () => {
  it('are none where a change lies between', async () => {
    const restart = '  - { id: two, type: shell, argv: [systemctl, restart, web], undo: none }\n';
    expect(await codes(metrics + wait('one', 'value < 5') + restart + wait('three', 'value > 5'))).toEqual([]);
  });
  it.each([
    ['value < 5', 'value >= 5', ['wait/contradiction']],
    ['value <= 5', 'value >= 5', []],
    ['value == 5', 'value > 5', ['wait/contradiction']],
    ['value < 5', 'value < 3', []],
  ])('%s and then %s', async (first, second, expected) => {
    expect(await codes(metrics + wait('one', first) + wait('two', second))).toEqual(expected);
  });
  it('are found in a wait that can only be given up, and not where it can get worse', async () => {
    expect(await codes(metrics + wait('one', 'value < 5', ', abortWhen: value < 10'))).toEqual(['wait/contradiction']);
    expect(await codes(metrics + wait('one', 'value < 5', ', abortWhen: value > 10'))).toEqual([]);
  });
});

describe('changes', () => {
  const alert = 'triggers: [{ alert: Down }]\n';
  it('of runbooks that answer no alert are the author’s own business', async () => {
    expect(await codes('steps:\n  - { id: one, type: shell, argv: [systemctl, restart, web] }\n')).toEqual([]);
  });
  it('are proved by a wait after them as well as by validations', async () => {
    const restart = '  - { id: two, type: shell, argv: [systemctl, restart, web], undo: none }\n';
    expect(await codes(alert + metrics + restart + wait('three', 'value < 5'))).toEqual([]);
    expect(await codes(alert + metrics + wait('one', 'value < 5') + restart)).toEqual(['validation/none']);
  });
  it('are not what a runbook that only reads and tells makes', async () => {
    const tell = 'targets: { ops: chat }\nsteps:\n  - { id: tell, type: notify, to: ops, message: It is down }\n';
    expect(await codes(alert + tell)).toEqual([]);
  });
});

describe('secrets', () => {
  it.each(['postgres://app:hunter22@db/orders', 'Authorization: Bearer abcdefghijklmnop1234', 'AKIAABCDEFGHIJKLMNOP'])(
    'are found anywhere: %s',
    async (text) => {
      expect(await codes(`steps:\n  - { id: one, type: shell, argv: [echo, "${text}"] }\n`)).toEqual(['secret/literal']);
    },
  );
  it.each(['postgres://app@db/orders', 'Bearer {{secrets.token}}', 'see the token page'])('are not %s', async (text) => {
    expect(await codes(`steps:\n  - { id: one, type: shell, argv: [echo, "${text}"] }\n`)).not.toContain('secret/literal');
  });
});

describe('roles', () => {
  const approve = (from: string): string =>
    `steps:\n  - { id: one, type: shell, argv: [systemctl, restart, web], undo: none, approve: { from: [${from}], timeout: 5m } }\n`;
  const config = { environments: { lab: {} }, roles: { commander: ['ana'], nobody: [] } } as unknown as Config;
  it('that nobody has are found with a configuration', async () => {
    expect(await codes(approve('captain'), config)).toEqual(['approve/unknown-role']);
    expect(await codes(approve('nobody'), config)).toEqual(['approve/unknown-role']);
  });
  it('that somebody has, and people by name or uid, are known', async () => {
    expect(await codes(approve('commander, ana, "user:1001"'), config)).toEqual([]);
  });
  it('are not known without one', async () => {
    expect(await codes(approve('captain'))).toEqual([]);
  });
});
