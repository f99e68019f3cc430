/** A Markdown runbook -> the data of a draft, and what a person still has to decide. */
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Registry } from '../../interpreter/port/registry.ts';
import type { Step } from './commands.ts';
import { commandsOf, typedStep } from './commands.ts';
import type { MarkdownPart } from './markdown.ts';

export interface DraftDecision {
  /** Of the Markdown. */
  readonly line: number;
  readonly step: string;
  readonly what: string;
}

export interface Draft {
  readonly data: Readonly<Record<string, Json>>;
  readonly decisions: readonly DraftDecision[];
  /** Step -> the line of the Markdown that it was made from. */
  readonly lines: ReadonlyMap<string, number>;
}

type Section = 'preconditions' | 'containment' | 'diagnosis' | 'steps' | 'validations' | 'postmortem';

const sectionWords: readonly (readonly [RegExp, Section])[] = [
  [/pre-?conditions?|pre-?requisites?|before you (?:start|begin)/i, 'preconditions'],
  [/post-?mortem|post-?incident/i, 'postmortem'],
  [/validat|verif|recovered/i, 'validations'],
  [/contain|immediate/i, 'containment'],
  [/detect|diagnos|investigat|symptom|signal/i, 'diagnosis'],
  [/remed|recover|resol|response|mitigat|procedure|steps|action|fix|rollback|restart/i, 'steps'],
];
/** Nobody can be asked to change something there, and nothing is. */
const reading: ReadonlySet<Section> = new Set(['preconditions', 'diagnosis']);
const shells: ReadonlySet<string> = new Set(['', 'bash', 'sh', 'shell', 'console', 'zsh']);

export function draftOf(parts: readonly MarkdownPart[], id: string, registry: Registry): Draft {
  const sections: Record<Section, Step[]> = {
    preconditions: [],
    containment: [],
    diagnosis: [],
    steps: [],
    validations: [],
    postmortem: [],
  };
  const targets: Record<string, string> = {};
  const decisions: DraftDecision[] = [{ line: 1, step: 'owners', what: 'name the team that keeps this runbook right' }];
  const lines = new Map<string, number>();
  const taken = new Set<string>();
  let section: Section = 'steps';
  let heading = '';
  const add = (where: Section, line: number, title: string, step: Step, what?: string): void => {
    const name = uniqueId(title, taken);
    lines.set(name, line);
    sections[where].push({ id: name, title: short(title), ...step });
    if (what !== undefined) decisions.push({ line, step: name, what });
  };
  const manual = (line: number, title: string, note: string, what: string): void => {
    add(section, line, title, { type: 'manual', ...(note === '' ? {} : { note: literal(note) }) }, what);
  };
  for (const part of parts) {
    if (part.is === 'heading') {
      heading = part.text;
      section = sectionWords.find(([words]) => words.test(part.text))?.[1] ?? (part.level <= 2 ? 'steps' : section);
    } else if (part.is === 'item') manual(part.line, part.text, '', 'say how it is done, or keep it as a question to a person');
    else if (part.is === 'code' && !shells.has(part.language)) continue;
    else if (part.is === 'code')
      for (const { command, about } of commandsOf(part.lines)) {
        const typed = typedStep(command);
        const title = about === '' ? command : about;
        if (typed === undefined) {
          if (part.language !== '')
            manual(
              part.line,
              title,
              `\`\`\`\n${command}\n\`\`\``,
              'this command needs a shell: take it apart, or write a `script:`',
            );
          continue;
        }
        const target = typed.target === undefined ? {} : { target: declared(targets, typed.target) };
        const isRead = registry.get(String(typed.step['type']))?.facts(typed.step).effect === 'read';
        const where = !isRead && reading.has(section) ? 'steps' : section;
        const undo = isRead ? {} : { undo: 'none' };
        add(
          where,
          part.line,
          title,
          { ...typed.step, ...target, ...undo },
          isRead ? 'say what is expected: `expect:`' : `it changes something: say how it is taken back (${heading})`,
        );
      }
  }
  if (Object.values(sections).every((steps) => steps.length === 0))
    manual(1, 'Read the source', '', 'nothing in it could be taken as a step');
  return { data: documentOf(parts, id, sections, targets), decisions, lines };
}

/** A host that is reached in two ways is two targets. */
function declared(targets: Record<string, string>, [name, type]: readonly [string, string]): string {
  const own = [name, `${name}${type.charAt(0).toUpperCase()}${type.slice(1)}`].find(
    (one) => targets[one] === undefined || targets[one] === type,
  );
  targets[own ?? name] = type;
  return own ?? name;
}

function documentOf(
  parts: readonly MarkdownPart[],
  id: string,
  sections: Readonly<Record<Section, readonly Step[]>>,
  targets: Readonly<Record<string, string>>,
): Draft['data'] {
  const title = parts.find((part) => part.is === 'heading');
  const summary = parts.find((part) => part.is === 'text');
  const work = Object.entries(sections).filter(([, steps]) => steps.length > 0);
  const isWork = work.some(([name]) => ['containment', 'diagnosis', 'steps', 'validations'].includes(name));
  return {
    apiVersion: 'runbook/v1',
    id,
    title: short(title?.is === 'heading' ? title.text : id),
    ...(summary?.is === 'text' ? { summary: short(summary.text, 300) } : {}),
    owners: ['TODO'],
    ...(Object.keys(targets).length === 0 ? {} : { targets }),
    ...Object.fromEntries(work),
    ...(isWork ? {} : { steps: [{ id: 'done', type: 'manual', title: 'Nothing to do' }] }),
  };
}

/** Braces of the source are not a template. */
const literal = (text: string): string => text.replaceAll('{{', '\\{{');

const short = (text: string, most = 100): string => {
  const line = literal(text.replaceAll(/\s+/g, ' ').trim());
  return line === '' ? 'Untitled' : line.length <= most ? line : `${line.slice(0, most - 3)}...`;
};

/** camelCase of the first words; a number where it is taken. */
export function uniqueId(title: string, taken: Set<string>): string {
  const words =
    title
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.slice(0, 4) ?? [];
  const joined = words.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
  const base = /^[a-z]/.test(joined) ? joined.slice(0, 40) : `step${joined.slice(0, 36)}`;
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}${String(number)}`;
  taken.add(name);
  return name;
}
