/** Where a value would be run, or taken for an option: by the places of the shell and redis step types. */
import { describe, expect, it } from 'vitest';
import { manifest as redis } from '../../../steps/redis/manifest.ts';
import { manifest as shell } from '../../../steps/shell/manifest.ts';
import type { Json } from '../../core/model/value.ts';
import { paramsTree } from '../../plan/params.ts';
import type { Manifest } from '../../port/step-type.ts';
import { misplacedValues } from './judge.ts';
import { trustOfInput } from './trust.ts';

const trusts = {
  inputs: {
    n: trustOfInput({ type: 'integer' }),
    one: trustOfInput({ type: 'string', enum: ['a', 'b'] }),
    shaped: trustOfInput({ type: 'string', pattern: '^[a-z]+$' }),
    loose: trustOfInput({ type: 'string', pattern: '[a-z]+' }),
  },
  items: { zone: "['a', 'b']", host: 'inputs.x', word: 'inputs.shaped' },
};
const judged = (params: Readonly<Record<string, Json>>, manifest: Manifest = shell): readonly string[] =>
  misplacedValues(manifest, params, paramsTree(params, manifest), trusts).map(({ is, pointer }) => `${is} ${pointer}`);

/** `@` is a value of somebody else, `~` a blank. */
const words = (command: string): string[] =>
  command.split(' ').map((word) => word.replaceAll('~', ' ').replaceAll('@', '{{inputs.x}}'));

describe('a value is refused', () => {
  it.each([
    'sh -c echo~@',
    'sh -c eval~"$1" sh @',
    'bash -c $1 bash @',
    'bash -ec for~x;~do~eval~"$@";~done bash a @',
    'sudo -i ls~@',
    'script -qec @ /dev/null',
    'redis-cli -h h EVAL return~@ 0',
    'aws ssm send-command --parameters commands=@',
    'az vm run-command invoke --scripts @',
    'gcloud compute ssh vm --command=ls~@',
    'heroku run ls @',
    'salt web* cmd.run @',
    'yq e .a=@ file',
    'ansible all -m shell -a @',
    'pdsh -w h1,h2 uptime @',
    'cypher-shell -u neo match~@',
    'bash -lc @',
    'bash -e -u -c @',
    'bash -c -e @',
    '/bin/dash -ec @',
    'zsh -c @',
    'ksh -c @',
    'bash @',
    'kubectl exec p -- sh -c rm~@',
    'kubectl exec p -- @',
    'docker exec c sh -c @',
    'docker exec -it c bash -lc @',
    'docker exec -u app c @',
    'find . -name x -exec sh -c @ ;',
    'find . -exec @ ;',
    'sudo -u app sh -c @',
    'sudo @',
    'env A=1 sh -c @',
    'env LD_PRELOAD=@ ls',
    'docker run -e BASH_ENV=@ image',
    'su - app -c @',
    'runuser -l app -c @',
    'timeout 5 sh -c @',
    'timeout 5 @',
    'env -S @',
    'nice -n 5 timeout -k 1 5 @',
    'xargs -n 1 @',
    'xargs sh -c @',
    'watch ls @',
    'ssh host uptime @',
    'ssh -p 22 host rm @',
    'python3.12 -c @',
    'python -cprint(@)',
    'perl -ne @',
    'perl -i.bak -pe s/@/x/ file',
    'ruby -e @',
    'node -e @',
    'node --eval=@',
    'node -pe @',
    'php -r @',
    'psql -d app -c @',
    'psql --command=@',
    'mysql -e select~@',
    'mariadb --execute @',
    'sqlite3 app.db @',
    'mongosh --eval @',
    'awk /@/{print} file',
    'awk -F : -v a=1 @',
    'sed s/@/x/ file',
    'sed -i -e s/@/x/ file',
    'jq .@ file',
    'pwsh -Command @',
    'git -c @ status',
    'rsync -e @ a b',
    '@ a',
  ])('%s', (command) => {
    expect(judged({ argv: words(command) })).toContainEqual(expect.stringMatching(/^code /));
  });

  it.each(['bash', 'sh -s', 'psql app', 'mysql', 'python3', 'sudo bash', 'ssh host', 'kubectl exec -i p -- bash'])(
    'on the standard input of %s',
    (command) => {
      expect(judged({ argv: words(command), stdin: 'echo {{inputs.x}}' })).toContain('code /stdin');
    },
  );

  it.each([
    'PATH',
    'BASH_ENV',
    'LD_AUDIT',
    'NODE_OPTIONS',
    'PYTHONSTARTUP',
    'PERL5OPT',
    'RUBYOPT',
    'GIT_SSH_COMMAND',
    'PAGER',
    'IFS',
  ])('in the variable %s', (name) => {
    expect(judged({ argv: ['ls'], env: { [name]: '{{steps.one.value}}' } })).toEqual([`code /env/${name}`]);
  });

  it.each([
    'eval "$X"',
    'sh -c "$X"',
    'sudo bash -c "rm $X"',
    '. "$X"',
    'source $X',
    '"$X" --help',
    'psql -c "select $X"',
    'a=1; ${X} b',
    'trap "$X" EXIT',
  ])('by the script %s', (script) => {
    expect(judged({ script, env: { X: '{{inputs.x}}' } })).toEqual(['code /env/X']);
  });

  it.each([
    '[[ $X -eq 1 ]]',
    '[[ 1 -lt "$X" ]]',
    '[[ X -gt 0 ]]',
    '(( X > 1 ))',
    'echo $((X + 1))',
    'let "a = X"',
    'declare -i n=$X',
    'echo ${list[$X]}',
    'test -v "$X"',
    'printf -v "$X" y',
  ])('where the script computes: %s', (script) => {
    expect(judged({ script, env: { X: '{{inputs.x}}' } })).toEqual(['arithmetic /env/X']);
  });

  it.each(['EVAL return~@ 0', 'EVALSHA @ 0', 'SCRIPT LOAD @', 'FUNCTION LOAD REPLACE @', 'FCALL @ 0'])(
    'by redis: %s',
    (command) => {
      expect(judged({ command: words(command) }, redis)).toContainEqual(expect.stringMatching(/^code /));
    },
  );

  it.each(['kubectl delete pod @', 'rm -r @', 'grep {{inputs.loose}} file', 'systemctl restart {{host}}'])(
    'as an option: %s',
    (command) => {
      expect(judged({ argv: words(command) })).toContainEqual(expect.stringMatching(/^option /));
    },
  );
});

