export { lintMessage as lint } from '../../clients/messages/lint.ts';
export { lintEntry } from '../../clients/messages/lint-entry.ts';
