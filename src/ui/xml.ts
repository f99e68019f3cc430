/** Text and attributes of XML 1.0; what it cannot carry at all is left out. */
export const xml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[^\t\n\r -\ud7ff\ue000-\ufffd]/g, '');
