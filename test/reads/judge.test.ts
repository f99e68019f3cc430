/** Whether a command reads is known from grammars; what none of them names is never a read. */
import { describe, expect, it } from 'vitest';
import { judgeCommand } from '../../src/clients/programs/judge.ts';
import { everyday, hostile, hostileEnvironment } from './tables.ts';

const shown = (argv: readonly string[]): string => argv.join(' ');

describe('the judgement', () => {
  it('takes no command of the hostile table for a read', () => {
    expect(hostile.length).toBeGreaterThan(400);
    expect(hostile.filter((argv) => judgeCommand({ argv }).is === 'read').map(shown)).toEqual([]);
  });

  it('lets everyday looks at a system be reads', () => {
    expect(everyday.length).toBeGreaterThan(200);
    expect(
      everyday.flatMap((argv) => {
        const verdict = judgeCommand({ argv });
        return verdict.is === 'read' ? [] : [`${shown(argv)}: ${verdict.why}`];
      }),
    ).toEqual([]);
  });

  it('takes no command for a read that is given a variable which may change what programs do', () => {
    const reads = hostileEnvironment.filter(
      (name) =>
        judgeCommand({ argv: ['cat', 'f'], env: [name] }).is === 'read' ||
        judgeCommand({ argv: ['env', `${name}=x`, 'cat', 'f'] }).is === 'read' ||
        judgeCommand({ argv: ['timeout', '5', 'cat', 'f'], env: [name] }).is === 'read',
    );
    expect(reads).toEqual([]);
  });

  it('takes an everyday command with one more, unknown option for a write', () => {
    const free = /^(?:echo|true|test|\[|sleep)$/;
    expect(
      everyday
        .filter(([name = '', ...rest]) => !free.test(name) && !rest.includes('echo'))
        .map(([name = '', ...rest]) => [name, '--no-such-option-here', ...rest])
        .filter((argv) => judgeCommand({ argv }).is === 'read')
        .map(shown),
    ).toEqual([]);
  });

  it('does not guess what a template may become', () => {
    expect(judgeCommand({ argv: ['{{inputs.program}}'] }).is).toBe('unknown');
    expect(judgeCommand({ argv: ['kubectl', '{{inputs.verb}}', 'pods'] }).is).toBe('unknown');
    expect(judgeCommand({ argv: ['awk', '{{inputs.program}}', 'f'] }).is).toBe('unknown');
    expect(judgeCommand({ argv: ['curl', '{{inputs.url}}'] }).is).toBe('unknown');
    expect(judgeCommand({ argv: ['kubectl', 'logs', '{{inputs.pod}}'] }).is).toBe('read');
  });

  it('takes standard input for data only where it is', () => {
    expect(judgeCommand({ argv: ['grep', 'x'], stdin: true }).is).toBe('read');
    expect(judgeCommand({ argv: ['redis-cli', 'ping'], stdin: true }).is).toBe('unknown');
    expect(judgeCommand({ argv: ['kubectl', 'get', '-f', '-'], stdin: true }).is).toBe('unknown');
  });

  it('knows what certainly writes, so that nobody can state the contrary', () => {
    const writes = [
      'rm x',
      'kubectl delete pod x',
      'kubectl -n get delete x',
      'systemctl restart x',
      'sort -o x y',
      'sort --output=x y',
      'find . -delete',
      'docker rm x',
    ];
    for (const line of writes) expect([line, judgeCommand({ argv: line.split(' ') }).is]).toEqual([line, 'write']);
    expect(judgeCommand({ argv: ['git', 'diff', '--output=f'] }).is).toBe('write');
    for (const line of ['kubectl exec x', 'my-tool --list', 'wget x'])
      expect(judgeCommand({ argv: line.split(' ') }).is).toBe('unknown');
  });
});
