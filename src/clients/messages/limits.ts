/** Limits of the providers, in characters where nothing else is said. Lint warns by them where a text is known, sending shortens by them. */

/** Slack cuts longer texts itself, without saying so (chat.postMessage, `text`). */
export const slackText = 40_000;
/** Statuspage: name and body of an incident. */
export const statuspageName = 255;
export const statuspageBody = 25_000;
/** PagerDuty Events v2: `payload.summary` and `dedup_key`. */
export const pagerSummary = 1024;
export const pagerKey = 255;
/** A line of mail has at most 998 characters (RFC 5322 2.1.1); subjects are shown far shorter. */
export const mailSubject = 200;
export const mailText = 100_000;
/** Receivers of our own form. */
export const plainText = 100_000;
/** Characters of one attached file. */
export const fileText = 512 * 1024;

/** By type of the target, as lint knows it. */
export const limitsOf: Readonly<Record<string, { readonly message: number; readonly title?: number }>> = {
  chat: { message: slackText },
  statuspage: { message: statuspageBody, title: statuspageName },
  pager: { message: pagerSummary },
  email: { message: mailText, title: mailSubject },
  ticket: { message: plainText },
  webhook: { message: plainText },
};
