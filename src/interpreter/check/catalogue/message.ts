/** Messages: notify, escalate and comms. */
import type { LintRule } from '../../port/lint-rule.ts';

const long = 'The gateway answers, but the book is old. '.repeat(30).trim();

export const rules: readonly LintRule[] = [
  {
    code: 'message/too-long',
    summary: 'A text is longer than its receiver takes.',
    why: 'The end is cut off, and that is where the instruction stands: a pager shows 1024 characters, a status page a name of 255.',
    bad: `targets: { oncall: pager }\nsteps:\n  - { id: page, type: escalate, to: oncall, undo: none, message: "${long}" }\n`,
    good: 'targets: { oncall: pager }\nsteps:\n  - { id: page, type: escalate, to: oncall, undo: none, message: "The gateway answers, but the book is old." }\n',
    at: `"${long}"`,
    severity: 'warning',
  },
  {
    code: 'message/severity',
    summary: 'A pager does not know this severity.',
    why: 'An unknown word is sent as a warning, which wakes nobody.',
    bad: 'targets: { oncall: pager }\nsteps:\n  - { id: page, type: escalate, to: oncall, undo: none, message: Come, severity: sevre }\n',
    good: 'targets: { oncall: pager }\nsteps:\n  - { id: page, type: escalate, to: oncall, undo: none, message: Come, severity: SEV1 }\n',
    at: 'sevre',
    severity: 'warning',
  },
  {
    code: 'message/unused',
    summary: 'The receiver does nothing with this key.',
    why: 'The author believes that the report was attached or the component set, and it was not.',
    bad: 'targets: { team: chat }\nsteps:\n  - { id: tell, type: notify, to: team, undo: none, message: Done, attach: [report] }\n',
    good: 'targets: { tracker: ticket }\nsteps:\n  - { id: tell, type: notify, to: tracker, undo: none, message: Done, attach: [report] }\n',
    at: '[report]',
    severity: 'warning',
  },
  {
    code: 'message/no-follows',
    summary: 'An alert is acknowledged or resolved without saying which.',
    why: 'A pager knows alerts by the key of the message that raised them; without it the page keeps ringing.',
    bad: 'targets: { oncall: pager }\nsteps:\n  - { id: calm, type: escalate, to: oncall, undo: none, message: Done, action: resolve }\n',
    good: "targets: { oncall: pager }\nsteps:\n  - { id: page, type: escalate, to: oncall, undo: none, message: Come }\n  - { id: calm, type: escalate, to: oncall, undo: none, message: Done, action: resolve, follows: '{{steps.page.value.id}}' }\n",
    at: 'resolve',
  },
];
