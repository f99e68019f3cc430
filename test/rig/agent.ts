/** An agent as its client sees the program: the client of the official SDK over stdio, the built program, and every character that crosses counted. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { program } from './cli.ts';

export interface Answered {
  readonly text: string;
  readonly failed: boolean;
}

export interface Agent {
  /** Names of the tools. */
  tools(): Promise<readonly string[]>;
  call(tool: string, given?: Readonly<Record<string, unknown>>): Promise<Answered>;
  /** Characters of all messages in both directions. */
  traffic(): number;
  close(): Promise<void>;
}

export interface AgentOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** `args`: of `runbook mcp`. */
export async function openAgent(args: readonly string[], { cwd, env }: AgentOptions): Promise<Agent> {
  const all = Object.fromEntries(
    Object.entries({ ...process.env, ...env }).filter((one): one is [string, string] => one[1] !== undefined),
  );
  const pipe = new StdioClientTransport({
    command: process.execPath,
    args: [program, 'mcp', ...args],
    cwd,
    env: all,
    stderr: 'ignore',
  });
  let characters = 0;
  const count = (message: unknown): void => {
    characters += JSON.stringify(message).length;
  };
  const counted: Transport = {
    start: () => {
      pipe.onmessage = (message) => {
        count(message);
        counted.onmessage?.(message);
      };
      pipe.onclose = () => counted.onclose?.();
      return pipe.start();
    },
    send: (message) => {
      count(message);
      return pipe.send(message);
    },
    close: () => pipe.close(),
  };
  const client = new Client({ name: 'scripted', version: '1.0.0' });
  await client.connect(counted);
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (tool, given = {}) => {
      const { content, isError } = await client.callTool({ name: tool, arguments: given });
      const [first] = content as readonly { readonly text?: string }[];
      return { text: first?.text ?? '', failed: isError === true };
    },
    traffic: () => characters,
    close: () => client.close(),
  };
}