describe('a value is data', () => {
  it.each([
    'grep -- @ file',
    'systemctl restart {{inputs.shaped}}',
    'systemctl restart {{word}}',
    'kubectl delete pod app-@',
    'kubectl delete pod --selector=app=@',
    'sh -c exit~"$1" sh -- @',
    'sh -c sleep~{{inputs.n}}',
    'sh -c restart~{{inputs.one}}',
    'sh -c restart~{{zone}}',
    'sh -c ping~{{targets.web.host}}',
    'python3 tool.py -- @',
    'awk -f prog.awk -- @',
    'docker exec c cat -- @',
    'echo @',
    'kubectl logs -c app-@ p',
  ])('%s', (command) => {
    expect(judged({ argv: words(command) })).toEqual([]);
  });

  it.each([
    'echo "$X"',
    'rm -- "/srv/$X"',
    '[[ $X = 1 ]]',
    'grep -c "$X" file',
    'curl "https://host/$X"',
    'for i in a; do printf %s "$X"; done',
  ])('in the script %s', (script) => {
    expect(judged({ script, env: { X: '{{inputs.x}}' } })).toEqual([]);
  });

  it('as keys and arguments of a Redis script, and on the standard input of a filter', () => {
    expect(judged({ command: words('EVAL return~1 1 key:@ @') }, redis)).toEqual([]);
    expect(judged({ argv: ['sort'], stdin: '{{inputs.x}}' })).toEqual([]);
    expect(judged({ argv: ['bash', '-c', 'cat > file'], stdin: '{{inputs.x}}' })).toEqual([]);
  });
});
