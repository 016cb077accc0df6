import { describe, expect, it } from "vitest";
import { refusalOf } from "#lib/run/refusal.ts";
import { runRequest } from "#lib/wire/api.ts";
import { changesOf, patchOf } from "./policy-changes.ts";
import { aStory } from "./testing/story.ts";

const run = aStory("upgrade").run();
const { policy } = run.plan;

describe("a change of the policy", () => {
  it("sends only what differs, so that what somebody else changed meanwhile stays", () => {
    expect(patchOf(policy, { ...policy, approval: "firstThenLook", failureBudget: 5 })).toEqual({
      approval: "firstThenLook",
      failureBudget: 5,
    });
    expect(patchOf(policy, { ...policy, hooks: { ...policy.hooks } })).toEqual({});
  });

  it("is shown as it was and as it will be", () => {
    const hooks = { before: { argv: ["./jdk.sh", "17"], limitMs: 60_000 }, after: null };
    const next = { ...policy, failureBudget: 5, unansweredMs: null, soakMs: 90_000, hooks } as const;
    expect(changesOf({ ...policy, unansweredMs: 1_800_000 }, next)).toEqual([
      "Soak: 10 s → 90 s",
      "Failure budget: none → 5 failures",
      "When nobody answers: put back after 30 m → wait for ever",
      "Before each node: nothing → ./jdk.sh 17, 60 s at most",
    ]);
    expect(changesOf(policy, policy)).toEqual([]);
  });

  it("is one that the console accepts, and is refused where it changes nothing", () => {
    const patch = patchOf(policy, { ...policy, probe: { everyMs: 500 }, finish: "later" });
    const request = { do: "changePolicy", policy: patch, reason: "a look" } as const;
    expect(runRequest.safeParse(request).success).toBe(true);
    expect(refusalOf(run, request, 0)).toBeNull();
    expect(refusalOf(run, { ...request, policy: patchOf(policy, policy) }, 0)?.reason).toContain("changes nothing");
  });
});
