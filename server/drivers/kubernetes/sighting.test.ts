import { describe, expect, it } from "vitest";
import { z } from "zod";
import { pod, type Pod } from "./resources.ts";
import { sightingOf } from "./sighting.ts";
import { nodeOf, POD_EVENTS } from "./testing/recorded.ts";

const event = z.object({ type: z.string(), object: z.unknown() });
const NOW = 1_000_000;

/** As the watch told them of be-2, in their order. */
function states(): readonly Pod[] {
  return POD_EVENTS.flatMap((one) => {
    const { type, object } = event.parse(one);
    const found = type === "BOOKMARK" ? null : pod.safeParse(object);
    return found?.success === true && found.data.metadata.name === "be-2" ? [found.data] : [];
  });
}

const seen = (of: Pod | null): ReturnType<typeof sightingOf> =>
  sightingOf({ ...nodeOf("be-2"), pod: of }, "controlPlane", NOW);

describe("a pod as it is seen", () => {
  it("is up, accepts work and is in its Service while it is Ready", () => {
    const sighting = sightingOf(nodeOf("be-0"), "controlPlane", NOW);
    expect(sighting.process).toMatchObject([{ value: "up", witness: "controlPlane", asOfMs: NOW }]);
    expect(sighting.admission).toMatchObject([{ value: "accepting" }]);
    expect(sighting.version?.value).toBe("1.0.0");
    expect(sighting.word).toBe("Ready");
  });

  it("is exiting from its deletionTimestamp on, and another uid is another identity under the same name", () => {
    const told = states().map((one) => seen(one));
    const words = told.map(({ process }) => process[0]?.value);
    // The eviction is noted on the object before its deletionTimestamp is.
    expect(words.slice(0, 5)).toEqual(["up", "exiting", "exiting", "exiting", "exiting"]);
    expect(words.at(-1)).toBe("up");
    expect(new Set(told.map(({ identity }) => identity?.value)).size).toBe(2);
  });

  it("is gone while there is no pod of its name, and while no container of it has begun", () => {
    expect(seen(null)).toMatchObject({ process: [{ value: "gone" }], identity: null, word: "absent" });
    const pending = states().find(({ status }) => status.phase === "Pending");
    expect(seen(pending ?? null)).toMatchObject({ process: [{ value: "gone" }], admission: [] });
  });

  it("[S4-7] is out of its Service by the endpoint of its uid: one that was made anew is absent until it is listed", () => {
    const node = nodeOf("be-0");
    expect(sightingOf(node, "controlPlane", NOW).routing).toMatchObject([{ router: "be", state: "in", kind: "ready" }]);
    const other = node.pod === null ? null : { ...node.pod, metadata: { ...node.pod.metadata, uid: "another" } };
    expect(sightingOf({ ...node, pod: other }, "controlPlane", NOW).routing).toMatchObject([
      { router: "be", state: "out", kind: "absent" },
    ]);
  });

  it("tells a shut gate by name", () => {
    const anew = states().at(-1) ?? null;
    expect(seen(anew)).toMatchObject({
      word: "NotReady",
      remark: "its readiness gate sluice.dev/in-service is not True",
    });
  });
});
