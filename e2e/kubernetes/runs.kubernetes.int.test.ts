/** Whole runs on a real control plane, judged by its own record; and what goes wrong in the middle of them. */
import { describe, expect, it } from "vitest";
import { stepOf } from "#lib/run/state.ts";
import { versionOf } from "#server/drivers/kubernetes/resources.ts";
import {
  aNamespace,
  isReady,
  makeBudget,
  makeService,
  makeSet,
  must,
  podsOf,
  setGate,
  until,
} from "#server/drivers/kubernetes/testing/rig.ts";
import { recordPods } from "./record.ts";
import { begin, failingWords, untilEnded, untilHeld, WEB } from "./stories.ts";

describe.concurrent("a run on a real control plane", () => {
  it("[S4-18] a Deployment of 10 is rolled as one step, never below 9 ready", async (context) => {
    const namespace = await aNamespace();
    await makeDeployment(namespace, 10);
    const record = await recordPods(namespace, "shop");
    const story = await begin(context, namespace, [{ kind: "Deployment", name: "shop" }]);
    const run = await untilEnded(story);
    record.stop();
    expect(record.kept().fewestReady).toBeGreaterThanOrEqual(9);
    expect(record.kept().deleted).toHaveLength(10);
    expect((await podsOf(namespace, "shop")).map(({ spec }) => versionOf(spec.containers[0]?.image ?? ""))).toEqual(
      Array.from({ length: 10 }, () => "1.1.0"),
    );
    expect(
      stepOf(run, "shop")
        ?.phases.filter(({ skipped }) => skipped === null)
        .map(({ phase }) => phase),
    ).toEqual(["gate", "check", "upgrade", "exit", "confirm", "restart", "verify"]);
  });

  it("a StatefulSet that rolls by itself is let go pod by pod, from the highest, by its partition", async (context) => {
    const namespace = await aNamespace();
    await makeSet(namespace, "web", { strategy: "RollingUpdate", gate: false });
    const record = await recordPods(namespace, "web");
    const story = await begin(context, namespace, [WEB]);
    await untilEnded(story);
    record.stop();
    expect(record.kept()).toEqual({ fewestReady: 2, deleted: ["web-2", "web-1", "web-0"] });
    const set = JSON.stringify(await must("GET", `/apis/apps/v1/namespaces/${namespace}/statefulsets/web`));
    expect(set).toContain('"partition":0');
  });

  it("[S4-13] what was changed in the template reaches every pod by a restart", async (context) => {
    const namespace = await aNamespace();
    await makeSet(namespace, "web", { replicas: 2 });
    const before = await podsOf(namespace, "web");
    const env = {
      spec: { template: { spec: { containers: [{ name: "app", env: [{ name: "MODE", value: "new" }] }] } } },
    };
    await must("STRATEGIC", `/apis/apps/v1/namespaces/${namespace}/statefulsets/web`, env);
    const story = await begin(context, namespace, [WEB], { kind: "restart", targetVersion: null });
    await untilEnded(story);
    const after = await podsOf(namespace, "web");
    expect(after.every(isReady)).toBe(true);
    const revisions = new Set(after.map(({ metadata }) => metadata.labels["controller-revision-hash"]));
    expect(revisions.size).toBe(1);
    expect(before.some(({ metadata }) => revisions.has(metadata.labels["controller-revision-hash"]))).toBe(false);
  });

  it("a budget that says no holds the run with that sentence, and it goes on when the budget allows it", async (context) => {
    const namespace = await aNamespace();
    await makeSet(namespace, "web", { budget: true });
    const story = await begin(context, namespace, [WEB], { nodeIds: ["web-1"], policy: { approval: "every" } });
    await setBudget(namespace, 0);
    await story.ask({ do: "approve", nodeId: "web-1" });
    const held = await untilHeld(story, "checksFailed");
    expect(failingWords(held, "web-1")).toContain("The disruption budget web needs 3 healthy pods and has 3 currently");
    expect((await podsOf(namespace, "web")).every(isReady)).toBe(true);
    await setBudget(namespace, 1);
    await untilEnded(story);
  });

  it("an outsider deletes a pod midway: nobody else is touched until it is in service again", async (context) => {
    const namespace = await aNamespace();
    await makeSet(namespace, "web");
    const story = await begin(context, namespace, [WEB], {
      nodeIds: ["web-2", "web-1"],
      policy: { approval: "every" },
    });
    await story.ask({ do: "approve", nodeId: "web-2" });
    await until(async () => stepOf(await story.now(), "web-2")?.progress.at === "ended");
    await must("DELETE", `/api/v1/namespaces/${namespace}/pods/web-0`);
    await until(async () => (await podsOf(namespace, "web")).filter(isReady).length === 2);
    await story.ask({ do: "approve", nodeId: "web-1" });
    const held = await untilHeld(story, "checksFailed");
    expect(failingWords(held, "web-1")).toContain("web-0");
    await until(async () =>
      (await podsOf(namespace, "web")).some((pod) => pod.metadata.name === "web-0" && pod.status.phase === "Running"),
    );
    await setGate(namespace, "web-0", "True");
    await untilEnded(story);
  });

  it("a pod that never becomes ready holds the run, which says what is missing", async (context) => {
    const namespace = await aNamespace();
    await makeSet(namespace, "web");
    const story = await begin(context, namespace, [WEB], { nodeIds: ["web-2"], targetVersion: "1.1.0-broken" });
    const held = await untilHeld(story, "notServing");
    expect(held.hold?.reason).toMatchObject({ evidence: expect.stringContaining("ContainersReady=False") });
    expect((await podsOf(namespace, "web")).filter(isReady)).toHaveLength(2);
    // As its kubelet would say at last.
    const status = { status: { conditions: [{ type: "ContainersReady", status: "True" }] } };
    await must("STRATEGIC", `/api/v1/namespaces/${namespace}/pods/web-2/status`, status);
    await untilEnded(story);
  });
});

async function setBudget(namespace: string, maxUnavailable: number): Promise<void> {
  await must("PATCH", `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/web`, { spec: { maxUnavailable } });
  const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/web`;
  await until(async () => JSON.stringify(await must("GET", path)).includes(`"disruptionsAllowed":${maxUnavailable}`));
}

async function makeDeployment(namespace: string, replicas: number): Promise<void> {
  await must("POST", `/apis/apps/v1/namespaces/${namespace}/deployments`, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "shop" },
    spec: {
      replicas,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
      selector: { matchLabels: { app: "shop" } },
      template: {
        metadata: { labels: { app: "shop" } },
        spec: { containers: [{ name: "app", image: "registry.example/shop:1.0.0" }] },
      },
    },
  });
  await makeService(namespace, "shop");
  await makeBudget(namespace, "shop", 1);
  await until(async () => (await podsOf(namespace, "shop")).filter(isReady).length === replicas);
}
