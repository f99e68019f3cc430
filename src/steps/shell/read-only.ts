/** Commands that only read, by their first words. What is not listed is a write: an author may say `reads: true` and answers for it. */
const always = new Set(
  'true false echo printf cat head tail ls df du ps pgrep stat test wc sort uniq grep egrep fgrep jq yq diff cmp date uptime free hostname id whoami uname env printenv dig nslookup host ping ss netstat lsof readlink realpath basename dirname sha256sum md5sum journalctl sleep seq which'.split(
    ' ',
  ),
);

/** First argument that is no option -> verbs that read. */
const verbs: Readonly<Record<string, readonly string[]>> = {
  kubectl: ['get', 'describe', 'logs', 'top', 'version', 'auth', 'explain', 'api-resources', 'cluster-info', 'diff'],
  docker: ['ps', 'inspect', 'logs', 'stats', 'top', 'images', 'version', 'info', 'port', 'events'],
  systemctl: ['status', 'show', 'is-active', 'is-enabled', 'is-failed', 'list-units', 'cat'],
  git: ['status', 'log', 'show', 'diff', 'rev-parse', 'describe'],
  helm: ['list', 'status', 'get', 'history', 'version'],
};

export function onlyReads(argv: readonly string[]): boolean {
  const command = argv[0] ?? '';
  const name = command.slice(command.lastIndexOf('/') + 1);
  if (always.has(name)) return true;
  if (name !== 'aws' && !Object.hasOwn(verbs, name)) return false;
  const words = argv.slice(1).filter((one) => !one.startsWith('-'));
  return name === 'aws' ? /^(describe|list|get)-/.test(words[1] ?? '') : verbs[name]?.includes(words[0] ?? '') === true;
}
