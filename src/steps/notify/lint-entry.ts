export { lintEntry } from '../../clients/messages/lint-entry.ts';
