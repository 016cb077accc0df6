import { describe, expect, it } from "vitest";
import type { Loan } from "#lib/run/loan.ts";
import type { RoutedServer, Router } from "#server/routers/router.ts";
import { giveBack, take } from "./loans.ts";

const { signal } = new AbortController();

const loan: Loan = {
  id: "run-1/isolate/app-1/front",
  runId: "run-1",
  purpose: "isolate",
  nodeId: "app-1",
  kind: "route",
  on: "front",
  key: JSON.stringify(["front", "web/app-1"]),
  before: "UP",
  value: "out",
  what: "app-1 out of front",
};

const row: RoutedServer = {
  route: "out",
  setOut: true,
  word: "DRAIN",
  healthy: true,
  sessions: 0,
  queued: 0,
  totals: null,
  remark: "",
  asOfMs: 0,
};

function routerOf(rows: Readonly<Record<string, RoutedServer>>, parts: Partial<Router> = {}): Router {
  return {
    name: "front",
    kind: "haproxy",
    read: async () => await Promise.resolve({ ok: true, value: new Map(Object.entries(rows)) }),
    takeOut: async () => await Promise.resolve({ outcome: "done", evidence: "out" }),
    letIn: async () => await Promise.resolve({ outcome: "done", evidence: "in, read back" }),
    commandLines: () => [],
    detectionMs: async () => await Promise.resolve({ ok: true, value: null }),
    findings: async () => await Promise.resolve([]),
    ...parts,
  };
}

describe("what a router lent", () => {
  it("stays owed while the router is not in the configuration any more: nobody can say that the node is in again", async () => {
    const gone = { routers: [] };
    expect(await giveBack(gone, loan, signal)).toEqual({
      outcome: "unknown",
      cause:
        "the configuration names no router front with the server web/app-1 any more; name it again under routers:, or let it in there by hand",
    });
    expect(await take(gone, [loan], signal)).toMatchObject({ outcome: "refused" });
  });

  it("stays owed while the router is silent", async () => {
    const silent = routerOf({}, { read: async () => await Promise.resolve({ ok: false, why: "front is silent" }) });
    expect(await giveBack({ routers: [silent] }, loan, signal)).toEqual({
      outcome: "unknown",
      cause: "front is silent",
    });
  });

  it("is returned when the router says so: it lets the node in, has it in already, or has no such server any more", async () => {
    const back = async (router: Router) => await giveBack({ routers: [router] }, loan, signal);
    expect(await back(routerOf({ "web/app-1": row }))).toEqual({ outcome: "returned", how: "in, read back" });
    const isIn = { ...row, route: "in", setOut: false, word: "UP" } as const;
    expect(await back(routerOf({ "web/app-1": isIn }))).toMatchObject({ outcome: "returned" });
    expect(await back(routerOf({ "web/app-2": row }))).toMatchObject({ outcome: "returned" });
  });
});
