import { expect, it } from "vitest";
import { planRequest } from "#lib/wire/api.ts";
import { nodeView } from "#components/testing/cluster.ts";
import { rollBackOf } from "#lib/run/roll-back.ts";
import { OLD } from "#lib/run/testing/plan.ts";
import { aStory } from "#components/run/testing/story.ts";
import { droppedOn, inWishedOrder, moved, newForm, requestOf, rollBackForm } from "./plan-form.ts";

const nodes = [nodeView("be-01").node, nodeView("be-02").node, nodeView("fe-01", { role: "fe" }).node];

it("makes a request that the console accepts", () => {
  expect(planRequest.safeParse(requestOf(newForm("4.0.8"), nodes)).success).toBe(true);
});

it("asks nothing before the wish is complete", () => {
  expect(requestOf(newForm(null), nodes)).toBeNull();
  expect(requestOf({ ...newForm("4.0.8"), leftOut: ["be-01", "be-02", "fe-01"] }, nodes)).toBeNull();
});

it("a restart asks for no version", () => {
  expect(requestOf({ ...newForm("4.0.8"), kind: "restart" }, nodes)?.targetVersion).toBeNull();
});

it("names the nodes only when some are left out, so that one that is added meanwhile is planned too", () => {
  expect(requestOf(newForm("4.0.8"), nodes)?.nodeIds).toBeNull();
  expect(requestOf({ ...newForm("4.0.8"), leftOut: ["be-02"] }, nodes)?.nodeIds).toEqual(["be-01", "fe-01"]);
});

it("sets exit limits by role, and leaves the configuration's own where nothing was set", () => {
  const request = requestOf({ ...newForm("4.0.8"), exitLimitMs: { be: 60_000 } }, nodes);
  expect(request?.exitLimitMs).toEqual({ "be-01": 60_000, "be-02": 60_000 });
});

const ranked = [
  { id: "be-01", rank: 1 },
  { id: "be-02", rank: 1 },
  { id: "be-03", rank: 1 },
  { id: "fe-01", rank: 4 },
];

it("a node moves among those of its rank, and no further", () => {
  expect(moved(ranked, "be-02", -1)).toEqual(["be-02", "be-01", "be-03", "fe-01"]);
  expect(moved(ranked, "be-01", -1)).toBeNull();
  expect(moved(ranked, "be-03", 1)).toBeNull();
});

it("a node that is dropped takes the place of the one under it", () => {
  expect(droppedOn(ranked, "be-01", "be-03")).toEqual(["be-02", "be-03", "be-01", "fe-01"]);
  expect(droppedOn(ranked, "be-03", "be-01")).toEqual(["be-03", "be-01", "be-02", "fe-01"]);
  expect(droppedOn(ranked, "fe-01", "be-01")).toBeNull();
});

it("rank comes before the wish, and who was not named keeps its place after those who were", () => {
  const order = inWishedOrder(ranked, ["fe-01", "be-03"]).map(({ id }) => id);
  expect(order).toEqual(["be-03", "be-01", "be-02", "fe-01"]);
});

it("a restart installs nothing, so it has nothing to finish later", () => {
  const policy = { ...newForm("4.0.8").policy, finish: "later" as const };
  expect(requestOf({ ...newForm("4.0.8"), policy }, nodes)?.policy.finish).toBe("later");
  expect(requestOf({ ...newForm("4.0.8"), policy, kind: "restart" }, nodes)?.policy.finish).toBe("atOnce");
});

it("a downgrade asks for the version to go back to", () => {
  expect(requestOf({ ...newForm(null), kind: "downgrade" }, nodes)).toBeNull();
  expect(requestOf({ ...newForm("4.0.6"), kind: "downgrade" }, nodes)).toMatchObject({
    kind: "downgrade",
    targetVersion: "4.0.6",
  });
});

it("sends hooks as lists of arguments, and what the console accepts", () => {
  const hooks = { before: { argv: ["/opt/jdk.sh", "17 and more"], limitMs: 60_000 }, after: null };
  const request = requestOf({ ...newForm("4.0.8"), policy: { ...newForm(null).policy, hooks } }, nodes);
  expect(planRequest.safeParse(request).success).toBe(true);
  expect(request?.policy.hooks).toEqual(hooks);
});

it("the way back of a run takes the nodes that it brought to its target, to the version before, by the same policy", () => {
  const story = aStory("upgrade");
  story.ask({ do: "approve", nodeId: "be-1" });
  story.console.until((run) => run.steps[0]?.progress.at === "ended");
  story.ask({ do: "abort", reason: "it is slower" });
  story.untilEnded();
  const back = rollBackOf(story.run());
  if (!back.can) throw new Error(back.why);
  const form = rollBackForm(story.run(), back, ["be-1", "be-2", "fe-1", "cn-9"]);
  expect(form).toMatchObject({ kind: "downgrade", targetVersion: OLD, leftOut: ["be-2", "fe-1", "cn-9"] });
  expect(form).toMatchObject({ drainLimitMs: 60_000, exitLimitMs: { be: 60_000 }, leaderExit: "graceful" });
  expect(form.policy).toBe(story.run().plan.policy);
  expect(form.reason).toContain(story.run().id);
});
