import { sanitize } from '../interpreter/guard/sanitize.ts';

/** Text and attributes of XML 1.0: whole terminal sequences are left out, not their first character alone, and what XML cannot carry at all. */
export const xml = (text: string): string =>
  sanitize(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[^\t\n -\ud7ff\ue000-\ufffd]/g, '');
