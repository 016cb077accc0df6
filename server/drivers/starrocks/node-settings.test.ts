import { describe, expect, it } from "vitest";
import { backendSettings } from "./node-settings.ts";

const LOOPS = "loop_count_wait_fragments_finish";
const TOLD = "graceful_exit_wait_for_frontend_heartbeat";
const node = { role: "be", version: "4.0.7-70d1c24", exitLimitMs: 600_000 } as const;
const meaning = (version: string, found: readonly (readonly [string, string])[]): Record<string, string> =>
  Object.fromEntries(
    backendSettings({ ...node, version }, new Map(found), "http://be-01:8040/varz").map(({ name, value, means }) => [
      name,
      `${value ?? "none"}: ${means}`,
    ]),
  );

describe("the settings of a backend's exit", () => {
  it("[S0-16] [S0-18] are told in seconds, with what a run borrows", () => {
    const told = meaning("4.0.7", [
      [LOOPS, "2"],
      [TOLD, "false"],
    ]);
    expect(told[LOOPS]).toBe("2: it waits 20 s for its work when it leaves; a run borrows 56, 560 s");
    expect(told[TOLD]).toBe("false: it may end before an FE was told; a run borrows true");
    expect(told["stop_be.sh --timeout"]).toBe("600: then kill -9, unless the plan says otherwise");
  });

  it("[S0-18] that a version does not have are none, and what that means is said", () => {
    const told = meaning("3.3.0", [[LOOPS, "0"]]);
    expect(told[LOOPS]).toContain("this version reads it at its start only");
    expect(told[TOLD]).toBe("none: it cannot wait until an FE was told (comes with 3.4.5 and 3.5.1)");
  });
});
