/** Clients of Kubernetes. A kubeconfig of its own may name a program that gives the password, so `--kubeconfig` is not listed. */
import type { Family, Grammar } from '../grammar.ts';

const output = '-o= --output= --no-headers --show-labels --sort-by= --template= --show-kind --label-columns= -L=';
const select = '-l= --selector= -A --all-namespaces --field-selector=';
const logs = `-f --follow -c= --container= -p --previous --since= --since-time= --tail= --timestamps --prefix --all-containers -l= --selector=
  --limit-bytes= --max-log-requests= --ignore-errors --pod-running-timeout= --all-pods`;

const reads: NonNullable<Grammar['verbs']> = {
  get: `${output} ${select} -w --watch --watch-only -f= --filename= -R --recursive --chunk-size= --ignore-not-found --server-print --show-managed-fields --output-watch-events --subresource=`,
  describe: `${select} -f= --filename= -R --recursive --show-events --chunk-size=`,
  logs,
  top: {
    verbs: {
      pod: `${select} --containers --no-headers --sort-by= --sum`,
      pods: `${select} --containers --no-headers --sort-by= --sum`,
      po: select,
      node: '-l= --selector= --no-headers --sort-by= --show-capacity',
      nodes: '-l= --selector= --no-headers --sort-by= --show-capacity',
      no: '',
    },
  },
  version: '-o= --output= --client --short',
  explain: '--recursive --api-version= --output= -o=',
  events: `${output} -A --all-namespaces --for= --types= -w --watch`,
  wait: `--for= --timeout= ${select} --all -f= --filename= -R -o= --output= --local`,
  diff: '-f= --filename= -R --recursive -l= --selector= --server-side --concurrency=',
  'api-resources': '-o= --output= --namespaced --api-group= --verbs= --no-headers --sort-by= --categories=',
  'api-versions': '',
  'cluster-info': { operands: 0 },
  auth: {
    verbs: { 'can-i': '--list --no-headers -q --quiet --subresource= -A --all-namespaces', whoami: '-o= --output=' },
    writes: 'reconcile',
  },
  rollout: {
    verbs: {
      status: '-w --watch --timeout= --revision= -l= --selector= -f= --filename=',
      history: '--revision= -o= --output= -l= --selector= -f= --filename=',
    },
    writes: 'restart undo pause resume',
  },
  config: {
    verbs: {
      view: '--minify --raw --flatten -o= --output=',
      'get-contexts': '-o= --output= --no-headers',
      'current-context': '',
      'get-clusters': '',
      'get-users': '',
    },
    writes:
      'set set-context set-cluster set-credentials use-context delete-context delete-cluster delete-user rename-context unset',
  },
};

const kubectl: Grammar = {
  options:
    '-n= --namespace= --context= --cluster= --user= --as= --as-group= --as-uid= --request-timeout= -v= --v= --warnings-as-errors --match-server-version --insecure-skip-tls-verify -h --help',
  verbs: reads,
  writes: `apply create delete edit replace patch scale autoscale expose label annotate set drain cordon uncordon taint run cp certificate`,
};

export const kubernetes: Family = {
  kubectl,
  oc: { ...kubectl, verbs: { ...reads, status: '', whoami: '', projects: '-q' } },
  helm: {
    options: '-n= --namespace= --kube-context= --debug -h --help',
    verbs: {
      list: '-a --all -A --all-namespaces -d --date --deployed --failed --pending -f= --filter= -m= --max= -o= --output= -q --short -r --reverse -l= --selector= --superseded --uninstalled --no-headers --time-format=',
      ls: '-a --all -A --all-namespaces -d --date --deployed --failed --pending -f= --filter= -m= --max= -o= --output= -q --short -r --reverse -l= --selector=',
      status: '-o= --output= --revision= --show-desc --show-resources',
      history: '-o= --output= --max=',
      version: '--short --template=',
      get: {
        verbs: {
          all: '--revision= --template=',
          values: '-a --all -o= --output= --revision=',
          manifest: '--revision=',
          hooks: '--revision=',
          notes: '--revision=',
          metadata: '-o= --output= --revision=',
        },
      },
      env: '',
    },
    writes: 'install upgrade uninstall delete rollback push package create',
  },
};
