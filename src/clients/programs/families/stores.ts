/** Clients of databases, caches, queues and their clusters. What takes statements is left out: the `sql` and `redis` step types judge those. */
import type { Family, Grammar } from '../grammar.ts';
import { splitWords } from '../grammar.ts';

const topicTool = (options: string, requires: string, writes: string): Grammar => ({ options, requires, writes });
const server = '--bootstrap-server= --command-config= --zookeeper=';
const topics = topicTool(
  `${server} --list --describe --topic= --exclude-internal --under-replicated-partitions --unavailable-partitions --under-min-isr-partitions --topics-with-overrides --version`,
  '--list --describe --version',
  '--create --delete --alter',
);
const groups = topicTool(
  `${server} --list --describe --group= --all-groups --members --verbose --offsets --state[=] --timeout= --version`,
  '--list --describe --version',
  '--delete --delete-offsets --reset-offsets --execute',
);
const configs = topicTool(
  `${server} --describe --entity-type= --entity-name= --all --topic= --broker= --user= --client-id= --entity-default --broker-defaults`,
  '--describe',
  '--alter --add-config --delete-config',
);
const logDirs = topicTool(`${server} --describe --broker-list= --topic-list=`, '--describe', '');
const offsets = topicTool(
  `${server} --broker-list= --topic= --time= --partitions= --topic-partitions= --exclude-internal-topics`,
  '--bootstrap-server --broker-list',
  '',
);
const verbs = (names: string): Grammar['verbs'] => Object.fromEntries(splitWords(names).map((name) => [name, '']));
const listing = { verbs: { list: '', status: '' } } as const;

