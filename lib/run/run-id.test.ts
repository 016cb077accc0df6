import { describe, expect, it } from "vitest";
import { newRunId, runName, runNumber } from "./run-id.ts";

describe("a run's id", () => {
  it("tells its number and when it was started", () => {
    expect(newRunId("c1", 12, Number.parseInt("tabc12", 36) * 1000 + 999)).toBe("c1.12-tabc12");
  });

  it.each([
    ["c1.12-tabc12", 12, "c1.12"],
    ["c1.12", 12, "c1.12"],
    ["east-1.prod.3-0", 3, "east-1.prod.3"],
    ["c.5-abc.7", 7, "c.5-abc.7"],
    ["c.5-abc.7-t0", 7, "c.5-abc.7"],
  ])("is read with the time, and without it as it was written before: %s", (id, number, name) => {
    expect(runNumber(id)).toBe(number);
    expect(runName(id)).toBe(name);
  });

  it.each(["c1", "c1.", "c1.x", "c1.3-", "c1.3-A", "c1.3.x"])("is not %s", (id) => {
    expect(runNumber(id)).toBeNull();
    expect(runName(id)).toBe(id);
  });
});
