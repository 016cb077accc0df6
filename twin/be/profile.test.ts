import { describe, expect, it } from "vitest";
import { backendProfile } from "./profile.ts";

describe("what a backend of a version does", () => {
  it.each([
    ["3.3.14-abc", false, 0, false],
    ["3.4.0-abc", true, 0, false],
    ["3.4.2-abc", true, 2, false],
    ["3.4.5-abc", true, 2, true],
    ["3.5.0-abc", true, 2, false],
    ["3.5.7-70d1c24", true, 2, true],
    ["4.0.7-70d1c24", true, 2, true],
  ] as const)("[S0-18] %s: SHUTDOWN %s, waits %s x 10 s, can wait for the FE %s", (version, shutdown, loop, waits) => {
    expect(backendProfile(version)).toMatchObject({
      answersShutdown: shutdown,
      loopCountDefault: loop,
      waitsForFrontend: waits,
      refusesNewLoads: waits,
    });
  });
});
