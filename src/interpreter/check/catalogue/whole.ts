const head = 'apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\n';

/** The example as a whole document. */
export const documentOf = (example: string): string => (example.includes('apiVersion') ? example : head + example);
