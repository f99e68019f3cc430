/** A client of the server, whose namespace has what runs are searched by. */
import { usage } from '../../console/exit-codes.ts';
import { dataConverter } from '../codec.ts';
import type { ClientConnection, ClientSdk, TeamClient } from '../sdk.ts';
import { clientSdk } from '../sdk.ts';

export interface Team {
  readonly client: TeamClient;
  readonly sdk: ClientSdk;
  close(): Promise<void>;
}

export interface TeamPlace {
  readonly address: string;
  readonly namespace: string;
}

/** Throws CommandError where the server cannot be reached or has no such namespace. */
export async function connectTeam({ address, namespace }: TeamPlace): Promise<Team> {
  const sdk = clientSdk();
  const connection = await sdk.Connection.connect({ address }).catch((problem: unknown) => {
    throw usage(
      `cannot reach Temporal at ${address}: ${(problem as Error).message}`,
      'check the address, and that the server is running',
    );
  });
  await refuseMissingNamespace(connection, address, namespace);
  await addSearchAttributes(connection, namespace);
  return {
    client: new sdk.Client({ connection, namespace, dataConverter }),
    sdk,
    close: () => connection.close(),
  };
}

async function refuseMissingNamespace(connection: ClientConnection, address: string, namespace: string): Promise<void> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (problem) {
    throw usage(
      `Temporal at ${address} has no namespace "${namespace}" that can be used: ${(problem as Error).message}`,
      'create it, or name another one',
    );
  }
}

export const searchAttributes = [
  'RunbookRun',
  'RunbookName',
  'RunbookEnvironment',
  'RunbookState',
  'RunbookOutcome',
  'RunbookOperator',
] as const;

const keyword = 2;

/** Again and again without harm; where it is forbidden somebody has done it before, or starting a run says so. */
async function addSearchAttributes(connection: ClientConnection, namespace: string): Promise<void> {
  await connection.operatorService
    .addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(searchAttributes.map((name) => [name, keyword])) })
    .catch(() => undefined);
}
