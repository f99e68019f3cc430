import { expect, it } from 'vitest';
import type { Network } from './network.ts';
import { dig, ping } from './network.ts';
import type { Tool, ToolResult } from './tool.ts';

const network = (loss = 0): Network => ({
  resolve: (name) => (name === 'down.example' ? undefined : name === 'api.example' ? ['192.0.2.7', '192.0.2.8'] : []),
  path: () => ({ loss, time: 12.3 }),
});
const call = (tool: Tool, ...argv: readonly string[]): Promise<ToolResult> =>
  tool({ argv, host: '', cwd: '/', stdin: '', env: {} });

it('dig prints addresses, says that a name does not exist, and that no server answers', async () => {
  expect(await call(dig(network()), '+short', 'api.example')).toEqual({ code: 0, stdout: '192.0.2.7\n192.0.2.8\n' });
  expect((await call(dig(network()), 'nowhere.example')).stdout).toContain('status: NXDOMAIN');
  expect(await call(dig(network()), '+short', 'nowhere.example')).toEqual({ code: 0, stdout: '' });
  expect(await call(dig(network()), 'down.example')).toMatchObject({ code: 9 });
});

it.each([
  [0, 0, '10 packets transmitted, 10 received, 0% packet loss'],
  [0.3, 0, '10 packets transmitted, 7 received, 30% packet loss'],
  [1, 1, '10 packets transmitted, 0 received, 100% packet loss'],
])('ping with a loss of %d exits with %d', async (loss, code, words) => {
  const result = await call(ping(network(loss)), '-c', '10', 'api.example');
  expect(result.code).toBe(code);
  expect(result.stdout).toContain(words);
});

it('ping refuses an unknown name with code 2', async () => {
  expect(await call(ping(network()), 'nowhere.example')).toMatchObject({ code: 2 });
});
