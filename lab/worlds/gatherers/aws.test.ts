/** The stand-in for `aws` answers and refuses as the real client does. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ToolResult } from '../../tools/tool.ts';
import { createAws } from './aws.ts';
import { createInstances, usualInstance } from './instances.ts';
import type { Production } from './production.ts';
import { createRds, defaultNetwork } from './rds.ts';

const folder = mkdtempSync(join(tmpdir(), 'aws-test-'));
writeFileSync(join(folder, 'init.sh'), 'systemctl start gatherer');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const nothing = (): Promise<void> => Promise.resolve();
const production: Production = {
  prepare: nothing,
  start: nothing,
  stop: nothing,
  isRunning: () => true,
  backUp: nothing,
  commit: nothing,
  restore: nothing,
  dropRestored: nothing,
  close: nothing,
};
let booted: string[] = [];
let aws: (...words: readonly string[]) => Promise<ToolResult>;
let backUp: () => Promise<void>;

beforeEach(async () => {
  booted = [];
  const boot = (host: string, userData: string): Promise<void> => {
    booted.push(`${host}: ${userData}`);
    return Promise.resolve();
  };
  const instances = createInstances({ prepare: () => undefined, boot, shutDown: nothing, freeze: () => undefined });
  const rds = createRds(production);
  await instances.reset();
  const tool = createAws(instances, rds);
  aws = (...argv) => tool({ argv, host: '', cwd: folder, stdin: '', env: {} });
  backUp = () => rds.backUp();
});

const json = async (...words: readonly string[]): Promise<unknown> => JSON.parse((await aws(...words)).stdout ?? '');
const launch = [
  'ec2',
  'run-instances',
  '--image-id',
  'ami-1',
  '--instance-type',
  't',
  '--subnet-id',
  'subnet-a',
  '--user-data',
  'file://init.sh',
];

/** `expect.stringContaining` without its `any`. */
const containing = (text: string): string => expect.stringContaining(text) as string;

describe('aws', () => {
  it('refuses operations, options and files that it does not know, in the words of the real client', async () => {
    expect(await aws('ec2', 'reboot-instances')).toMatchObject({ code: 252, stderr: containing('Invalid choice') });
    expect(await aws('ec2', 'describe-instances', '--colour', 'red')).toMatchObject({
      code: 252,
      stderr: 'Unknown options: --colour\n',
    });
    expect(await aws('ec2', 'terminate-instances')).toMatchObject({
      code: 252,
      stderr: containing('required: --instance-ids'),
    });
    const { code, stderr } = await aws(...launch.slice(0, -1), 'file://absent.sh');
    expect({ code, stderr }).toEqual({ code: 252, stderr: containing("No such file or directory: 'absent.sh'") });
  });

  it('launches where the old instance was only once that is terminated, and once for each token', async () => {
    expect(await aws(...launch)).toMatchObject({ code: 254, stderr: containing('address of gatherer-1 is in use') });
    await aws('ec2', 'terminate-instances', `--instance-ids=${usualInstance('gatherer-1')}`);
    const first = await json(...launch, '--client-token', 'once');
    expect(await json(...launch, '--client-token', 'once')).toEqual(
      expect.objectContaining({ ReservationId: (first as { ReservationId: string }).ReservationId }),
    );
    expect(booted).toEqual(['gatherer-1: systemctl start gatherer']);
  });

  it('finds instances by tag and state', async () => {
    const found = await json(
      'ec2',
      'describe-instances',
      '--filters',
      'Name=tag:Name,Values=gatherer-2',
      'Name=instance-state-name,Values=running',
    );
    expect(found).toMatchObject({
      Reservations: [{ Instances: [{ InstanceId: usualInstance('gatherer-2'), SubnetId: 'subnet-b' }] }],
    });
  });

  it('restores only to a moment that can be restored, and with default network settings unless it is told others', async () => {
    await backUp();
    const restore = [
      'rds',
      'restore-db-instance-to-point-in-time',
      '--target-db-instance-identifier',
      'kalshi-prod-restored',
      '--restore-time',
    ];
    expect(await aws(...restore, '2024-01-15T10:30:00Z')).toMatchObject({
      code: 254,
      stderr: containing('InvalidRestoreFault'),
    });
    const backups = (await json('rds', 'describe-db-instance-automated-backups')) as {
      readonly DBInstanceAutomatedBackups: readonly [{ readonly RestoreWindow: { readonly LatestTime: string } }];
    };
    const { DBInstance } = (await json(...restore, backups.DBInstanceAutomatedBackups[0].RestoreWindow.LatestTime)) as {
      readonly DBInstance: unknown;
    };
    expect(DBInstance).toMatchObject({ VpcSecurityGroups: [{ VpcSecurityGroupId: defaultNetwork.securityGroup }] });
    const waiting = await aws('rds', 'describe-db-instances', '--db-instance-identifier', 'another');
    expect(waiting).toMatchObject({ code: 254, stderr: containing('(DBInstanceNotFound)') });
  });
});
