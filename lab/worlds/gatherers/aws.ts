/** `aws ec2` and `aws rds` of this world, with the words and refusals of the real client. What it does not know it refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tool, ToolResult } from '../../tools/tool.ts';
import { printed, refused } from '../../tools/tool.ts';
import { ec2Operations } from './aws-ec2.ts';
import type { AwsError, Operation, Options, ReadFile } from './aws-operation.ts';
import { awsError } from './aws-operation.ts';
import { rdsOperations } from './aws-rds.ts';
import type { Instances } from './instances.ts';
import type { Rds } from './rds.ts';

const everywhere = ['region', 'profile', 'output'];

export function createAws(instances: Instances, rds: Rds): Tool {
  return async ({ argv, cwd }) => {
    const [service = '', name = '', ...rest] = wordsOf(argv);
    const operations: Readonly<Record<string, Operation>> = operationsOf(service, instances, rds, (text) =>
      readParameter(text, cwd),
    );
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined) return refused(`aws: error: argument operation: Invalid choice: ${service} ${name}`, 252);
    const options = optionsOf(rest);
    const unknown = Object.keys(options).find((one) => ![...everywhere, ...operation.options].includes(one));
    if (unknown !== undefined) return refused(`Unknown options: --${unknown}`, 252);
    const missing = operation.required?.find((one) => options[one] === undefined);
    if (missing !== undefined) return refused(`aws: error: the following arguments are required: --${missing}`, 252);
    return perform(operation, options, titleOf(name));
  };
}

function operationsOf(service: string, instances: Instances, rds: Rds, readFile: ReadFile): Readonly<Record<string, Operation>> {
  if (service === 'ec2') return ec2Operations(instances, readFile);
  if (service === 'rds') return rdsOperations(rds);
  const identity = { UserId: 'AIDAEXAMPLE', Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/oncall' };
  return service === 'sts' ? { 'get-caller-identity': { options: [], answer: () => identity } } : {};
}

async function perform({ answer }: Operation, options: Options, title: string): Promise<ToolResult> {
  try {
    return printed(JSON.stringify(await answer(options), null, 4));
  } catch (problem) {
    const { awsCode = 'InvalidParameterValue', message } = problem as Partial<AwsError> & Error;
    if (awsCode === 'ParamValidation') return refused(message, 252);
    return refused(`\nAn error occurred (${awsCode}) when calling the ${title} operation: ${message}`, 254);
  }
}

/** Global options may stand before the service. */
function wordsOf(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((word, index) => !word.startsWith('--') && argv[index - 1]?.startsWith('--') !== true);
  return at < 0 ? [] : [...argv.slice(at), ...argv.slice(0, at)];
}

function optionsOf(words: readonly string[]): Options {
  const options: Record<string, readonly string[]> = {};
  let last = '';
  for (const word of words) {
    const option = /^--([a-z0-9-]+)(?:=([\s\S]*))?$/.exec(word);
    if (option === null) options[last] = [...(options[last] ?? []), word];
    else {
      last = option[1] ?? '';
      options[last] = option[2] === undefined ? [] : [option[2]];
    }
  }
  return options;
}

function readParameter(parameter: string, cwd: string): string {
  if (!parameter.startsWith('file://')) return parameter;
  const path = parameter.slice('file://'.length);
  try {
    return readFileSync(join(cwd, path), 'utf8');
  } catch {
    const why = `Unable to load paramfile ${parameter}: [Errno 2] No such file or directory: '${path}'`;
    throw awsError('ParamValidation', `\nError parsing parameter '--user-data': ${why}`);
  }
}

const titleOf = (name: string): string =>
  name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase()).replace('Db', 'DB');
