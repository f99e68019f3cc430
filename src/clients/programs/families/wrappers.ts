/** Programs that run another command. It is judged by its own grammar; `xargs`, `watch`, `ssh` and shells give words that nobody here can see. */
import type { Family } from '../grammar.ts';

export const wrappers: Family = {
  env: { options: '-i -u= --ignore-environment --unset=', wraps: { after: 0, assignments: true }, bare: true },
  timeout: { options: '-k= -s= -v --kill-after= --signal= --preserve-status --foreground --verbose', wraps: { after: 1 } },
  nice: { options: '-n= --adjustment=', wraps: { after: 0 } },
  ionice: { options: '-c= -n= -t', wraps: { after: 0 } },
  stdbuf: { options: '-i= -o= -e= --input= --output= --error=', wraps: { after: 0 } },
  time: { options: '-p -v', wraps: { after: 0 } },
  sudo: { options: '-n -H -u= -g= --non-interactive --user= --group= --set-home', wraps: { after: 0 } },
};
