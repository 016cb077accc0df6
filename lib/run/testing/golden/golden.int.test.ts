import { readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { recordedRunEvent } from "../../../wire/journal.ts";
import { allowedActs } from "../../accept-request.ts";
import type { Recorded, RunEvent } from "../../event.ts";
import { evolve } from "../../evolve/evolve.ts";
import { outstanding } from "../../outstanding.ts";
import type { Run } from "../../state.ts";
import { wanted } from "../../wanted.ts";
import { endOf } from "./end-of.ts";

/** Journals as consoles have written them: `a` before policies could change, `b` since then. Never recorded anew. */
const FOLDER = new URL("./", import.meta.url);
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".jsonl"))
  .map((name) => name.slice(0, -".jsonl".length));

function read(name: string): readonly Recorded<RunEvent>[] {
  const lines = readFileSync(new URL(`${name}.jsonl`, FOLDER), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => recordedRunEvent.parse(JSON.parse(line)));
}

describe("a journal that an earlier console wrote", () => {
  it("is kept for every workflow, in every form that journals had", () => {
    const workflows = ["upgrade", "downgrade", "restart", "drain", "stop", "abort", "holds"];
    for (const form of ["a", "b"]) {
      const kept = NAMES.filter((name) => name.startsWith(`${form}-`));
      for (const workflow of workflows) expect(kept.some((name) => name.startsWith(`${form}-${workflow}`))).toBe(true);
    }
  });

  for (const name of NAMES) {
    it(`is read, and its run ends where it ended: ${name}`, () => {
      const end: unknown = JSON.parse(readFileSync(new URL(`${name}.end.json`, FOLDER), "utf8"));
      let run: Run | null = null;
      for (const recorded of read(name)) {
        run = evolve(run, recorded);
        if (run === null) continue;
        // A console may take over after any entry: what it asks of the run then has an answer.
        for (const { plan } of run.steps) allowedActs(run, plan.nodeId, recorded.atMs);
        wanted(run);
        outstanding(run);
      }
      expect(run === null ? null : endOf(run)).toEqual(end);
    });

    it(`is small: ${name}`, () => {
      expect(statSync(new URL(`${name}.jsonl`, FOLDER)).size).toBeLessThan(60_000);
    });
  }
});
