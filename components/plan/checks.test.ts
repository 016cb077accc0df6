import { expect, it } from "vitest";
import type { Check } from "#lib/run/check.ts";
import { countsOf, linesOf, unanswered, whyNotReady, wordOf, worstFirst } from "./checks.ts";
import { overridesFrom } from "./overrides.ts";

const check = (id: string, severity: Check["severity"], verdict: Check["verdict"]): Check => ({
  id,
  nodeId: null,
  title: `Title of ${id}`,
  severity,
  verdict,
  evidence: `evidence of ${id}`,
  remedy: "",
});

const lonely = check("lonely", "needsReason", "fail");
const quorum = check("quorum", "blocks", "fail");

it("a check that could not be asked counts as one that fails", () => {
  expect(wordOf(check("quorum", "blocks", "unknown"))).toBe("fail");
  expect(wordOf(check("lonely", "needsReason", "unknown"))).toBe("warn");
});

it("a plan with a check that blocks is not ready, and says which", () => {
  expect(whyNotReady([lonely, quorum], { quorum: "never mind" })).toBe("Title of quorum: evidence of quorum");
});

it("a check that may be answered for asks for a reason of three characters or more", () => {
  expect(whyNotReady([lonely], {})).toBe("1 check asks for a reason.");
  expect(whyNotReady([lonely], { lonely: " x " })).toBe("1 check asks for a reason.");
  expect(whyNotReady([lonely], { lonely: "a scratch table" })).toBeNull();
});

it("a note stops nothing", () => {
  const note = check("image", "note", "fail");
  expect(whyNotReady([note], {})).toBeNull();
  expect(unanswered([note], {})).toEqual([]);
});

it("shows the worst first and counts each word", () => {
  const checks = [check("a", "blocks", "pass"), check("b", "note", "fail"), check("c", "blocks", "fail")];
  expect(worstFirst(checks).map(({ id }) => id)).toEqual(["c", "b", "a"]);
  expect(countsOf(checks)).toEqual({ fail: 1, warn: 1, pass: 1 });
});

it("sends a reason only for what still fails and may be answered for", () => {
  const reasons = { lonely: " a scratch table ", quorum: "never mind", fine: "was open before" };
  expect(overridesFrom([lonely, quorum, check("fine", "needsReason", "pass")], reasons)).toEqual([
    { checkKey: "lonely", reason: "a scratch table" },
  ]);
});

it("folds what passes on several nodes into one line, and keeps what fails apart by node", () => {
  const on = (nodeId: string, verdict: Check["verdict"]): Check => ({ ...check("nest", "blocks", verdict), nodeId });
  const lines = linesOf([
    on("be-01", "pass"),
    on("be-02", "fail"),
    on("be-03", "pass"),
    check("quorum", "blocks", "pass"),
  ]);
  const told = lines.map((line) =>
    line.is === "one" ? [line.check.id, line.check.nodeId] : line.checks.map(({ nodeId }) => nodeId),
  );
  expect(told).toEqual([
    ["nest", "be-02"],
    ["be-01", "be-03"],
    ["quorum", null],
  ]);
});
