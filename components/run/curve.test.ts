import { describe, expect, it } from "vitest";
import { aRun } from "#lib/run/testing/scenes.ts";
import { curveOf } from "./curve.ts";

describe("the limit beside a node's curve", () => {
  it("bounds the drain, then the exit, and nothing once the node is gone before it", () => {
    const console = aRun({ step: { drainLimitMs: 600_000, exitLimitMs: 600_000 } });
    const limit = (): string | undefined => curveOf(console.run, console.step("be-1"))?.limit?.name;
    console.reach("be-1", "drain");
    expect(limit()).toBe("drain limit");
    console.reach("be-1", "exit");
    expect(limit()).toBe("exit limit");
    console.reach("be-1", "upgrade");
    expect(limit()).toBeUndefined();
  });
});
