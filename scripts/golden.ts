/**
 * `node scripts/golden.ts --as b --seed S`: records the journals of every workflow under `lib/run/testing/golden`, once
 * for each form that journals had; what was recorded before is never written again.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { Run } from "#lib/run/state.ts";
import { endOf } from "#lib/run/testing/golden/end-of.ts";
import { recordedRunEvent } from "#lib/wire/journal.ts";
import { goldenJournals } from "#server/sim/golden.ts";
import { ROOT } from "./processes.ts";

const { values } = parseArgs({ options: { as: { type: "string" }, seed: { type: "string", default: "1" } } });
if (values.as === undefined) throw new Error("Say which form it is: --as c");
for (const { name, journal } of await goldenJournals(Number(values.seed))) {
  const path = join(ROOT, "lib/run/testing/golden", `${values.as}-${name}`);
  if (existsSync(`${path}.jsonl`)) {
    process.stdout.write(`${name} is kept already\n`);
    continue;
  }
  let run: Run | null = null;
  for (const recorded of journal) run = evolve(run, recordedRunEvent.parse(recorded));
  if (run === null) throw new Error(`${name} has no run`);
  writeFileSync(`${path}.jsonl`, `${journal.map((recorded) => JSON.stringify(recorded)).join("\n")}\n`);
  writeFileSync(`${path}.end.json`, `${JSON.stringify(endOf(run), null, 2)}\n`);
  process.stdout.write(`${name}: ${journal.length} entries\n`);
}
