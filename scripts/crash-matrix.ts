/** Plays the crash matrix and writes `docs/crash-matrix.md`; exits with 1 when anything did not come out as it should. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { crashDocument } from "#server/sim/crash-document.ts";
import { CRASH_RUNS, crashMatrix, crashRuns } from "#server/sim/crash-matrix.ts";
import { ROOT } from "./processes.ts";

const matrix = await crashMatrix();
const runs = await crashRuns(CRASH_RUNS);
const text = await format(crashDocument(matrix, runs), { parser: "markdown", printWidth: 120 });
writeFileSync(join(ROOT, "docs/crash-matrix.md"), text);
const troubles = [...matrix.troubles, ...runs.troubles];
for (const trouble of troubles) process.stdout.write(`${trouble}\n`);
process.exitCode = troubles.length === 0 ? 0 : 1;
