import { expect, it } from "vitest";
import type { Check } from "#lib/run/check.ts";
import type { PlanDraft } from "#lib/wire/views.ts";
import { DEFAULT_FORM, policyOf } from "./form.ts";
import { judge, sortedChecks, standingOf } from "./judgement.ts";

const check = (id: string, severity: Check["severity"], verdict: Check["verdict"]): Check => ({
  id,
  nodeId: null,
  title: `Title of ${id}`,
  severity,
  verdict,
  evidence: `evidence of ${id}`,
  remedy: "",
});

const draft = (...checks: readonly Check[]): PlanDraft => ({
  plan: {
    clusterId: "c",
    system: "starrocks",
    kind: "upgrade",
    targetVersion: "4.0.7",
    fromVersions: ["3.5.7"],
    reason: "",
    policy: policyOf(DEFAULT_FORM),
    steps: [],
    leftOut: [],
    overrides: [],
  },
  checks,
  checkedAtMs: 0,
  commands: {},
});

const usual = { problem: null, answered: {}, activeRun: null, isStale: false };

it("refuses a plan with a check that fails, and names it", () => {
  const judgement = judge({ ...usual, draft: draft(check("quorum", "blocks", "fail")) });
  expect(judgement.verdict).toBe("Not ready: 1 check fails.");
  expect(judgement.refusal).toContain("evidence of quorum");
});

it("counts a check that could not be asked as one that fails", () => {
  expect(standingOf(check("quorum", "blocks", "unknown"), {})).toBe("open");
});

it("lets a person answer for what may be answered for, and for nothing else", () => {
  const lonely = check("lonely", "needsReason", "fail");
  expect(judge({ ...usual, draft: draft(lonely) }).refusal).not.toBeNull();
  expect(judge({ ...usual, draft: draft(lonely), answered: { lonely: "a scratch table" } }).refusal).toBeNull();
  const quorum = check("quorum", "blocks", "fail");
  expect(judge({ ...usual, draft: draft(quorum), answered: { quorum: "never mind" } }).refusal).not.toBeNull();
});

it("refuses while another run has not ended, and on old data", () => {
  expect(judge({ ...usual, draft: draft(), activeRun: "twin-1" }).refusal).toMatch(/twin-1/);
  expect(judge({ ...usual, draft: draft(), isStale: true }).refusal).toMatch(/older/);
});

it("is ready when everything passes or only tells", () => {
  const judgement = judge({ ...usual, draft: draft(check("a", "blocks", "pass"), check("b", "note", "fail")) });
  expect(judgement.refusal).toBeNull();
});

it("shows the worst first", () => {
  const checks = [check("a", "blocks", "pass"), check("b", "note", "fail"), check("c", "blocks", "fail")];
  expect(sortedChecks(checks, {}).map(({ id }) => id)).toEqual(["c", "b", "a"]);
});
