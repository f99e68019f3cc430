/** What `-o, --output` may be, for each verb that has it. A closed choice: a typing mistake must not turn JSON into text. */
export const outputForms = {
  run: ['tui', 'plain', 'json', 'ndjson'],
  resume: ['tui', 'plain', 'json', 'ndjson'],
  undo: ['tui', 'plain', 'json', 'ndjson'],
  attach: ['tui', 'plain'],
  approvals: ['plain', 'json'],
  check: ['plain', 'json'],
  plan: ['plain', 'json'],
  list: ['plain', 'json'],
  lint: ['plain', 'json', 'github', 'gitlab', 'sarif', 'junit'],
  runs: ['plain', 'json'],
  stats: ['plain', 'json'],
  pin: ['plain', 'json'],
  verify: ['plain', 'json'],
  report: ['markdown', 'html', 'summary', 'json', 'junit'],
  lab: ['plain', 'json'],
  rehearse: ['plain', 'json', 'junit', 'markdown'],
  test: ['plain', 'json', 'junit'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type VerbWithOutput = keyof typeof outputForms;
