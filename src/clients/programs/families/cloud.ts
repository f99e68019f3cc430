/** Clients of clouds. Operations are known by their names; what would read parameters from elsewhere or talk to another host is left out. */
import type { Family, Grammar } from '../grammar.ts';
import { splitWords } from '../grammar.ts';

/** Every option of an operation that only reads; the command line tool also takes unambiguous beginnings of names. */
const parameter = /^--(?!cli-|cli$|end$|endp|gen|deb|ca-|no-verify)[a-z][a-z0-9-]{2,}$/;
/** Operations that answer with a file, start something or make credentials are not named so, but for a few `get-`, which are listed one by one. */
const listing = { verbsLike: /^(?:describe|list)-[a-z0-9-]+$/, freeOptions: parameter } as const;
const operations = (...names: readonly string[]): Grammar => ({
  ...listing,
  verbs: Object.fromEntries(names.map((name) => [name, { freeOptions: parameter }])),
});
const plain = `ec2 ecs elb elbv2 autoscaling application-autoscaling rds elasticache kafka kinesis firehose redshift docdb neptune opensearch es efs fsx
  acm cloudfront cloudtrail events scheduler stepfunctions apigatewayv2 globalaccelerator network-firewall directconnect backup dms emr memorydb mq
  organizations route53resolver servicediscovery shield transfer wafv2 workspaces batch codedeploy codepipeline codebuild athena glue`;

const gcloudList = { verbs: { list: '--filter= --limit= --sort-by= --uri --page-size=', describe: '' } } as const;
const gcloudPaths: Grammar = {
  options: '--project= --zone= --region= --format= --quiet -q --account= --verbosity= --location= --cluster=',
  verbs: {
    compute: {
      verbs: {
        instances: gcloudList,
        disks: gcloudList,
        networks: gcloudList,
        'forwarding-rules': gcloudList,
        'backend-services': gcloudList,
        'instance-groups': gcloudList,
        addresses: gcloudList,
        'firewall-rules': gcloudList,
      },
    },
    container: { verbs: { clusters: gcloudList, 'node-pools': gcloudList, operations: gcloudList } },
    sql: { verbs: { instances: gcloudList, databases: gcloudList, operations: gcloudList, backups: gcloudList } },
    run: { verbs: { services: gcloudList, revisions: gcloudList } },
    pubsub: { verbs: { topics: gcloudList, subscriptions: gcloudList } },
    projects: gcloudList,
    logging: { verbs: { read: '--limit= --freshness= --order=', logs: { verbs: { list: '' } } } },
    config: { verbs: { list: '--all', 'get-value': '' } },
    auth: { verbs: { list: '--filter-account=' } },
    version: '',
    info: '',
  },
};
const azList = '--query= -o= --output= -g= --resource-group= -n= --name= --subscription= -d --show-details --ids=';

export const cloud: Family = {
  aws: {
    options:
      '--region= --profile= --output= --query= --no-cli-pager --color= --no-paginate --cli-read-timeout= --cli-connect-timeout= --version',
    verbs: {
      ...Object.fromEntries(splitWords(plain).map((service) => [service, listing])),
      sts: operations('get-caller-identity'),
      s3: {
        verbs: { ls: '--recursive --human-readable --summarize --page-size= --request-payer= --region= --profile=' },
        writes: 'cp mv rm sync mb rb website',
      },
      s3api: operations(
        'head-bucket',
        'head-object',
        'get-bucket-acl',
        'get-bucket-policy',
        'get-bucket-location',
        'get-bucket-versioning',
        'get-bucket-encryption',
        'get-bucket-lifecycle-configuration',
        'get-object-acl',
        'get-object-tagging',
        'get-object-attributes',
        'get-public-access-block',
      ),
      logs: operations('filter-log-events', 'get-log-events', 'get-query-results', 'tail'),
      cloudwatch: operations('get-metric-data', 'get-metric-statistics', 'get-dashboard'),
      cloudformation: operations('get-template', 'get-stack-policy'),
      cloudtrail: operations('lookup-events', 'get-trail-status'),
      sqs: {
        ...operations('get-queue-attributes', 'get-queue-url'),
        writes: 'receive-message send-message delete-message purge-queue',
      },
      sns: operations('get-topic-attributes', 'get-subscription-attributes'),
      ssm: operations(
        'get-parameter',
        'get-parameters',
        'get-parameters-by-path',
        'get-parameter-history',
        'get-command-invocation',
        'get-automation-execution',
      ),
      secretsmanager: operations('get-resource-policy'),
      lambda: operations('get-function', 'get-function-configuration', 'get-policy', 'get-account-settings'),
      iam: operations('get-user', 'get-role', 'get-policy', 'get-policy-version', 'get-role-policy', 'get-account-summary'),
      eks: operations(),
      ecr: operations('get-lifecycle-policy', 'get-repository-policy'),
      dynamodb: operations('get-item', 'batch-get-item', 'query', 'scan'),
      route53: operations('get-hosted-zone', 'get-health-check', 'get-health-check-status', 'get-change', 'test-dns-answer'),
      configure: { verbs: { list: '', 'list-profiles': '' } },
    },
    env: 'AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_DEFAULT_OUTPUT',
  },
  gcloud: gcloudPaths,
  az: {
    options: azList,
    verbs: Object.fromEntries(
      ['vm', 'aks', 'group', 'vmss', 'webapp', 'acr', 'disk', 'account'].map((group) => [
        group,
        { verbs: { list: '', show: '' } },
      ]),
    ),
  },
};
