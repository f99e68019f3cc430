// Results of rehearsals as one table for people: a row for each world, and under it what each lost step came to.

const proven = ({ verdict }) => verdict === 'noticed';

/** Share of losses that something noticed; none were tried in a runbook that changes nothing. */
function score({ losses, variations = [] }) {
  const mutants = [...losses, ...variations];
  if (mutants.length === 0) return '-';
  return `${Math.floor((mutants.filter(proven).length * 100) / mutants.length)} %`;
}

function rowsOf(result) {
  const { runbook, worlds, losses } = result;
  return worlds.map(({ world, outcome, seconds, problems }, index) => {
    const lost = losses.filter((loss) => loss.world === world);
    const all = seconds + lost.reduce((sum, loss) => sum + loss.seconds, 0);
    const unproven = lost
      .filter((loss) => !proven(loss))
      .map(
        ({ step, role, verdict, accepted }) =>
          `${role} ${step}: ${verdict === 'unreached' ? 'not tried' : (accepted ?? 'not noticed')}`,
      );
    const told = [...problems, ...(unproven.length === 0 ? [] : [`unproven: ${unproven.join('; ')}`])];
    const noticed = lost.length === 0 ? '' : `${lost.filter(proven).length} of ${lost.length}`;
    return [
      index === 0 ? runbook : '',
      world,
      outcome,
      all.toFixed(1),
      noticed,
      index === 0 ? score(result) : '',
      told.join(' | ') || 'ok',
    ];
  });
}

const head = ['runbook', 'world', 'outcome', 'seconds', 'losses noticed', 'score', ''];

export function table(results) {
  const rows = [head, ...results.flatMap(rowsOf)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
