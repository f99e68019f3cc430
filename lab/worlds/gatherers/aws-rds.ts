/** Operations of `aws rds`. */
import type { Operation, Options } from './aws-operation.ts';
import { awsError } from './aws-operation.ts';
import { productionId } from './names.ts';
import type { DatabaseInstance, Network, Rds } from './rds.ts';
import { defaultNetwork } from './rds.ts';

const network = ['db-subnet-group-name', 'vpc-security-group-ids'];

export const rdsOperations = (rds: Rds): Readonly<Record<string, Operation>> => ({
  'describe-db-instances': {
    options: ['db-instance-identifier'],
    answer: (options) => {
      const id = word(options, 'db-instance-identifier');
      const found = rds.instances().filter((one) => id === '' || one.id === id);
      if (found.length === 0) throw notFound(id);
      return { DBInstances: found.map((one) => described(one, rds)) };
    },
  },
  'describe-events': {
    options: ['source-identifier', 'source-type', 'duration'],
    answer: (options) => {
      const id = word(options, 'source-identifier');
      if (id !== '' && word(options, 'source-type') === '')
        throw awsError('InvalidParameterCombination', 'SourceIdentifier needs SourceType');
      const since = Date.now() - Number(word(options, 'duration') || '60') * 60_000;
      const told = rds.events().filter((one) => (id === '' || one.id === id) && one.at.getTime() >= since);
      return {
        Events: told.map(({ id: source, message, at }) => ({
          SourceIdentifier: source,
          SourceType: 'db-instance',
          Message: message,
          Date: at.toISOString(),
        })),
      };
    },
  },
  'describe-db-instance-automated-backups': {
    options: ['db-instance-identifier'],
    answer: () => {
      const window = rds.window();
      const times =
        window === undefined ? {} : { EarliestTime: window.earliest.toISOString(), LatestTime: window.latest.toISOString() };
      return {
        DBInstanceAutomatedBackups:
          window === undefined ? [] : [{ DBInstanceIdentifier: productionId, Status: 'active', RestoreWindow: times }],
      };
    },
  },
  'describe-db-snapshots': {
    options: ['db-instance-identifier', 'db-snapshot-identifier'],
    answer: () => {
      const snapshot = rds.snapshot();
      const described = snapshot && {
        DBSnapshotIdentifier: snapshot.id,
        DBInstanceIdentifier: productionId,
        Status: 'available',
        SnapshotCreateTime: snapshot.at.toISOString(),
      };
      return { DBSnapshots: described === undefined ? [] : [described] };
    },
  },
  'restore-db-instance-to-point-in-time': {
    options: [
      'source-db-instance-identifier',
      'target-db-instance-identifier',
      'restore-time',
      'use-latest-restorable-time',
      ...network,
    ],
    required: ['target-db-instance-identifier'],
    answer: (options) => {
      const until = momentOf(rds, options);
      return {
        DBInstance: described(rds.restore(word(options, 'target-db-instance-identifier'), until, networkOf(options)), rds),
      };
    },
  },
  'restore-db-instance-from-db-snapshot': {
    options: ['db-instance-identifier', 'db-snapshot-identifier', ...network],
    required: ['db-instance-identifier', 'db-snapshot-identifier'],
    answer: (options) => {
      const id = word(options, 'db-snapshot-identifier');
      if (rds.snapshot()?.id !== id) throw awsError('DBSnapshotNotFound', `DBSnapshot not found: ${id}`);
      return { DBInstance: described(rds.restore(word(options, 'db-instance-identifier'), undefined, networkOf(options)), rds) };
    },
  },
  'delete-db-instance': {
    options: ['db-instance-identifier', 'skip-final-snapshot'],
    required: ['db-instance-identifier'],
    answer: async (options) => {
      const id = word(options, 'db-instance-identifier');
      if (!rds.instances().some((one) => one.id === id)) throw notFound(id);
      await rds.remove(id);
      return { DBInstance: { DBInstanceIdentifier: id, DBInstanceStatus: 'deleting' } };
    },
  },
});

const word = (options: Options, name: string): string => options[name]?.[0] ?? '';
const notFound = (id: string): Error => awsError('DBInstanceNotFound', `DBInstance ${id} not found.`);

const networkOf = (options: Options): Network => ({
  subnetGroup: word(options, 'db-subnet-group-name') || defaultNetwork.subnetGroup,
  securityGroup: word(options, 'vpc-security-group-ids') || defaultNetwork.securityGroup,
});

function momentOf(rds: Rds, options: Options): Date {
  const window = rds.window();
  if (window === undefined) throw awsError('InvalidDBInstanceState', `${productionId} has no automated backup`);
  if (options['use-latest-restorable-time'] !== undefined) return window.latest;
  const until = new Date(word(options, 'restore-time'));
  if (!(until >= window.earliest && until <= window.latest)) {
    const why = `The specified instance cannot be restored to a time later than ${window.latest.toISOString()} or earlier than ${window.earliest.toISOString()}`;
    throw awsError('InvalidRestoreFault', why);
  }
  return until;
}

function described(one: DatabaseInstance, rds: Rds): unknown {
  const window = one.id === productionId ? rds.window() : undefined;
  return {
    DBInstanceIdentifier: one.id,
    DBInstanceStatus: one.status,
    Engine: 'postgres',
    MultiAZ: one.id === productionId,
    ...(one.status === 'creating' ? {} : { Endpoint: { Address: one.endpoint, Port: 5432 } }),
    DBSubnetGroup: { DBSubnetGroupName: one.subnetGroup },
    VpcSecurityGroups: [{ VpcSecurityGroupId: one.securityGroup, Status: 'active' }],
    ...(window === undefined ? {} : { LatestRestorableTime: window.latest.toISOString() }),
  };
}
