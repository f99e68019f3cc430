/** Patterns of JSON pointers: `*` stands for any part of a name, and letters are compared without their case. */

export function pointerMatcher(pattern: string): (pointer: string) => boolean {
  const wanted = pattern.toLowerCase().split('/');
  return (pointer) => {
    const actual = pointer.toLowerCase().split('/');
    return actual.length === wanted.length && wanted.every((part, at) => matchesName(part, actual[at] ?? ''));
  };
}

/** In linear time: each piece between two stars is looked for behind the one before it. */
export function matchesName(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
