/** The parts of a Markdown runbook that mean something to a draft: headings, code, and what people are told to do. */

export type MarkdownPart =
  | { readonly is: 'heading'; readonly level: number; readonly text: string; readonly line: number }
  | { readonly is: 'code'; readonly language: string; readonly lines: readonly string[]; readonly line: number }
  | { readonly is: 'item' | 'text'; readonly text: string; readonly line: number };

export function partsOf(markdown: string): readonly MarkdownPart[] {
  const parts: MarkdownPart[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const fence = /^(\s*)(```+|~~~+)\s*(\S*)/.exec(line);
    if (fence !== null) {
      const [, indent = '', marks = '', language = ''] = fence;
      const end = lines.findIndex((one, index) => index > at && one.trim().startsWith(marks));
      const stop = end < 0 ? lines.length : end;
      const code = lines.slice(at + 1, stop).map((one) => (one.startsWith(indent) ? one.slice(indent.length) : one.trimStart()));
      parts.push({ is: 'code', language: language.toLowerCase(), lines: code, line: at + 1 });
      at = stop;
      continue;
    }
    const heading = /^(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line);
    const item = /^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ x]\]\s+)?(.*)$/.exec(line);
    if (heading !== null)
      parts.push({ is: 'heading', level: (heading[1] ?? '').length, text: plain(heading[2] ?? ''), line: at + 1 });
    else if (item !== null) parts.push({ is: 'item', text: plain(item[1] ?? ''), line: at + 1 });
    else if (line.trim() !== '' && !/^\s*(?:\||-{3,}|>)/.test(line)) parts.push({ is: 'text', text: plain(line), line: at + 1 });
  }
  return parts;
}

/** Without the marks for bold, code and links. */
const plain = (text: string): string =>
  text
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[*`]+/g, '')
    .trim();
