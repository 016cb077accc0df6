import { describe, expect, it } from "vitest";
import { faultsOf, isCut, outside, type Active } from "./fault.ts";

const hosts = { "fe-01": "127.0.9.1", "be-01": "127.0.9.11", load: "127.0.9.251" };
const active: Active = {
  hosts,
  faults: {
    a: { kind: "cut", between: ["be-01", "fe-01"] },
    b: { kind: "cut", between: [outside, "be-01"] },
    c: { kind: "clock", node: "be-01", offMs: 60_000 },
  },
};

describe("a cut", () => {
  it("holds both ways between its two parties, and for nobody else", () => {
    expect([isCut(active, hosts["fe-01"], hosts["be-01"]), isCut(active, hosts["be-01"], hosts["fe-01"])]).toEqual([
      true,
      true,
    ]);
    expect(isCut(active, hosts["fe-01"], "127.0.0.1")).toBe(false);
  });

  it("of the outside is one of every address that is no party's, and not of the load's", () => {
    expect(isCut(active, hosts["be-01"], "127.0.0.1")).toBe(true);
    expect(isCut(active, hosts["be-01"], hosts.load)).toBe(false);
  });
});

describe("a node's faults", () => {
  it("are found by kind, and are nobody else's", () => {
    expect(faultsOf(active, "be-01", "clock").map((fault) => fault.offMs)).toEqual([60_000]);
    expect(faultsOf(active, "fe-01", "clock")).toEqual([]);
    expect(faultsOf(active, "be-01", "slow")).toEqual([]);
  });
});
