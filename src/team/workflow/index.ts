/** What is bundled for the sandbox of workers. Workers name it by the hash of its text, so that a run ends with the code that it began with. */
export { runRunbook } from './run.ts';
