import { describe, expect, it } from "vitest";
import { nodeView } from "#components/testing/cluster.ts";
import { witnessColumns } from "./witnesses.ts";

describe("the witnesses of a node", () => {
  it("stand side by side, each with what it said and when, the silent ones with nothing", () => {
    const { observation } = nodeView("be-02", { isolated: true });
    const columns = witnessColumns(observation);
    expect(
      columns.map(({ title, statements }) => [title, statements.map(({ about, says }) => `${about} ${says}`)]),
    ).toEqual([
      ["Control plane", ["process up", "new work accepting", "started 2026-03-01 00:00:00", "version 4.0.7-70d1c24"]],
      ["The node itself", []],
      ["Its process", []],
      ["Its routers", ["fe-01 sends no work (MANUAL)"]],
    ]);
  });

  it("date a node that is gone by when that was told, for its row stands still", () => {
    const { observation } = nodeView("be-02", { process: "gone" });
    const [fact] = observation.process;
    const old = { ...observation, process: fact === undefined ? [] : [{ ...fact, asOfMs: 1, seenAtMs: 99 }] };
    expect(witnessColumns(old)[0]?.statements[0]?.atMs).toBe(99);
  });
});
