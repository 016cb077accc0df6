import { describe, expect, it } from "vitest";
import { checksOf, type Looked } from "./checks.ts";

const looked: Looked = {
  nodeId: "shop-1",
  health: { is: "told", of: [{ service: "", status: "SERVING" }] },
  counts: { is: "told", inFlight: 2, started: 9, failed: 0, hasChecks: true, startedAtMs: null, by: "channelz" },
  routers: [],
};

function verdicts(clients: "byGoaway" | "healthChecked" | "behindRouter", change: Partial<Looked>): readonly string[] {
  return checksOf(clients, { ...looked, ...change }).map(({ id, verdict }) => `${id} ${verdict}`);
}

describe("the preflight of a gRPC server", () => {
  it("passes where health answers, calls are counted and clients obey", () => {
    expect(verdicts("byGoaway", {})).toEqual(["grpc-health pass", "grpc-clients pass", "grpc-count pass"]);
  });

  it("wants a reason where clients rely on a router and none stands before the node", () => {
    expect(verdicts("behindRouter", {})).toContain("grpc-clients fail");
    expect(verdicts("behindRouter", { routers: ["edge"] })).toContain("grpc-clients pass");
  });

  it("wants a reason for a server without health, and for a service that it does not know", () => {
    expect(verdicts("byGoaway", { health: { is: "untold" } })).toContain("grpc-health fail");
    const unknown = { is: "told", of: [{ service: "shop.Cart", status: "NOT_FOUND" }] } as const;
    expect(verdicts("byGoaway", { health: unknown })).toContain("grpc-health fail");
  });

  it("notes that calls cannot be counted, with what would help, and stops nothing for it", () => {
    const check = checksOf("byGoaway", { ...looked, counts: null }).find(({ id }) => id === "grpc-count");
    expect(check).toMatchObject({
      severity: "note",
      verdict: "unknown",
      remedy: expect.stringMatching(/admin.*metrics/),
    });
  });
});
