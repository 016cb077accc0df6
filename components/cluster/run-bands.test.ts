import { expect, it } from "vitest";
import type { RunSummary } from "#lib/wire/views.ts";
import { runBands } from "./run-bands.ts";

const run = (id: string, startedAtMs: number, endedAtMs: number | null): RunSummary => ({
  id,
  clusterId: "prod",
  kind: "upgrade",
  targetVersion: "4.0.8",
  nodeIds: ["be-01"],
  startedAtMs,
  startedBy: { kind: "person", id: "ann", via: "browser" },
  endedAtMs,
  fromVersions: ["4.0.7"],
  verdict: null,
  reason: "",
});

it("runs are bands as far as the window reaches, and one that is under way lasts till now", () => {
  const runs = [run("prod.3", 900, null), run("prod.2", 100, 300), run("prod.1", 0, 50)];
  expect(runBands(runs, 200, 2000, 1500)).toEqual([
    { fromMs: 900, toMs: 1500, label: "run prod.3", kind: "run" },
    { fromMs: 200, toMs: 300, label: "run prod.2", kind: "run" },
  ]);
});
