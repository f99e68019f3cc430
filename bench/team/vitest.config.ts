import { defineConfig } from 'vitest/config';

/** `npm run build && npx vitest run --config bench/team/vitest.config.ts`: measures a team on the real server; see ../README.md. */
export default defineConfig({
  test: {
    include: ['bench/team/*.bench.ts'],
    globalSetup: 'scripts/build/validators.mjs',
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
    pool: 'forks',
  },
});
