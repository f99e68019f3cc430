export { messageRunner as runner } from '../../clients/messages.ts';
