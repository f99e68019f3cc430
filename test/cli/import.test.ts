/** A draft from a Markdown runbook: headings become sections, commands typed steps, and the rest is asked of people. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const fence = '```';
const source = `# Queue is stuck

Orders wait in the queue and nobody takes them.

## Prerequisites
- Access to the {{vault}} of the team

## Diagnosis
${fence}bash
# Lag of the workers
curl -s 'http://prom.internal:9090/api/v1/query?query=max(queue_lag%7Bjob%3D%22orders%22%7D)' | jq '.data'
redis-cli -h cache.internal LLEN orders
psql -h db.internal -c "SELECT count(*) FROM orders WHERE state = 'open'"
docker inspect -f '{{.State.Status}}' worker
kafka-consumer-groups --bootstrap-server kafka:9092 --describe --group orders
for i in 1 2 3; do echo $i; done
${fence}

## Remediation
1. **Restart** the worker:
   ${fence}sh
   ssh ops@worker-1.internal "systemctl restart worker"
   kubectl rollout restart \\
     deploy/worker
   ${fence}

## Verification
${fence}bash
curl http://worker-1.internal:8080/health
${fence}
${fence}yaml
expr: not a command
${fence}

## Postmortem
- [ ] Write down the cause
`;

interface Step {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly note?: string;
}
type Draft = Readonly<Record<'preconditions' | 'diagnosis' | 'steps' | 'validations' | 'postmortem', readonly Step[]>> & {
  readonly targets: Readonly<Record<string, string>>;
};

const call = (...args: readonly string[]) => runbook(args, { env: here.env, cwd: here.folder });
async function imported(markdown: string): Promise<{ draft: Draft; stderr: string; lint: string }> {
  writeFileSync(join(here.folder, 'Queue Stuck.md'), markdown);
  const { stderr } = await call('import', 'Queue Stuck.md', '--into', 'queue-stuck.yaml');
  const lint = (await call('lint', 'queue-stuck.yaml')).stderr;
  return { draft: parse(readFileSync(join(here.folder, 'queue-stuck.yaml'), 'utf8')) as Draft, stderr, lint };
}

describe('import', () => {
  it('puts each command under the section of its heading, as the step type that fits', async () => {
    const { draft } = await imported(source);
    const types = (steps: readonly Step[]): readonly string[] => steps.map(({ type }) => type);
    expect(types(draft.diagnosis)).toEqual(['metric', 'redis', 'sql', 'shell', 'kafka', 'manual']);
    expect(types(draft.steps)).toEqual(['manual', 'shell', 'shell']);
    expect(types(draft.validations)).toEqual(['http']);
    expect(types(draft.preconditions)).toEqual(['manual']);
    expect(types(draft.postmortem)).toEqual(['manual']);
    expect(draft.targets).toEqual({
      metrics: 'prometheus',
      cache: 'redis',
      db: 'postgres',
      kafka: 'kafka',
      worker1: 'ssh',
      worker1Http: 'http',
    });
  });

  it('keeps what it says: queries decoded, words apart, braces literal', async () => {
    const { draft } = await imported(source);
    expect(draft.diagnosis).toMatchObject([
      { title: 'Lag of the workers', query: 'max(queue_lag{job="orders"})' },
      { command: ['LLEN', 'orders'] },
      { query: "SELECT count(*) FROM orders WHERE state = 'open'" },
      { argv: ['docker', 'inspect', '-f', '\\{{.State.Status}}', 'worker'] },
      { describeGroup: { group: 'orders' } },
      { note: '```\nfor i in 1 2 3; do echo $i; done\n```' },
    ]);
    expect(draft.steps).toMatchObject([
      { title: 'Restart the worker:' },
      { target: 'worker1', argv: ['systemctl', 'restart', 'worker'], undo: 'none' },
      { argv: ['kubectl', 'rollout', 'restart', 'deploy/worker'], undo: 'none' },
    ]);
  });

  it('lints without an error and lists what a person must decide', async () => {
    const { stderr, lint } = await imported(source);
    expect(lint).toContain('0 errors');
    expect(stderr).toContain('it changes something: say how it is taken back (Remediation)');
    expect(stderr).toContain('this command needs a shell');
    expect(stderr).toContain('Queue Stuck.md:1: TODO owners: name the team');
  });

  it.each([
    ['nothing at all', ''],
    ['a fence that is never closed', `# A\n${fence}bash\nuptime`],
    ['a query that Prometheus would refuse', `# A\n${fence}bash\ncurl 'http://p/api/v1/query?query=rate(x'\n${fence}`],
    ['words that YAML reads otherwise', '# yes: no\n- null\n- "quoted: text" # not a comment\n- @at\n- %percent'],
    ['a quote that is never closed', `# A\n${fence}bash\necho "a\n${fence}`],
  ])('makes a draft without an error of %s', async (_, markdown) => {
    const { lint } = await imported(markdown);
    expect(lint).toContain('0 errors');
  });

  it('tells what lint refuses at the line that it was made from', async () => {
    const { stderr } = await imported(`# A\n\ntext\n\n${fence}bash\ncurl 'http://p/api/v1/query?query=rate(x'\n${fence}`);
    expect(stderr).toMatch(/^Queue Stuck\.md:[56]: TODO \w+: .*PromQL/m);
  });

  it('writes over nothing', async () => {
    await imported(source);
    expect(await call('import', 'Queue Stuck.md', '--into', 'queue-stuck.yaml')).toMatchObject({ code: 2 });
  });
});
