import { describe, expect, it } from "vitest";
import type { Observation } from "#lib/cluster/observation.ts";
import { anObservation, aStory, type Story } from "./testing/story.ts";
import { testimoniesOf } from "./witnesses.ts";

/** The host knows of the end first; the control plane still repeats what it heard. */
function seen(nowMs: number): Observation {
  return anObservation({
    process: [
      { witness: "controlPlane", value: "exiting", asOfMs: nowMs - 3000, seenAtMs: nowMs, said: "SHUTDOWN" },
      { witness: "process", value: "gone", asOfMs: nowMs - 9000, seenAtMs: nowMs - 400, said: "there is no pid file" },
    ],
  });
}

function told(story: Story) {
  const testimonies = testimoniesOf(story.step("be-1"), seen(story.nowMs()), story.nowMs());
  return testimonies.map(({ witness, says, ageMs }) => [witness, says, ageMs]);
}

describe("who says what of a process", () => {
  it("stands apart, each with its own age, and who is silent says nothing", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-1", "exit");
    expect(told(story)).toEqual(
      story.step("be-1").plan.witnesses.map((witness) => {
        if (witness === "controlPlane") return [witness, "exiting", 3000];
        return witness === "process" ? [witness, "gone", 400] : [witness, null, null];
      }),
    );
    expect(told(story).map(([, says]) => says)).toContain("gone");
  });

  it("is of no interest before the signal", () => {
    const story = aStory("upgrade");
    story.ask({ do: "approve", nodeId: "be-1" });
    story.untilPhase("be-1", "drain");
    expect(told(story)).toEqual([]);
  });
});
