import type { CrashRuns, Matrix, Row } from "./crash-matrix.ts";

/** `docs/crash-matrix.md`, as it follows from what was played. */
export function crashDocument({ rows, troubles }: Matrix, runs: CrashRuns): string {
  const kills = rows.reduce((sum, { before, after }) => sum + before + after, 0);
  const workflows = [...new Set(rows.map(({ workflow }) => workflow))];
  return [
    "# The crash matrix",
    "",
    "_Written by `node scripts/crash-matrix.ts`; a test fails when it is not what is played today._",
    "",
    "In the simulator (see [simulator.md](simulator.md)) the console is killed at every point of every workflow: right before",
    "and right after each write to the journal, right before and right after each thing that is carried out in the cluster.",
    "A second console takes the journal over and goes on. Each time the run must end as it does when nobody is killed (the same",
    "verdict, the same end of every step, the same versions on disk and running), every script must have run exactly as often,",
    "nothing that was borrowed may be left, and none of the eleven rules may be broken on the way.",
    "",
    `**${kills} kills, ${troubles.length === 0 ? "all passed" : `${troubles.length} troubles`}.** ` +
      `Besides, ${runs.runs} runs whose consoles were killed ${runs.kills} times altogether, wherever it happened to be: ` +
      `**${runs.loansLeft} loans left behind**, ${runs.troubles.length} rules broken.`,
    ...workflows.flatMap((workflow) => table(workflow, rows, troubles)),
    "",
  ].join("\n");
}

function table(workflow: string, rows: readonly Row[], troubles: readonly string[]): readonly string[] {
  const mine = rows.filter((row) => row.workflow === workflow);
  const sum = mine.reduce((total, { before, after }) => total + before + after, 0);
  return [
    "",
    `## ${workflow} (${sum} kills)`,
    "",
    "| written, or carried out | killed before | killed after | passed |",
    "| --- | --: | --: | --- |",
    ...mine.map(({ what, before, after }) => {
      const failed = troubles.filter((one) => one.startsWith(`${workflow}, `) && one.includes(`(${what}):`)).length;
      return `| ${what} | ${before} | ${after} | ${failed === 0 ? "all" : `not all: ${failed}`} |`;
    }),
  ];
}