export const stores: Family = {
  psql: {
    options:
      '-l -A -t -w -X -q -x -h= -p= -U= -d= -F= -R= --list --no-align --tuples-only --no-password --no-psqlrc --quiet --host= --port= --username= --dbname= --csv --version -V',
    requires: '-l --list --version -V',
    env: 'PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSSLMODE PGCONNECT_TIMEOUT',
  },
  pg_isready: {
    options: '-h= -p= -U= -d= -t= -q --host= --port= --username= --dbname= --timeout= --quiet',
    env: 'PGHOST PGPORT PGUSER PGDATABASE PGCONNECT_TIMEOUT',
  },
  pg_lsclusters: '-h -j --no-header --json',
  mysqladmin: {
    options:
      '-h= -u= -P= -p[=] -S= --host= --user= --port= --password[=] --socket= --connect-timeout= -s --silent -v --verbose -r --relative',
    verbs: {
      ping: { operands: 0 },
      status: { operands: 0 },
      version: { operands: 0 },
      processlist: { operands: 0 },
      'extended-status': { operands: 0 },
      variables: { operands: 0 },
    },
    writes: 'shutdown kill create drop flush-hosts flush-logs flush-tables flush-privileges password refresh reload',
    env: 'MYSQL_PWD',
  },
  'redis-cli': {
    options:
      '-h= -p= -n= -a= --user= --pass= -s= --tls --cacert= --cert= --key= --sni= --insecure --no-auth-warning --raw --no-raw --csv --json -u= -c -t= -3 -2',
    anyCase: true,
    verbs: {
      ...verbs(
        `ping echo info dbsize time role lastsave get mget exists type ttl pttl expiretime pexpiretime strlen getrange getbit bitcount llen lrange lindex
        lpos hget hmget hgetall hlen hkeys hvals hexists hstrlen scard smembers sismember smismember zcard zrange zrevrange zrangebyscore zscore zrank
        zcount xlen xinfo xrange xrevrange xpending scan hscan sscan zscan pfcount geopos geodist dump`,
      ),
      slowlog: { anyCase: true, verbs: { get: '', len: '' }, writes: 'reset' },
      client: { anyCase: true, verbs: { list: '', info: '', id: '', getname: '' }, writes: 'kill pause' },
      config: { anyCase: true, verbs: { get: '' }, writes: 'set resetstat rewrite' },
      cluster: { anyCase: true, verbs: { info: '', nodes: '', slots: '', shards: '', keyslot: '', myid: '' } },
      memory: { anyCase: true, verbs: { usage: '', stats: '', doctor: '' } },
      latency: { anyCase: true, verbs: { latest: '', history: '', doctor: '' } },
      object: { anyCase: true, verbs: { encoding: '', freq: '', idletime: '', refcount: '' } },
    },
    writes:
      'set del unlink flushall flushdb expire persist rename shutdown bgsave save hset hdel lpush rpush sadd srem zadd zrem incr decr',
    env: 'REDISCLI_AUTH',
  },
  'kafka-topics': topics,
  'kafka-topics.sh': topics,
  'kafka-consumer-groups': groups,
  'kafka-consumer-groups.sh': groups,
  'kafka-configs': configs,
  'kafka-configs.sh': configs,
  'kafka-log-dirs': logDirs,
  'kafka-log-dirs.sh': logDirs,
  'kafka-get-offsets': offsets,
  'kafka-get-offsets.sh': offsets,
  kcat: { options: '-L -b= -t= -J -q -m=', requires: '-L', writes: '-P' },
  rabbitmqctl: {
    options:
      '-q -s -n= -p= -t= -l --quiet --silent --node= --vhost= --timeout= --formatter= --longnames --online --offline --local --no-table-headers',
    verbs:
      verbs(
        'status cluster_status list_queues list_exchanges list_bindings list_connections list_channels list_consumers list_users list_vhosts list_permissions list_policies list_parameters ping version environment',
      ) ?? {},
    writes:
      'stop_app start_app reset force_reset purge_queue delete_queue add_user delete_user set_policy clear_policy forget_cluster_node',
  },
  etcdctl: {
    options: '--endpoints= --cacert= --cert= --key= --user= --dial-timeout= --command-timeout= -w= --write-out=',
    verbs: {
      get: '--prefix --keys-only --limit= --rev= --sort-by= --order= --from-key --print-value-only --count-only --consistency=',
      endpoint: { verbs: { health: '--cluster', status: '--cluster', hashkv: '--cluster' } },
      member: { verbs: { list: '' }, writes: 'add remove update promote' },
      alarm: { verbs: { list: '' }, writes: 'disarm' },
      version: '',
    },
    writes: 'put del txn compaction defrag move-leader',
  },
  consul: {
    options: '-http-addr= -datacenter=',
    style: 'words',
    verbs: {
      members: '-detailed -status= -wan',
      info: '',
      catalog: { verbs: { services: '-node= -tags', nodes: '-service= -detailed', datacenters: '' } },
      kv: { verbs: { get: '-keys -recurse -detailed -separator=' }, writes: 'put delete import' },
      operator: { verbs: { raft: { verbs: { 'list-peers': '' } } } },
      version: '',
    },
  },
  vault: { options: '-address= -namespace= -format=', style: 'words', verbs: { status: '-address= -format=' } },
  nomad: {
    options: '-address= -namespace= -region=',
    style: 'words',
    verbs: {
      status: '-short -verbose',
      node: { verbs: { status: '-short -verbose -json -stats -self' }, writes: 'drain eligibility purge' },
      job: {
        verbs: { status: '-short -verbose -json', history: '-p -json', inspect: '-json' },
        writes: 'run stop dispatch revert scale',
      },
      alloc: {
        verbs: { status: '-short -verbose -json -stats', logs: '-stderr -f -tail -n= -c=' },
        writes: 'stop restart exec signal',
      },
      server: { verbs: { members: '-detailed -json' } },
      version: '',
    },
  },
  terraform: {
    options: '-chdir=',
    style: 'words',
    verbs: {
      show: '-json -no-color',
      output: '-json -raw -no-color',
      state: { verbs: { list: '-id=', show: '' }, writes: 'rm mv push replace-provider' },
      version: '-json',
      providers: { operands: 0 },
      validate: '-json -no-color',
    },
    writes: 'apply destroy import taint untaint init',
  },
  nodetool: {
    options: '-h= -p= -u= --host= --port=',
    verbs:
      verbs('status info ring tpstats compactionstats netstats describecluster gossipinfo tablestats version proxyhistograms') ??
      {},
    writes: 'drain decommission repair cleanup flush assassinate removenode',
  },
  haproxy: { options: '-c -f= -v', requires: '-c -v' },
  argocd: {
    verbs: {
      app: {
        verbs: { list: '-o= --output= -l= -p=', get: '-o= --output= --show-params', history: '-o=', resources: '' },
        writes: 'sync delete create set rollback',
      },
      version: '--client',
      cluster: listing,
    },
  },
};
