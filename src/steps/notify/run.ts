export { messageRunner as runner } from '../../clients/messages/runner.ts';
