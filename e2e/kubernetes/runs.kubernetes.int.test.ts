/** Whole runs on a real control plane, judged by its own record; and what goes wrong in the middle of them. */
import { describe, expect, it } from "vitest";
import { stepOf } from "#lib/run/state.ts";
import type { LoanRecord } from "#lib/run/loan.ts";
import { statefulSet, versionOf } from "#server/drivers/kubernetes/resources.ts";
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
import { begin, failingWords, untilEnded, untilHeld, WEB, type Story } from "./stories.ts";

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

  it("a roll by partition that is aborted midway lets nobody else go: the partition stays, and that is told with the ways on and back", async (context) => {
    const namespace = await aNamespace();
    await makeSet(namespace, "web", { strategy: "RollingUpdate", gate: false });
    const story = await begin(context, namespace, [WEB], { policy: { approval: "every" } });
    await story.ask({ do: "approve", nodeId: "web-2" });
    await until(async () => stepOf(await story.now(), "web-2")?.progress.at === "ended");
    const wasLent = await loanOf(story);
    expect(wasLent).toMatchObject({ loan: { before: "0", value: "3" }, state: { at: "taken" } });
    await story.ask({ do: "abort", reason: "seen enough" });
    await until(async () => (await story.now()).life.at === "ended");
    expect((await story.now()).life).toMatchObject({ verdict: "aborted" });
    const why =
      /^partition = 2, for web-1, web-0 are still on 1\.0\.0, and partition 0 would let its controller roll them at once\. /;
    expect(await loanOf(story)).toMatchObject({ state: { at: "left", why: expect.stringMatching(why) } });
    expect(await versions(namespace)).toEqual({ "web-0": "1.0.0", "web-1": "1.0.0", "web-2": "1.1.0" });
    const cluster = await story.cluster();
    expect(cluster.nodes["web-0"]?.observation.remark).toContain("held on 1.0.0 by partition 2 of web");
    expect(cluster.nodes["web-2"]?.observation.remark).toBe("");

    // The way on: another run rolls the rest, and gives back what stood before the first one.
    await untilEnded(await story.another());
    expect(new Set(Object.values(await versions(namespace)))).toEqual(new Set(["1.1.0"]));
    expect(await loanOf(story)).toMatchObject({ loan: { before: "0" }, state: { at: "returned" } });
    expect(await partitionOf(namespace)).toEqual({ partition: 0, annotations: ["sluice.dev/image-before"] });
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

async function loanOf(story: Story): Promise<LoanRecord | undefined> {
  return (await story.cluster()).loans.findLast(({ loan }) => loan.kind === "partition");
}

async function versions(namespace: string): Promise<Readonly<Record<string, string>>> {
  const found = (await podsOf(namespace, "web")).map(({ metadata, spec }) => [
    metadata.name,
    versionOf(spec.containers[0]?.image ?? ""),
  ]);
  return Object.fromEntries(found);
}

async function partitionOf(namespace: string): Promise<unknown> {
  const { metadata, spec } = statefulSet.parse(
    await must("GET", `/apis/apps/v1/namespaces/${namespace}/statefulsets/web`),
  );
  const annotations = Object.keys(metadata.annotations).filter((key) => key.startsWith("sluice.dev/"));
  return { partition: spec.updateStrategy.rollingUpdate?.partition ?? 0, annotations };
}

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
