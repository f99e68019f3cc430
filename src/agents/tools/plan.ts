/** Tools that make a plan without carrying it out: plan, check. */
import { planLines } from '../../paper/plan-lines.ts';
import type { Node, Plan } from '../../interpreter/core/model/plan.ts';
import { plannedOnPaper } from '../../paper/on-paper.ts';
import { previewOf } from '../../session/preview.ts';
import { effectLines } from '../../ui/model/effects.ts';
import { quotedData } from '../answer-text.ts';
import { planOptions, planParameters, prepareCall } from '../named-runbook.ts';
import { startRule } from '../policy.ts';
import type { Tool } from '../tool.ts';

export const planTool: Tool = {
  name: 'plan',
  description: 'What a run would do, and the hash that a request names. Connects to nothing. detail: every step.',
  parameters: { ...planParameters, detail: { type: 'boolean' } },
  reads: true,
  call: async (given, desk) => {
    const { plan: made, environment, registry, config } = await prepareCall(given, desk);
    const { id, title } = made.runbook;
    const rule = startRule(config, desk.actor, environment.name, id);
    const lines = [
      `${id} in ${environment.name}: ${title}`,
      `plan ${made.hash}`,
      ...Object.entries(made.inputs).map(([name, { json }]) => `input ${name} = ${JSON.stringify(json ?? null)}`),
      ...effectLines(made),
      ...questionLines(made),
      `start: ${rule.why}`,
    ];
    if (given['detail'] !== true) return lines.join('\n');
    const paper = await plannedOnPaper(made, registry, environment);
    return [...lines, '', ...planLines({ plan: made, environment, registry, paper }).slice(1)].join('\n');
  },
};

/** Who will be asked for what. */
function questionLines({ nodes }: Plan): readonly string[] {
  const asking = (who: string, wanted: (node: Node) => boolean): readonly string[] => {
    const names = nodes.filter(wanted).map(({ key }) => key);
    return names.length === 0 ? [] : [`${who}: ${names.join(', ')}`];
  };
  return [
    ...asking('asks a person', (node) => node.has.confirm || node.has.approve || node.has.offer || node.type === 'manual'),
    ...asking('asks you or a person', (node) => node.kind === 'ask' && node.type !== 'manual'),
  ];
}

export const checkTool: Tool = {
  name: 'check',
  description: 'Perform the reads of a runbook now and preview its writes. Changes nothing.',
  parameters: planParameters,
  reads: true,
  call: async (given, desk) => {
    const rows = await previewOf(await prepareCall(given, desk), planOptions(given, desk));
    const words = { v: 'holds', x: 'FAILS', '?': 'open' } as const;
    return rows.map(({ mark, id, says }) => `${id}: ${words[mark]}\n${quotedData(says)}`).join('\n');
  },
};
