/** Severities of runbooks in the four words that pagers know. */
export type PagerSeverity = 'critical' | 'error' | 'warning' | 'info';

const words: Readonly<Record<string, PagerSeverity>> = {
  critical: 'critical',
  sev0: 'critical',
  sev1: 'critical',
  p0: 'critical',
  error: 'error',
  high: 'error',
  sev2: 'error',
  p1: 'error',
  warning: 'warning',
  medium: 'warning',
  sev3: 'warning',
  p2: 'warning',
  sev4: 'warning',
  p3: 'warning',
  info: 'info',
  low: 'info',
  sev5: 'info',
  p4: 'info',
};

/** No severity means error; an unknown word is undefined, and sent as a warning. */
export const severityOf = (text: string | undefined): PagerSeverity | undefined =>
  text === undefined ? 'error' : words[text.trim().toLowerCase()];

export const severityWords: readonly string[] = Object.keys(words);
