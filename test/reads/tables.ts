/**
 * Two tables of command lines, one a line; words are parted by blanks, single quotes keep blanks. `hostile.txt`: commands that change something, or
 * may; in it `victim`, `folder` and `f` are files of a sandbox. `everyday.txt`: looks at a system that must stay reads.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const table = (name: string): readonly (readonly string[])[] =>
  readFileSync(join(import.meta.dirname, name), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => [...line.matchAll(/'([^']*)'|([^\s']+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''));

export const hostile = table('hostile.txt');
export const everyday = table('everyday.txt');

/** Beside words, what surrounds a command: never a read with these. */
export const hostileEnvironment: readonly string[] = [
  'PATH LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT BASH_ENV ENV NODE_OPTIONS PYTHONPATH PYTHONSTARTUP PERL5LIB PERL5OPT RUBYOPT GIT_EXTERNAL_DIFF',
  'GIT_CONFIG_COUNT GIT_CONFIG_GLOBAL GIT_SSH_COMMAND GIT_PAGER PAGER EDITOR VISUAL LESSOPEN KUBECONFIG KUBE_EDITOR HOME SHELL IFS TMPDIR',
  'KUBECTL_EXTERNAL_DIFF DOCKER_HOST DOCKER_CONFIG AWS_CONFIG_FILE AWS_ENDPOINT_URL JAVA_TOOL_OPTIONS GREP_OPTIONS TAR_OPTIONS SYSTEMD_PAGER',
  'CURL_HOME GCONV_PATH LOCPATH HTTP_PROXY PSQLRC PGOPTIONS MYSQL_HOME JOURNAL_STREAM EVIL',
].flatMap((line) => line.split(' '));
