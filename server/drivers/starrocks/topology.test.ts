import { expect, it } from "vitest";
import { aConfig, recordedNode, recordedNodes } from "./testing/nodes.ts";
import { clusterNodeOf, identityOf, ranksOf, startOfIdentity } from "./topology.ts";

it("a node is named as configured, and by its address otherwise", () => {
  expect(recordedNodes().map(({ id }) => id)).toEqual([
    "be-01",
    "192.0.2.12:9050",
    "192.0.2.13:9050",
    "192.0.2.14:9050",
    "192.0.2.21:9050",
    "192.0.2.22:9050",
    "192.0.2.3:9010",
    "192.0.2.2:9010",
    "192.0.2.1:9010",
  ]);
});

it("its own exit limit goes before that of its role", () => {
  const limits = recordedNodes().map(({ exitLimitMs }) => exitLimitMs / 1000);
  expect(limits).toEqual([120, 600, 600, 600, 600, 600, 90, 90, 90]);
});

it("backends go first, compute nodes next, the leader last; a downgrade begins with the followers", () => {
  const by = (key: "upgrade" | "downgrade") =>
    [...recordedNodes()]
      .sort((a, b) => ranksOf(a)[key] - ranksOf(b)[key])
      .map((node) => node.leadership ?? node.role)
      .filter((word, index, words) => word !== words[index - 1]);
  expect(by("upgrade")).toEqual(["be", "cn", "follower", "leader"]);
  expect(by("downgrade")).toEqual(["follower", "leader", "be", "cn"]);
});

it("what is dead already goes before its equals, and a dead backend before everything", () => {
  const backend = recordedNode("192.0.2.12:9050");
  const follower = recordedNode("192.0.2.3:9010");
  expect(ranksOf({ ...backend, alive: false }).upgrade).toBeLessThan(ranksOf(backend).upgrade);
  expect(ranksOf({ ...follower, alive: false }).upgrade).toBeLessThan(ranksOf(follower).upgrade);
  expect(ranksOf({ ...follower, alive: false }).upgrade).toBeGreaterThan(ranksOf(backend).upgrade);
});

it("nodes of another warehouse are another pool", () => {
  const node = recordedNode("192.0.2.21:9050");
  expect(clusterNodeOf(node).pool).toBe("cn");
});

it("an identity is new at every start and tells when that was", () => {
  const node = recordedNode("192.0.2.11:9050");
  const identity = identityOf(node);
  expect(identity).toBe("192.0.2.11:9050 since 2026-11-21T07:16:20.000Z");
  expect(startOfIdentity(identity ?? "")).toBe(node.startedAtMs);
  expect(identityOf({ ...node, startedAtMs: null })).toBeNull();
  expect(startOfIdentity("pid 7")).toBeNull();
});

it("an FE whose query port was not heard yet is asked where the configuration says", () => {
  expect(recordedNodes(aConfig({ frontends: ["192.0.2.1:9033"] })).at(-1)?.queryPort).toBe(9030);
});
