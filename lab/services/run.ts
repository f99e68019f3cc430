/** How each service of a world begins and ends. */

/** Runs it until SIGTERM; what it cannot start without ends the process with a line for its log. */
export function run(service: () => Promise<void>): void {
  process.once('SIGTERM', () => process.exit(0));
  service().catch((problem: unknown) => {
    process.stderr.write(`fatal: ${problem instanceof Error ? problem.message : String(problem)}\n`);
    process.exit(1);
  });
}
