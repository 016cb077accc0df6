import { describe, expect, it } from "vitest";
import { compareVersions, isVersion, minorOf, parseVersion } from "./version.ts";

describe("versions", () => {
  it("are ordered by their numbers, never as strings", () => {
    expect(compareVersions("3.10.1", "3.9.12")).toBeGreaterThan(0);
    expect(compareVersions("4.0.7", "4.0.10")).toBeLessThan(0);
    expect(compareVersions("4.0", "4.0.0")).toBe(0);
  });

  it("are the same release whatever their build", () => {
    expect(compareVersions("4.0.7-70d1c24", "4.0.7-abcdef0")).toBe(0);
  });

  it("that are none are never ordered", () => {
    expect(compareVersions("main-70d1c24", "4.0.7")).toBeNull();
    expect(parseVersion("")).toBeNull();
  });

  it("match what was asked for: any build of a release, but no other build than the one that was named", () => {
    expect(isVersion("4.0.7-70d1c24", "4.0.7")).toBe(true);
    expect(isVersion("4.0.7-70d1c24", "4.0.7-70d1c24")).toBe(true);
    expect(isVersion("4.0.7-70d1c24", "4.0.7-abcdef0")).toBe(false);
    expect(isVersion("4.0.70", "4.0.7")).toBe(false);
    expect(isVersion("main-70d1c24", "main-70d1c24")).toBe(true);
  });

  it("belong to a release line", () => {
    expect(minorOf("4.0.7-70d1c24")).toBe("4.0");
    expect(minorOf("v3.5")).toBe("3.5");
    expect(minorOf("main")).toBeNull();
  });
});
