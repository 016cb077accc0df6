import { describe, expect, it } from "vitest";
import { wordsOf } from "./words.ts";

const service = { name: "gRPC", work: { one: "RPC", many: "RPCs" } };
const routerOf = (kind: "haproxy" | "nginx") =>
  kind === "haproxy"
    ? ({ kind, name: "front", servers: {}, socket: "/run/haproxy.sock" } as const)
    : ({ kind, name: "edge", servers: {}, file: "/a", binary: "/b", pidFile: "/c" } as const);

describe("who counts the requests of servers", () => {
  it("is their own, where they tell totals", () => {
    expect(wordsOf({ ...service, counters: "the servers" }, { routers: [] }).counters).toBe("the servers");
  });

  it("are their routers, where each of them counts; one that does not makes the sum unknown", () => {
    expect(wordsOf(service, { routers: [routerOf("haproxy")] }).counters).toBe("the routers");
    expect(wordsOf(service, { routers: [routerOf("haproxy"), routerOf("nginx")] }).counters).toBeNull();
  });

  it("is nobody without either, and the words of its work are its own", () => {
    expect(wordsOf(service, { routers: [] })).toMatchObject({ counters: null, work: { many: "RPCs" }, door: null });
  });

  it("names the witnesses that are not there: a group of their own, where nobody asks one, and routers", () => {
    expect(wordsOf(service, { routers: [] }).absent).toEqual(["controlPlane", "router"]);
    const members = async () => await Promise.resolve({ ok: false, why: "silent" } as const);
    expect(wordsOf({ ...service, members }, { routers: [routerOf("haproxy")] }).absent).toEqual([]);
  });
});
