/** Runbooks that are killed, starved and stopped. Each step that acts writes its id into a ledger of its own: what really happened. */
import { inboxOf } from './inbox.ts';

export interface Subject {
  readonly id: string;
  readonly text: (folder: string) => string;
  readonly args: readonly string[];
  /** Exit code and ledger of an undisturbed run. */
  readonly code: number;
  readonly ledger: readonly string[];
  /** Lines that may stand in the ledger more often: the author said that doing them again is safe. */
  readonly repeatable: readonly string[];
  /** Lines of messages: one that was under way at a kill may be lost, and is never sent again. */
  readonly messages?: readonly string[];
  readonly config?: (folder: string) => string;
}

const head = (id: string): string => `apiVersion: runbook/v1\nid: ${id}\ntitle: ${id}\nowners: [tests]\n`;
const line = (folder: string, id: string, words: string, more = ''): string =>
  `{ id: ${id}, type: shell, script: "echo ${words} >> ledger", cwd: "${folder}"${more} }`;
const item = (text: string): string => `  - ${text}\n`;

/** Steps in order, one that may be repeated, one that proves itself, items beside each other, a retry, and what always runs at the end. */
const plain: Subject = {
  id: 'plain',
  args: [],
  code: 0,
  ledger: ['once', 'again', 'proven', 'item1', 'item2', 'item3', 'third-try', 'last', 'always'],
  repeatable: ['again'],
  text: (folder) =>
    `${head('plain')}steps:\n` +
    item(line(folder, 'once', 'once')) +
    item(line(folder, 'again', 'again', ', repeatable: true')) +
    item(
      line(
        folder,
        'proven',
        'proven',
        `, doneWhen: { type: shell, argv: [grep, -c, proven, ledger], cwd: "${folder}", allowExit: [0, 1, 2], expect: 'result.exitCode == 0' }`,
      ),
    ) +
    `  - id: items\n    forEach: "['item1', 'item2', 'item3']"\n    parallel: 2\n    type: shell\n    cwd: "${folder}"\n` +
    `    script: 'echo "$ITEM" >> ledger'\n    env: { ITEM: "{{item}}" }\n` +
    `  - id: tries\n    type: shell\n    cwd: "${folder}"\n    retry: { attempts: 3, delay: 10ms, classes: [exit-code] }\n    repeatable: true\n` +
    `    script: 'echo x >> tries; [ "$(wc -l < tries)" -ge 3 ] && { grep -q third-try ledger || echo third-try >> ledger; }'\n` +
    item(line(folder, 'last', 'last')) +
    `finally:\n${item(line(folder, 'always', 'always'))}`,
};

/** Messages at the beginning and at the end, beside steps that are tried again and again. */
const told: Subject = {
  id: 'told',
  args: [],
  code: 0,
  ledger: ['told-begin', 'first', 'fourth-try', 'last', 'told-end'],
  repeatable: [],
  messages: ['told-begin', 'told-end'],
  text: (folder) =>
    `${head('told')}steps:\n${item(line(folder, 'first', 'first'))}` +
    `  - id: tries\n    type: shell\n    cwd: "${folder}"\n    retry: { attempts: 4, delay: 10ms, classes: [exit-code] }\n    repeatable: true\n` +
    `    script: 'echo x >> tries; [ "$(wc -l < tries)" -ge 4 ] && { grep -q fourth-try ledger || echo fourth-try >> ledger; }'\n` +
    item(line(folder, 'last', 'last')) +
    'targets: { team: chat }\ncomms:\n' +
    item('{ at: [started], to: team, message: told-begin }') +
    item('{ at: [finished], to: team, message: told-end }'),
  config: (folder) => `environments: { here: { targets: { team: { type: chat, webhook: "${inboxOf(folder)}" } } } }\n`,
};

/** A step fails, and what was done is taken back in reverse order. */
const undone: Subject = {
  id: 'undone',
  args: [],
  code: 6,
  ledger: ['one', 'two', 'un-two', 'un-one', 'always'],
  repeatable: [],
  text: (folder) => {
    const back = (id: string): string => `, undo: [{ type: shell, script: "echo un-${id} >> ledger", cwd: "${folder}" }]`;
    return (
      `${head('undone')}onFailure: undo\nsteps:\n${item(line(folder, 'one', 'one', back('one')))}` +
      `${item(line(folder, 'two', 'two', back('two')))}  - { id: breaks, type: shell, argv: ["false"] }\n` +
      `finally:\n${item(line(folder, 'always', 'always'))}`
    );
  },
};

/** A way is chosen beforehand, a guard looks beside the steps, and a group is worked through. */
const chosen: Subject = {
  id: 'chosen',
  args: ['--answer', 'way=left'],
  code: 0,
  ledger: ['left', 'in-group', 'after'],
  repeatable: [],
  text: (folder) =>
    `${head('chosen')}steps:\n` +
    `  - id: way\n    type: choose\n    options:\n` +
    `      left: { steps: [${line(folder, 'goLeft', 'left')}] }\n      right: { steps: [${line(folder, 'goRight', 'right')}] }\n` +
    `  - id: group\n    steps: [${line(folder, 'inside', 'in-group')}]\n` +
    item(line(folder, 'after', 'after')) +
    `watch:\n  - { id: calm, type: shell, argv: [cat, /dev/null], every: 50ms, expect: result.exitCode == 0, onFailure: continue }\n`,
};

export const subjects: readonly Subject[] = [plain, told, undone, chosen];
