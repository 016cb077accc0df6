import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { crashDocument } from "./crash-document.ts";
import { CRASH_RUNS, crashMatrix, crashRuns, type CrashRuns, type Matrix } from "./crash-matrix.ts";
import { playScript } from "./script.ts";
import { WORKFLOWS } from "./workflows.ts";

const DOCUMENT = new URL("../../docs/crash-matrix.md", import.meta.url);

/** However its tables are drawn. */
function words(text: string): string {
  return text
    .replaceAll(/-{2,}:?/g, "--")
    .replaceAll(/\s+/g, " ")
    .trim();
}

describe("a console that is killed", () => {
  let matrix: Matrix | null = null;
  let runs: CrashRuns | null = null;

  it("[R11] at every write and every act of every workflow leaves a run that ends as if nothing had been", async () => {
    matrix = await crashMatrix();
    expect(matrix.troubles).toEqual([]);
    expect(new Set(matrix.rows.map(({ workflow }) => workflow)).size).toBe(Object.keys(WORKFLOWS).length);
  });

  it("[R8] again and again, wherever it happens to be, leaves no loan behind", async () => {
    runs = await crashRuns(CRASH_RUNS);
    process.stdout.write(`crash-injected runs: ${runs.runs}, kills: ${runs.kills}, loans left: ${runs.loansLeft}\n`);
    expect(runs.troubles).toEqual([]);
    expect(runs.loansLeft).toBe(0);
    expect(runs.kills).toBeGreaterThan(runs.runs);
  });

  it("is what docs/crash-matrix.md tells; if not: node scripts/crash-matrix.ts", () => {
    if (matrix === null || runs === null) throw new Error("nothing was played");
    expect(words(readFileSync(DOCUMENT, "utf8"))).toBe(words(crashDocument(matrix, runs)));
  });

  it("has done in each workflow what that is for", async () => {
    const results: string[] = [];
    for (const [name, script] of Object.entries(WORKFLOWS)) {
      const { result } = await playScript(script);
      results.push(`${name}: ${result.filter((line) => line.startsWith("c1.") && !line.includes(" x ")).join("; ")}`);
    }
    expect(results).toEqual([
      "upgrade: c1.1 upgrade finished: be-1 verified, fe-3 verified",
      "two at once: c1.1 upgrade finished: cn-1 verified, cn-2 verified",
      "downgrade: c1.1 downgrade finished: be-1 verified, fe-3 verified",
      "restart: c1.1 restart finished: be-1 verified, fe-3 verified",
      "drain: c1.1 drain finished: be-1 putBack",
      "stop: c1.1 stop finished: be-1 verified",
      "roll back: c1.1 upgrade finished: be-1 verified; c1.2 downgrade finished: be-1 verified",
      "abort, before the signal: c1.1 upgrade aborted: be-1 aborted, fe-3 aborted",
      "abort, after the signal: c1.1 upgrade aborted: be-1 aborted, fe-3 aborted",
    ]);
  });
});
