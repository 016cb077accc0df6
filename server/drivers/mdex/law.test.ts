import { describe, expect, it } from "vitest";
import { secondsOf, whyNotSooner } from "./law.ts";

describe("the law of limits", () => {
  it("[S3-15] refuses a limit that is not sooner, with how long there is left", () => {
    expect(whyNotSooner(30_000, 10_000, 5000)).toBeNull();
    expect(whyNotSooner(30_000, 10_000, 20_000)).toContain("it ends within 20 s already");
    expect(whyNotSooner(30_000, 10_000, 30_000)).toContain("a limit can only come closer");
    expect(whyNotSooner(30_000, 40_000, 0)).toContain("within 0 s");
  });

  it("has nothing against a first limit", () => {
    expect(whyNotSooner(null, 10_000, 3_600_000)).toBeNull();
  });

  it("[S3-8] is told in whole seconds, and never in fewer than were asked for", () => {
    expect([0, 1, 999, 1000, 1001, 30_000].map(secondsOf)).toEqual([0, 1, 1, 1, 2, 30]);
  });
});
