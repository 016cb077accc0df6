import { describe, expect, it } from "vitest";
import { USUAL } from "../run/plan.ts";
import { POLICY } from "../run/testing/plan.ts";
import { planRequest, runRequest } from "./api.ts";

const { approval, drain, onDrainLimit, soakMs, minRequests, onNoTraffic, maxFailures } = POLICY;
const SAID = { approval, drain, onDrainLimit, soakMs, minRequests, onNoTraffic, maxFailures, maxUnavailable: 1 };
const REQUEST = {
  kind: "upgrade",
  targetVersion: "4.0.8",
  nodeIds: null,
  drainLimitMs: null,
  exitLimitMs: {},
  leaderExit: "graceful",
  isolate: true,
  reason: "",
} as const;

describe("what a client asks", () => {
  it("a plan that says nothing of the newer policies has the usual ones: nobody is left aside for ever", () => {
    const read = planRequest.parse({ ...REQUEST, policy: SAID });
    expect(read.policy).toEqual({ ...SAID, ...USUAL });
    expect(read.policy.unansweredMs).toBe(1_800_000);
  });

  it("a plan may say each of them, and a hook needs a command", () => {
    const hooks = { before: { argv: ["/opt/before", "21"], limitMs: 60_000 }, after: null };
    const newer = { failureBudget: 5, unansweredMs: null, finish: "later", hooks, probe: { everyMs: 1000 } };
    const policy = { ...SAID, maxUnavailable: 3, batch: 2, ...newer };
    expect(planRequest.parse({ ...REQUEST, kind: "downgrade", policy }).policy).toEqual(policy);
    const empty = { ...policy, hooks: { before: { argv: [], limitMs: 60_000 }, after: null } };
    expect(planRequest.safeParse({ ...REQUEST, policy: empty }).error?.issues[0]?.message).toBe(
      "name the command to run",
    );
  });

  it("[N1] a plan that takes more at once than may be out of service is refused with the remedy", () => {
    const policy = { ...SAID, maxUnavailable: 2, batch: 3 };
    const [issue] = planRequest.safeParse({ ...REQUEST, policy }).error?.issues ?? [];
    expect(issue?.path).toEqual(["policy", "batch"]);
    expect(issue?.message).toBe(
      "3 at once are more than may be out of service at a time, 2. Write a batch of 2 or less, or let 3 be out of service.",
    );
  });

  it("a change of policy says what it changes, and nothing is added to it", () => {
    const change = { do: "changePolicy", policy: { soakMs: 5000 }, reason: "the night is short" };
    expect(runRequest.parse(change)).toEqual(change);
    const lift = { ...change, policy: { failureBudget: null } };
    expect(runRequest.parse(lift)).toEqual(lift);
    expect(runRequest.safeParse({ ...change, reason: "" }).success).toBe(false);
    expect(runRequest.safeParse({ ...change, policy: { coffee: 1 } }).success).toBe(false);
    expect(runRequest.safeParse({ ...change, policy: { maxUnavailable: 2, batch: 2 } }).success).toBe(true);
    expect(runRequest.safeParse({ ...change, policy: { batch: 0 } }).success).toBe(false);
  });

  it("a note is on the run or on a node of it, has a text, and no more than fits", () => {
    const note = { do: "note", nodeId: null, text: "the disk is loud" };
    expect(runRequest.parse(note)).toEqual(note);
    expect(runRequest.parse({ ...note, nodeId: "be-1", text: " two words \n" })).toEqual({
      ...note,
      nodeId: "be-1",
      text: "two words",
    });
    expect(runRequest.safeParse({ do: "note", text: "of what?" }).success).toBe(false);
    expect(runRequest.safeParse({ ...note, text: " \n" }).success).toBe(false);
    expect(runRequest.safeParse({ ...note, text: "x".repeat(2000) }).success).toBe(true);
    expect(runRequest.safeParse({ ...note, text: "x".repeat(2001) }).success).toBe(false);
  });

  it("settling says how, and why", () => {
    const settle = { do: "settle", nodeId: "be-1", how: "again", reason: "its disk is new" };
    expect(runRequest.parse(settle)).toEqual(settle);
    expect(runRequest.safeParse({ ...settle, how: "later" }).success).toBe(false);
    expect(runRequest.safeParse({ ...settle, reason: " " }).success).toBe(false);
    for (const request of [{ do: "finish" }, { do: "acceptTopology", reason: "scaled on purpose" }]) {
      expect(runRequest.parse(request)).toEqual(request);
    }
  });
});
