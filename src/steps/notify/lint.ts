export { lintMessage as lint } from '../../clients/messages/lint.ts';
