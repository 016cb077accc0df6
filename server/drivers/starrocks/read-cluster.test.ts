import { expect, it } from "vitest";
import { z } from "zod";
import hung from "#twin/recordings/timeline-be-hung.json" with { type: "json" };
import killed from "#twin/recordings/timeline-be-killed.json" with { type: "json" };
import withWork from "#twin/recordings/timeline-be-graceful-with-work.json" with { type: "json" };
import follower from "#twin/recordings/timeline-fe-follower-graceful.json" with { type: "json" };
import { sightingOf } from "./read-cluster.ts";
import { recordedNode } from "./testing/nodes.ts";
import type { StarRocksNode } from "./topology.ts";

const timeline = z.array(
  z.object({
    what: z.string(),
    asked: z.string().optional(),
    changed: z.record(z.string(), z.record(z.string(), z.string().nullable())).optional(),
  }),
);

/** What the control plane was seen to say of a node, one word a change. */
function story(recording: unknown, statement: string, address: string, asked: string): readonly string[] {
  let node: StarRocksNode = recordedNode(address);
  const words: string[] = [];
  for (const entry of timeline.parse(recording)) {
    const change = entry.what === statement && entry.asked === asked ? entry.changed?.[node.host] : undefined;
    if (change === undefined) continue;
    node = {
      ...node,
      alive: change["Alive"] === undefined ? node.alive : change["Alive"] === "true",
      statusCode: change["StatusCode"] === undefined ? node.statusCode : change["StatusCode"],
      errorMessage: change["ErrMsg"] ?? node.errorMessage,
    };
    const { process, admission } = sightingOf(node, 0);
    words.push(`${process.map(({ value }) => value).join()} ${admission.map(({ value }) => value).join()}`);
  }
  return words.filter((word, index) => word !== words[index - 1]);
}

it("[S0-14] a backend that leaves with work is exiting and refuses, then gone", () => {
  expect(story(withWork, "SHOW BACKENDS", "192.0.2.12:9050", "192.0.2.1")).toEqual([
    "up accepting",
    "exiting refusing",
    "gone refusing",
  ]);
});

it("a backend that was killed, and one that hangs, are up by hearsay until they are gone", () => {
  expect(story(killed, "SHOW BACKENDS", "192.0.2.14:9050", "192.0.2.1")).toEqual(["up accepting", "gone refusing"]);
  expect(story(hung, "SHOW BACKENDS", "192.0.2.13:9050", "192.0.2.1")[0]).toBe("up accepting");
});

it("a follower that leaves gracefully is up until the leader misses it", () => {
  expect(story(follower, "SHOW FRONTENDS", "192.0.2.3:9010", "192.0.2.1")).toEqual(["up accepting", "gone refusing"]);
});

it("what was never heard of is neither gone nor up", () => {
  const node = { ...recordedNode("192.0.2.12:9050"), alive: false, statusCode: "CONNECTING", lastHeartbeatMs: null };
  expect(sightingOf(node, 5)).toMatchObject({ process: [], admission: [], word: "CONNECTING" });
});

it("an FE that answers not ready is there, and takes nothing", () => {
  const node = { ...recordedNode("192.0.2.3:9010"), alive: false, errorMessage: "not ready" };
  expect(sightingOf(node, 5)).toMatchObject({ process: [{ value: "up" }], admission: [{ value: "refusing" }] });
});

it("before 3.4.0 a backend says in its error that it leaves", () => {
  const node = {
    ...recordedNode("192.0.2.12:9050"),
    statusCode: null,
    alive: false,
    errorMessage: "BE is shutting down",
  };
  expect(sightingOf(node, 5).process).toMatchObject([{ value: "exiting" }]);
});

it("what the leader repeats is as old as its last heartbeat", () => {
  const node = recordedNode("192.0.2.11:9050");
  const sighting = sightingOf(node, node.lastHeartbeatMs === null ? 0 : node.lastHeartbeatMs + 4000);
  expect(sighting.process[0]).toMatchObject({
    asOfMs: node.lastHeartbeatMs,
    seenAtMs: (node.lastHeartbeatMs ?? 0) + 4000,
  });
});
