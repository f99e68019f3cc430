/** All forms of a record in one place, loaded when a report is asked for. */
export { outputTail, samplesOf } from '../files.ts';
export { summaryLines } from '../model/summary.ts';
export { evidenceJson } from './evidence.ts';
export { recordHtml, reportHtml } from './html.ts';
export { reportJson, reportJunit } from './machine.ts';
export { reportMarkdown } from './markdown.ts';
export { recordOf } from './record.ts';
