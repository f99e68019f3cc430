/** What the program writes to: forms of output are a closed choice, and what could not be written is never taken for written. */
import { chmodSync, closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputForms } from '../../src/console/output-forms.ts';
import type { Finished, Place } from '../rig/cli.ts';
import { place, program, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(
    join(here.folder, 'one.yaml'),
    'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\nsteps:\n  - { id: a, type: shell, argv: [touch, touched], undo: none }\n',
  );
});
afterEach(() => {
  here.remove();
});
const call = (...args: readonly string[]): Promise<Finished> => runbook(args, { env: here.env, cwd: here.folder });

describe('-o', () => {
  it.each(Object.entries(outputForms))('of %s is one of its forms, or nothing is done', async (verb, forms) => {
    const { code, stdout, stderr } = await call(verb, ...(verb === 'lab' ? ['status'] : ['one.yaml']), '-o', 'jsno');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`Allowed choices are ${forms.join(', ')}`);
  });
});

/** Runs with standard output on a device that takes nothing. */
function full(...args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  const device = openSync('/dev/full', 'w');
  try {
    return spawnSync(process.execPath, [program, ...args], {
      cwd: here.folder,
      env: { ...process.env, ...here.env },
      stdio: ['ignore', device, 'pipe'],
      encoding: 'utf8',
    });
  } finally {
    closeSync(device);
  }
}
const incomplete = 'cannot write standard output (ENOSPC)';

describe('standard output that cannot be written', () => {
  it.each([['lint one.yaml -o json'], ['plan one.yaml'], ['runs -o json'], ['show one.yaml'], ['docs shell'], ['--help']])(
    'fails `%s` with one line',
    (line) => {
      const { status, stderr } = full(...line.split(' '));
      expect(status).toBe(1);
      expect(
        stderr
          .trim()
          .split('\n')
          .filter((one) => one.includes(incomplete)),
      ).toHaveLength(1);
    },
  );

  it('costs a run nothing but its lines, and it says so', () => {
    const { status, stderr } = full('run', 'one.yaml');
    expect(status).toBe(0);
    expect(stderr).toContain(incomplete);
  });

  it('is not a failure where the reader has left', () => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `set -o pipefail; '${process.execPath}' '${program}' docs shell | true`],
      {
        env: { ...process.env, ...here.env },
        encoding: 'utf8',
      },
    );
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('a folder for runs that cannot be used', () => {
  it.each([
    ['a file', '/etc/hostname'],
    ['below a file', '/etc/hostname/state'],
    ['where nothing can be made', '/proc/runbook'],
  ])('%s is refused in one line that names the variable', async (_what, folder) => {
    const { code, stderr } = await runbook(['run', 'one.yaml'], { env: { RUNBOOK_STATE_DIR: folder }, cwd: here.folder });
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/^runbook: cannot keep runs in .*\n {2}hint: .*RUNBOOK_STATE_DIR/m);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('that another run makes in the same moment is used by both', async () => {
    const folder = join(here.folder, 'fresh', 'state');
    // Whatever this process is about to make there, somebody else has just made.
    const first = `import fs from 'node:fs';
      const make = fs.mkdirSync;
      fs.mkdirSync = (path, options) => {
        if (/fresh(.state)?$/.test(String(path)) && !fs.existsSync(path)) make(path, { mode: 0o700 });
        return make(path, options);
      };`;
    const env = { RUNBOOK_STATE_DIR: folder, NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(first)}` };
    const { code, stderr } = await runbook(['run', 'one.yaml'], { env, cwd: here.folder });
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('that another user owns is not taken for an empty one', ({ skip }) => {
    skip(process.getuid?.() !== 0, 'SKIPPED: only root can act as another user; .ci/run is root');
    const folder = join(here.folder, 'theirs');
    mkdirSync(join(folder, 'runs'), { recursive: true });
    chmodSync(folder, 0o700);
    chmodSync(here.folder, 0o755);
    for (const line of ['run one.yaml', 'runs', 'report last', 'stats']) {
      const { status, stderr } = spawnSync(process.execPath, [program, ...line.split(' ')], {
        cwd: here.folder,
        uid: 65534,
        gid: 65534,
        env: { ...process.env, RUNBOOK_STATE_DIR: folder },
        encoding: 'utf8',
      });
      expect([line, status]).toEqual([line, 2]);
      expect(stderr).toContain('RUNBOOK_STATE_DIR');
    }
  });
});

describe('without a configuration', () => {
  it('says once that there is none, and not one line for each target', async () => {
    writeFileSync(
      join(here.folder, 'two.yaml'),
      'apiVersion: runbook/v1\nid: two\ntitle: Two\nowners: [tests]\ntargets: { a: redis, b: prometheus }\nsteps:\n' +
        '  - { id: a, type: redis, target: a, command: [GET, x] }\n  - { id: b, type: metric, target: b, query: up }\n',
    );
    const { code, stderr } = await call('run', 'two.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain(`no runbook.config.yaml above ${here.folder}, so the 2 targets of this runbook are not bound`);
    expect(stderr).toContain('--config FILE');
    expect(stderr).not.toContain('lists the inputs');
    expect(stderr).not.toContain('in environment');
  });
});
