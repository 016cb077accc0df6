/** The control plane itself goes away in the middle of a run. */
import { expect, it } from "vitest";
import { aNamespace, isReady, makeSet, podsOf, until } from "#server/drivers/kubernetes/testing/rig.ts";
import { killServer } from "./kill-server.ts";
import { begin, phaseOf, untilEnded, WEB } from "./stories.ts";

it("the API server is killed and started again: the run ends right, and each pod left once", async (context) => {
  const namespace = await aNamespace();
  await makeSet(namespace, "web", { replicas: 2, annotations: { "rig/exit": "3s" } });
  const before = new Set((await podsOf(namespace, "web")).map(({ metadata }) => metadata.uid));
  const story = await begin(context, namespace, [WEB]);
  await until(async () => phaseOf(await story.now(), "web-1") === "exit");
  const startAgain = await killServer();
  await until(async () => (await story.now()).steps.length > 0);
  await startAgain();
  const run = await untilEnded(story);
  expect(run.steps.map(({ plan }) => plan.nodeId)).toEqual(["web-1", "web-0"]);
  const after = await podsOf(namespace, "web");
  expect(after.filter(({ metadata }) => before.has(metadata.uid))).toEqual([]);
  expect(after.every(isReady)).toBe(true);
});
