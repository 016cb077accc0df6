import { expect, it } from "vitest";
import { planRequest } from "#lib/wire/api.ts";
import { nodeView } from "#components/testing/cluster.ts";
import { droppedOn, inWishedOrder, moved, newForm, requestOf } from "./plan-form.ts";

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
