import { describe, expect, it } from "vitest";
import type { Fact, ProcessState } from "#lib/cluster/observation.ts";
import { NOW_MS, nodeView } from "#components/testing/cluster.ts";
import { witnessColumns } from "./witnesses.ts";

describe("the witnesses of a node", () => {
  it("stand side by side, each with what it said and when, the silent ones with nothing", () => {
    const { observation } = nodeView("be-02", { isolated: true });
    const told = witnessColumns(observation).map(({ title, statements }) => [
      title,
      statements.map(
        ({ facts, said }) => `${facts.map(({ about, says }) => `${about} ${says}`).join(", ")} by ${said}`,
      ),
    ]);
    expect(told).toEqual([
      [
        "Control plane",
        [
          "process up by SHOW BACKENDS",
          "new work accepting by GET /api/health",
          "identity 2026-03-01 00:00:00 by LastStartTime",
          "version 4.0.7-70d1c24 by Version",
        ],
      ],
      ["The node itself", []],
      ["Its process", []],
      ["Its routers", ["fe-01 sends no work (MANUAL) by "]],
    ]);
  });

  it("say in one breath what was said with the same words at the same moment", () => {
    const { observation } = nodeView("be-02");
    const said = "SHOW BACKENDS: StatusCode=OK";
    const same = <T>(value: T): Fact<T> => ({ value, witness: "controlPlane", asOfMs: NOW_MS, seenAtMs: NOW_MS, said });
    const up: ProcessState = "up";
    const one = { ...observation, process: [same(up)], admission: [], identity: same("a"), version: same("4.0.7") };
    expect(witnessColumns(one)[0]?.statements).toEqual([
      {
        facts: [
          { about: "process", says: "up" },
          { about: "identity", says: "a" },
          { about: "version", says: "4.0.7" },
        ],
        said,
        atMs: NOW_MS,
      },
    ]);
  });

  it("date a node that is gone by when that was told, for its row stands still", () => {
    const { observation } = nodeView("be-02", { process: "gone" });
    const [fact] = observation.process;
    const old = { ...observation, process: fact === undefined ? [] : [{ ...fact, asOfMs: 1, seenAtMs: 99 }] };
    expect(witnessColumns(old)[0]?.statements[0]?.atMs).toBe(99);
  });
});
