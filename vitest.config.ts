import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests that need nothing but this process, but take seconds: sweeps, random plans, whole registries. */
const thorough = [
  'lab/servers/test-servers.test.ts',
  'src/commands/step-schema.test.ts',
  'src/interpreter/check/keys-in-force.test.ts',
  'src/interpreter/guard/redact.property.test.ts',
  'src/ui/screen/frames.test.tsx',
  'test/cli/lint-mistakes.test.ts',
  'test/core/property.test.ts',
  'test/scoreboard/scoreboard.test.ts',
];

const tests = ['src', 'test', 'lab'].flatMap((folder) =>
  readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name)),
);

/**
 * What a test imports tells whether it starts programs or servers, or waits for real time; so a new test is in the right project by itself. Pipes are
 * among them: a thread closes at its end every descriptor that it opened, also those that are long closed and belong to somebody else by now.
 */
const outside =
  /\/pipes\.ts|rig\/(?:agent|browser|cli|issuer|kafka-proxy|line|serve|servers|session|smtp|terminal|tmux)\b|child_process|dist\/|createServer|setTimeout|WebSocketServer/;
const isUnit = (file: string): boolean =>
  !thorough.includes(file) && !outside.test(readFileSync(join(import.meta.dirname, file), 'utf8'));

/** Systems of several servers that are broken and repaired: after everything else, alone, because what they tell depends on time. */
const worlds = ['test/worlds/contract.test.ts', 'test/worlds/exchange-heal.test.ts'];

/** `globalSetup`: compiles the validators, which are not checked in. */
const shared = {
  globalSetup: 'scripts/build/validators.mjs',
  testTimeout: 60_000,
  hookTimeout: 120_000,
  maxWorkers: 2,
} as const;

export default defineConfig({
  test: {
    projects: [
      // One process for all: nothing in these tests changes what another one sees.
      { test: { ...shared, name: 'unit', include: tests.filter(isUnit), pool: 'threads', isolate: false } },
      {
        test: {
          ...shared,
          name: 'whole',
          include: tests.filter((file) => !isUnit(file) && !worlds.includes(file)),
          pool: 'forks',
        },
      },
      {
        test: {
          ...{ ...shared, name: 'worlds', include: worlds, pool: 'forks', sequence: { groupOrder: 1 } },
          ...{ maxWorkers: 1, testTimeout: 240_000, hookTimeout: 300_000 },
        },
      },
    ],
  },
});
