/** Words of a Redis command that the server runs as a program. */

/** Scripts and libraries of functions; keys and arguments of a script are data. */
export function codeInRedis(words: readonly string[]): readonly number[] {
  const [name = '', sub = ''] = words.map((word) => word.toUpperCase());
  if (/^(?:EVAL|EVALSHA|EVAL_RO|EVALSHA_RO|FCALL|FCALL_RO)$/.test(name)) return [1];
  if (name === 'SCRIPT' && sub === 'LOAD') return [2];
  // FUNCTION LOAD [REPLACE] code, FUNCTION RESTORE payload [policy]
  if (name === 'FUNCTION' && /^(?:LOAD|RESTORE)$/.test(sub)) return words.map((_, index) => index).slice(2);
  if (name === 'MODULE' || name === 'CONFIG') return words.map((_, index) => index).slice(1);
  return [0];
}
