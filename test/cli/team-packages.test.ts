/** Who works alone neither installs nor loads anything of a team. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { place, root, runbook } from '../rig/cli.ts';

const text = (name: string): string => readFileSync(join(root, name), 'utf8');

it('no package of Temporal is installed with the product, nor is one in the built files', () => {
  const lock = JSON.parse(text('package-lock.json')) as { readonly packages: Readonly<Record<string, unknown>> };
  expect(Object.keys(lock.packages).filter((name) => name.includes('@temporalio'))).toEqual([]);
  const bundled = JSON.parse(text('dist/bundled.json')) as unknown;
  expect(JSON.stringify(bundled)).not.toContain('@temporalio');
  const built = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.[cm]?js$/.test(name));
  // What only its own code says of itself; our texts name the packages.
  expect(built.filter((name) => text(join('dist', name)).includes('__temporal_activatorFactory'))).toEqual([]);
});

it('a local run loads none, also where they are installed', async () => {
  const here = place();
  const { folder, env } = here;
  try {
    writeFileSync(
      join(folder, 'one.yaml'),
      'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\nsteps:\n  - { id: say, type: shell, argv: ["true"], undo: none, repeatable: true }\n',
    );
    writeFileSync(
      join(folder, 'spy.cjs'),
      "const load = require('module')._load; require('module')._load = (name, ...rest) => { if (name.startsWith('@temporalio')) console.error('LOADED ' + name); return load(name, ...rest); };",
    );
    const { code, stderr } = await runbook(['run', 'one.yaml', '-o', 'plain'], {
      cwd: folder,
      env: { ...env, NODE_OPTIONS: `--require ${join(folder, 'spy.cjs')}` },
    });
    expect({ code, loaded: /LOADED/.test(stderr) }).toEqual({ code: 0, loaded: false });
  } finally {
    here.remove();
  }
});

it('a worker without them says what to install', async () => {
  const here = place();
  const { folder, env } = here;
  try {
    writeFileSync(join(folder, 'package.json'), '{}');
    const { code, stderr } = await runbook(['worker'], { cwd: folder, env: { ...env, RUNBOOK_TEAM_PACKAGES: folder } });
    expect(code).toBe(2);
    expect(stderr).toContain('@temporalio/worker, which runs of a team need, is not installed');
    expect(stderr).toContain('npm install @temporalio/client@1.24.0');
  } finally {
    here.remove();
  }
});
