/** The one way to HTML: a template whose values are escaped and freed of control characters, unless they are HTML made by it. */
import { xml } from '../../ui/xml.ts';

/** Only `html` and `trusted` make one. */
export interface Html {
  readonly html: string;
}

export type HtmlPart = string | number | Html | undefined | false | readonly HtmlPart[];

/** In attributes values stand between double quotes. */
export function html(texts: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return { html: texts.map((text, index) => text + (index < parts.length ? written(parts[index]) : '')).join('') };
}

/** HTML of the report's renderer, which escapes for itself. */
export const trusted = (text: string): Html => ({ html: text });

function written(part: HtmlPart): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return xml(part).replaceAll("'", '&#39;');
  if (typeof part === 'number') return String(part);
  return isList(part) ? part.map(written).join('') : part.html;
}

const isList = (part: Html | readonly HtmlPart[]): part is readonly HtmlPart[] => Array.isArray(part);
