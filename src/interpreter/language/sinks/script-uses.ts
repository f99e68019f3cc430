/** What a shell script does with a variable: quoting protects a value in a word, but not where the shell reads the word once more. */

export interface ScriptUse {
  readonly is: 'code' | 'arithmetic';
  readonly why: string;
}

/** Undefined: nothing here reads the value as more than text. Comments count as script: a finding too many is better than one too few. */
export function scriptUses(script: string, name: string): ScriptUse | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  const value = `\\$(?:${name}\\b|\\{${name}\\b[^}]*\\})`;
  const sameCommand = '[^\\n;|&]*';
  const evaluated = [
    `(?:^|[\\s;|&(])(?:eval|trap|source|\\.)\\s${sameCommand}${value}`,
    `(?:^|[\\s;|&(/])(?:sh|bash|zsh|dash|ksh|su|python[\\d.]*|perl|ruby|node|php|psql|mysql|mariadb|mongosh?|awk|gawk|sed)\\s+(?:-\\S+\\s+)*-\\w*[ceEr]\\w*\\s+${sameCommand}"[^"\\n]*${value}`,
    `(?:^|[\\s;|&(/])(?:sh|bash|zsh|dash|ksh|su)\\s+(?:-\\S+\\s+)*-\\w*c\\w*\\s+"?${value}`,
    `(?:^|[\\n;|&(])\\s*"?${value}(?=["\\s;|&]|$)`,
  ];
  if (evaluated.some((pattern) => new RegExp(pattern, 'm').test(script)))
    return { is: 'code', why: `the script runs $${name} as a program` };
  const operand = `(?:${value}|\\b${name}\\b)`;
  const counted = [
    `\\[\\[[^\\n]*"?${operand}"?\\s+-(?:eq|ne|lt|le|gt|ge)\\b`,
    `\\[\\[[^\\n]*\\s-(?:eq|ne|lt|le|gt|ge)\\s+"?${operand}`,
    `\\(\\([^\\n]*${operand}`,
    `(?:^|[\\s;|&(])(?:let|declare\\s+-\\w*i\\w*|typeset\\s+-\\w*i\\w*|local\\s+-\\w*i\\w*)\\s${sameCommand}${operand}`,
    `\\$\\{\\w+\\[[^\\]\\n]*${operand}`,
    `\\$\\{\\w+:[^}\\n]*${operand}`,
    `(?:^|[\\s;|&(])\\w+\\[[^\\]\\n]*${operand}[^\\]\\n]*\\]=`,
    `(?:\\btest|\\[\\[?)\\s+-v\\s+"?${value}`,
    `\\bprintf\\s+-v\\s+"?${value}`,
    `\\bunset\\s+"?${value}`,
    `\\bread\\s+(?:-\\S+\\s+)*"?${value}`,
  ];
  if (counted.some((pattern) => new RegExp(pattern, 'm').test(script)))
    return { is: 'arithmetic', why: `the shell computes with $${name}, and would run a command inside of it: a[$(command)]` };
  return undefined;
}

/** Texts that a shell computes with and runs nothing. */
export const isPlainNumber = (text: string): boolean => /^\s*(?:[-+]?(?:0[xX][0-9a-fA-F]+|\d+))?\s*$/.test(text);
