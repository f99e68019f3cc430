/** Every command of the README is run here, or by the test that is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { place, root, runbook } from '../rig/cli.ts';

const text = readFileSync(join(root, 'README.md'), 'utf8');
const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) => (match[1] ?? '').trim().split('\n'));
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts;

/** Commands that another place runs whole. */
const elsewhere: Readonly<Record<string, string>> = {
  'npm run demo': 'test/worlds/demo.test.ts',
  'npm test': 'this run itself',
  'npm run test:unit': '.ci/run, as a part of npm test',
  'npm run format:check': '.ci/run',
  'npm run types': '.ci/run',
  'npm run lint': '.ci/run',
  'npm run generate': '.ci/run checks that it would change nothing',
  'npm run frames': 'src/ui/screen/frames.test.tsx compares with what it would write',
};

const rehearsal = 'test/worlds/ws-desync.test.ts';

const config = `environments:\n  lab:\n    rehearsal: true\n    timeScale: 60\n    targets:\n${[
  ['metrics', 'prometheus', 'url: "http://127.0.0.1:9"'],
  ['broker', 'kafka', 'brokers: ["127.0.0.1:9"]'],
  ['cache', 'redis', 'url: "redis://127.0.0.1:9"'],
  ['gateway', 'kubernetes', 'command: [kubectl]'],
  ['streams', 'websocket', 'url: "ws://127.0.0.1:9"'],
  ['rest', 'http', 'url: "http://127.0.0.1:9"'],
  ['flags', 'flag', 'provider: http, url: "http://127.0.0.1:9"'],
  ['opsRealtime', 'chat', 'webhook: "http://127.0.0.1:9"'],
  ['partners', 'statuspage', 'url: "http://127.0.0.1:9"'],
  ['oncall', 'pager', 'url: "http://127.0.0.1:9", routingKey: lab'],
  ['tickets', 'ticket', 'url: "http://127.0.0.1:9"'],
]
  .map(([name = '', type = '', rest = '']) => `      ${name}: { type: ${type}, ${rest} }`)
  .join('\n')}\n`;

describe('the commands of the README', () => {
  it('are found', () => {
    expect(commands.length).toBeGreaterThan(8);
  });

  it.each(commands.filter((one) => one.startsWith('npm')))('%s is a script of the package and is run', (command) => {
    expect(Object.keys(elsewhere)).toContain(command);
    expect(scripts).toHaveProperty([command.replace(/^npm (run )?/, '')]);
  });

  it('those of a rehearsal are run in the three worlds', () => {
    const text = readFileSync(join(root, rehearsal), 'utf8');
    for (const verb of ['up', 'env', 'config', 'fault', 'verify', 'heal', 'down']) expect(text).toContain(`lab('${verb}'`.replace("lab('verify'", "'lab', 'verify'"));
  });

  it.each(commands.filter((one) => one.startsWith('runbook ') && !/^runbook (lab|run) /.test(one)))('%s works', async (command) => {
    const { writeFileSync } = await import('node:fs');
    const here = place();
    writeFileSync(join(here.folder, 'runbook.config.yaml'), config);
    const args = command.split(' ').slice(1);
    const extra = ['plan'].includes(args[0] ?? '') ? ['--config', join(here.folder, 'runbook.config.yaml')] : [];
    const { code, stderr } = await runbook([...args, ...extra], { env: here.env });
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    here.remove();
  });

  it('in running text name verbs that exist, and every verb stands in a group of the help', async () => {
    const here = place();
    const { stdout } = await runbook(['--help'], { env: here.env });
    const [grouped = '', rest = ''] = stdout.split('\nCommands:\n');
    expect(rest.trim().split('\n')).toHaveLength(1);
    for (const [, verb = ''] of text.matchAll(/`runbook ([a-z]+)/g)) expect(grouped).toMatch(new RegExp(`^  ${verb} `, 'm'));
    here.remove();
  });

  it('document the exit codes of the program', async () => {
    const { exitCodes } = await import('../../src/console/exit-codes.ts');
    for (const code of Object.values(exitCodes)) expect(text).toMatch(new RegExp(`\\b${String(code)}\\b`));
  });
});
