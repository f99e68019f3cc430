/** The form of a tool: its parameters as data, from which both the schema that clients see and the check of a call follow. */
import type { Desk } from './desk.ts';
import { AgentRefusal } from './desk.ts';

export interface Parameter {
  readonly type: 'string' | 'integer' | 'boolean' | 'object';
  readonly description?: string;
  readonly required?: true;
  readonly choices?: readonly string[];
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Whether it changes nothing but what is known: what clients may call without asking their user. */
  readonly reads: boolean;
  /** The whole text; it is cut into pages by the server. */
  call(given: CallArguments, desk: Desk): Promise<string>;
}

export type CallArguments = Readonly<Record<string, unknown>>;

/** Of every tool. */
export const pageParameter: Parameter = { type: 'integer', description: 'page of a long answer' };

export const inputSchemaOf = ({ parameters }: Tool): object => {
  const all = { ...parameters, page: pageParameter };
  const required = Object.entries(all).flatMap(([name, one]) => (one.required === true ? [name] : []));
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(all).map(([name, { type, description, choices }]) => [
        name,
        { type, ...(description === undefined ? {} : { description }), ...(choices === undefined ? {} : { enum: choices }) },
      ]),
    ),
    ...(required.length === 0 ? {} : { required }),
  };
};

/** Throws AgentRefusal for what is missing, unknown or of another type. Choices are the tool's to refuse: it knows why. */
export function checkCall(tool: Tool, given: CallArguments): void {
  const all: Tool['parameters'] = { ...tool.parameters, page: pageParameter };
  for (const name of Object.keys(given))
    if (!Object.hasOwn(all, name))
      throw new AgentRefusal(`${tool.name} has no parameter "${name}"; it takes ${Object.keys(all).join(', ')}`);
  for (const [name, { type, required }] of Object.entries(all)) {
    const value = given[name];
    if (value === undefined && required === true) throw new AgentRefusal(`${tool.name} needs the parameter "${name}"`);
    if (value !== undefined && !isOf(type, value)) throw new AgentRefusal(`the parameter "${name}" must be of type ${type}`);
  }
}

function isOf(type: Parameter['type'], value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

export const givenText = (given: CallArguments, name: string): string | undefined =>
  typeof given[name] === 'string' ? given[name] : undefined;

/** Of a required parameter. */
export const requiredText = (given: CallArguments, name: string): string => givenText(given, name) ?? '';

export const givenNumber = (given: CallArguments, name: string): number | undefined =>
  typeof given[name] === 'number' ? given[name] : undefined;
