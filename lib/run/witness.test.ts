import { describe, expect, it } from "vitest";
import { allSayGone, type Testimony } from "./witness.ts";

const says = (what: Testimony["says"]): Testimony => ({ witness: "controlPlane", says: what, said: "" });

describe("gone by every witness", () => {
  it("[R2] takes all of them, and at least one", () => {
    expect(allSayGone([says("gone"), says("gone")])).toBe(true);
    expect(allSayGone([])).toBe(false);
    for (const other of ["exiting", "up", "old", "silent"] as const) {
      expect(allSayGone([says("gone"), says(other)]), other).toBe(false);
    }
  });
});
