import { describe, expect, it } from "vitest";
import { Blacklist } from "./blacklist.ts";

function list(): { blacklist: Blacklist; told: string[] } {
  const told: string[] = [];
  return { blacklist: new Blacklist((id, act, kind) => told.push(`${act} ${id} ${kind}`)), told };
}

describe("a blacklist", () => {
  it("makes an AUTO entry MANUAL when a person adds it, and keeps its failures", () => {
    const { blacklist } = list();
    blacklist.addAuto(1, 1000);
    blacklist.addManual(1, 2000);
    expect(blacklist.entries(3000)).toMatchObject([{ id: 1, kind: "MANUAL", sinceMs: 2000, failures: 1 }]);
  });

  it("keeps a MANUAL entry MANUAL when connections to it fail", () => {
    const { blacklist } = list();
    blacklist.addManual(1, 1000);
    blacklist.addAuto(1, 2000);
    expect(blacklist.entries(3000)).toMatchObject([{ kind: "MANUAL", failures: 1 }]);
  });

  it("removes an entry whole, whoever made it, and none twice", () => {
    const { blacklist, told } = list();
    blacklist.addAuto(1, 1000);
    blacklist.delete(1);
    blacklist.delete(1);
    expect(blacklist.has(1)).toBe(false);
    expect(told).toEqual(["add 1 AUTO", "delete 1 AUTO"]);
  });

  it("lets only AUTO entries that failed seldom be tried again", () => {
    const { blacklist } = list();
    blacklist.addManual(1, 0);
    blacklist.addAuto(2, 0);
    for (let at = 0; at < 5; at += 1) blacklist.addAuto(3, at);
    expect(blacklist.candidates(1000, 5)).toEqual([2]);
    expect(blacklist.candidates(200_000, 5)).toEqual([2, 3]);
  });
});
