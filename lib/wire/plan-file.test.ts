import { describe, expect, it } from "vitest";
import { aNode, aPlan } from "../run/testing/plan.ts";
import { fileOfPlan, policyForFile } from "./plan-as-file.ts";
import { fieldName, policyOfFile, readPlanFile, type PlanFile } from "./plan-file.ts";

const PLAN = aPlan([aNode("be-1", "be"), aNode("be-2", "be"), aNode("fe-1", "fe", "leader")], "upgrade");
const FILE: PlanFile = fileOfPlan(PLAN, PLAN.policy);

function problemsIn(value: unknown): readonly string[] {
  const read = readPlanFile(value);
  return read.ok ? [] : read.problems.map(({ path, wrong, remedy }) => `${fieldName(path)}: ${wrong} ${remedy}`);
}

describe("a plan as a file", () => {
  it("is read back as it was written", () => {
    expect(readPlanFile(FILE)).toEqual({ ok: true, file: FILE });
    expect(policyOfFile(FILE)).toEqual(PLAN.policy);
  });

  it("names nodes in the run's own order, limits in seconds, once a role where all are alike", () => {
    expect(FILE.order).toEqual(["be-1", "be-2", "fe-1"]);
    expect(FILE.drainLimitS).toBe((PLAN.steps[0]?.drainLimitMs ?? 0) / 1000);
    expect(Object.keys(FILE.exitLimitS)).toEqual(["be", "fe"]);
    const steps = PLAN.steps.map((step, index) => (index === 0 ? { ...step, exitLimitMs: 99_000 } : step));
    expect(fileOfPlan({ ...PLAN, steps }, PLAN.policy).exitLimitS).toMatchObject({ "be-1": 99 });
  });

  it("keeps every part of a policy, hooks and an extension with their units", () => {
    const policy = {
      ...PLAN.policy,
      onDrainLimit: { do: "extend", byMs: 30_000, atMostMs: 120_000 },
      hooks: { before: { argv: ["/bin/check", "--fast"], limitMs: 5500 }, after: null },
      probe: { everyMs: 250 },
      unansweredMs: null,
      maxUnavailable: 3,
      batch: 2,
    } as const;
    expect(policyOfFile({ ...FILE, policy: policyForFile(policy) })).toEqual(policy);
  });

  it("takes one node at a time where it does not say more", () => {
    const { batch: _, maxUnavailable: __, ...older } = FILE.policy;
    const read = readPlanFile({ ...FILE, policy: older });
    expect(read.ok && read.file.policy).toMatchObject({ batch: 1, maxUnavailable: 1 });
  });
});

describe("a file that is no plan", () => {
  it("names each field that it does not know, and what to write instead", () => {
    const policy = { ...FILE.policy, soakMs: 5000, colour: "red" };
    expect(problemsIn({ ...FILE, nodeIds: null, policy })).toEqual([
      expect.stringMatching(/^policy\.soakMs: There is no such field\. Write soakS instead\.$/),
      expect.stringMatching(/^policy\.colour: There is no such field\. Take it out; the fields here are approval, /),
      "nodeIds: There is no such field. Write nodes instead.",
    ]);
  });

  it("that takes more at once than may be out of service says what to write", () => {
    expect(problemsIn({ ...FILE, policy: { ...FILE.policy, batch: 2 } })).toEqual([
      "policy.batch: 2 at once are more than may be out of service at a time, 1. Write a batch of 1 or less, or let 2 be out of service.",
    ]);
  });

  it("names the field and the remedy of every mistake at once", () => {
    const { drainLimitS: _, ...without } = FILE;
    expect(problemsIn({ ...without, kind: "update", isolate: "yes", exitLimitS: { be: 0 } })).toEqual([
      "kind: It has none of the values that it can have. Write upgrade, downgrade, restart, stop or drain.",
      expect.stringMatching(/^drainLimitS: .*missing.*number/),
      "exitLimitS.be: It is too small. Write 1 or more.",
      "isolate: It is not true or false. Write true or false.",
    ]);
  });

  it("that is of another form, or no form at all, says so", () => {
    expect(problemsIn({ ...FILE, sluicePlan: 2 })).toEqual([
      "sluicePlan: It has none of the values that it can have. Write 1.",
    ]);
    expect(problemsIn("upgrade it all")).toEqual(["the file: It is not a group of fields. Write a group of fields."]);
    expect(problemsIn({ ...FILE, nodes: 3 })).toEqual(["nodes: It cannot be read. Write all, or a list of nodes."]);
  });
});
