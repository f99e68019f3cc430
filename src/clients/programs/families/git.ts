/** Git. `-c`, `--exec-path`, `--output`, `--ext-diff` and every listing verb that also makes things are left out or bound to its listing form. */
import type { Family } from '../grammar.ts';

const commits = `-n= --max-count= --skip= --since= --after= --until= --before= --author= --committer= --grep= --all-match -i -E -F -P --merges --no-merges
  --first-parent --all --branches[=] --tags[=] --remotes[=] --reverse --graph --topo-order --date-order --date= --left-right --cherry-pick --oneline
  --format= --pretty[=] --abbrev-commit --abbrev[=] --no-abbrev-commit --decorate[=] --no-decorate --decorate-refs= --follow --show-signature --count`;
const changes = `-p -u --patch --no-patch -s -U= --unified= --stat[=] --numstat --shortstat --summary --name-only --name-status --color[=] --no-color
  --word-diff[=] -w -b --ignore-all-space --ignore-space-change --ignore-blank-lines -M[=] -C[=] --find-renames[=] --find-copies[=] --diff-filter=
  -S= -G= -R -a --text --exit-code --quiet --check --full-index --raw -z --minimal --patience --histogram --no-ext-diff --no-textconv --no-renames
  --relative[=] -L= --submodule[=]`;

export const git: Family = {
  git: {
    options: '-C= --no-pager -P --no-optional-locks --literal-pathspecs --version',
    verbs: {
      status:
        '-s --short -b --branch --porcelain[=] --long -v --verbose -u[=] --untracked-files[=] --ignored[=] -z --show-stash --ahead-behind --no-ahead-behind --no-renames',
      log: { options: `${commits} ${changes}`, numbers: true },
      show: { options: `${commits} ${changes}`, numbers: true },
      diff: `${changes} --cached --staged --merge-base --no-index`,
      'diff-tree': `${changes} -r -t --root -m -c --cc --no-commit-id --stdin`,
      'rev-parse':
        '--short[=] --verify --abbrev-ref[=] --symbolic --show-toplevel --git-dir --is-inside-work-tree --show-prefix -q --quiet --symbolic-full-name --is-bare-repository',
      'rev-list': { options: `${commits} --objects --quiet`, numbers: true },
      describe:
        '--all --tags --contains --abbrev= --exact-match --dirty[=] --always --long --match= --exclude= --first-parent --candidates=',
      blame: '-L= -l -t -s -e -w -p --porcelain --line-porcelain -M[=] -C[=] --since= --date= --root --show-stats --abbrev=',
      'ls-files':
        '-c -d -o -i -s -u -m -k -v -z -x= -X= --cached --deleted --others --ignored --stage --modified --exclude-standard --full-name --error-unmatch',
      'ls-tree': '-r -d -t -l -z --name-only --name-status --long --full-name --full-tree --abbrev[=]',
      'cat-file': '-t -s -e -p',
      grep: {
        options:
          '-i -n -l -L -c -w -v -E -F -P -G -e= -r -h -H -q -A= -B= -C= --cached --untracked --name-only --ignore-case --count --no-color --color[=] --all-match --max-depth=',
        numbers: true,
      },
      shortlog: `-s -n -e -c -w[=] ${commits}`,
      'merge-base': '-a --all --is-ancestor --fork-point --octopus --independent',
      'name-rev': '--tags --name-only --always --refs= --all',
      'for-each-ref': '--count= --sort= --format= --points-at= --merged[=] --no-merged[=] --contains[=] --no-contains[=]',
      'show-ref': '--head --heads --tags --branches --verify --hash[=] -s[=] -d --dereference -q --quiet --abbrev[=]',
      'count-objects': '-v -H --verbose --human-readable',
      branch: {
        options:
          '-a -r -v -vv --all --remotes --verbose --show-current --no-color --color[=] --sort= --format= --no-column --column[=]',
        operands: 0,
        writes: '-d -D -m -M -c -C -f --delete --move --copy --force --set-upstream-to --unset-upstream --edit-description -u',
      },
      tag: {
        options:
          '-l --list -n[=] --sort= --format= --points-at= --contains= --no-contains= --merged[=] --no-merged[=] --column[=] --color[=]',
        requires: '-l --list --points-at --contains --no-contains',
        writes: '-d --delete -a -s -u -f --annotate --sign --force -m -F',
      },
      remote: {
        options: '-v --verbose',
        bare: true,
        verbs: { 'get-url': '--push --all' },
        writes: 'add rename remove rm set-head set-branches set-url prune update',
      },
      stash: { verbs: { list: `${commits}`, show: changes }, writes: 'push pop apply drop clear branch create store save' },
      worktree: { verbs: { list: '-v --porcelain -z' }, writes: 'add remove move prune lock unlock repair' },
      reflog: { bare: true, verbs: { show: commits }, writes: 'expire delete' },
      config: {
        options:
          '--get --get-all --get-regexp --list -l --show-origin --show-scope --name-only --type= --null -z --global --local --system --includes',
        requires: '--get --get-all --get-regexp --list -l',
        writes: '--unset --unset-all --add --replace-all --rename-section --remove-section -e --edit',
      },
      'check-ignore': '-v -n -q --verbose --no-index',
      version: '--build-options',
    },
    writes: `add am apply bisect checkout cherry-pick clean clone commit fetch gc init merge mv pull push rebase reset restore revert rm switch
      update-index update-ref write-tree --output`,
  },
};
