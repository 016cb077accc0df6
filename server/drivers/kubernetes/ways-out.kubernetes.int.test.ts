/** How pods leave when it does not go as planned: shortened, killed, stuck, put back; and what an operator owns. */
import { describe, expect, it } from "vitest";
import type { Driver } from "#server/orchestrator/ports.ts";
import { aRequest, openDriver, SIGNAL } from "./testing/open.ts";
import { aNamespace, api, isReady, makeSet, must, podsOf, until } from "./testing/rig.ts";

async function uidOf(driver: Driver, nodeId: string): Promise<string | null> {
  const reading = await driver.readCluster(SIGNAL);
  if (!reading.ok) throw new Error(reading.why);
  return reading.value.sightings.find((one) => one.nodeId === nodeId)?.identity?.value ?? null;
}

describe.concurrent("ways out on a real control plane", () => {
  it("[S4-11] an exit that outlives its grace ends in SIGKILL, and says so with the exit code", async () => {
    const namespace = await aNamespace();
    await makeSet(namespace, "web", { replicas: 1, gate: false, annotations: { "rig/exit": "50s" } });
    const driver = openDriver(namespace, [{ kind: "StatefulSet", name: "web" }]);
    const identity = await uidOf(driver, "web-0");
    const ended = await driver.exit("one", { nodeId: "web-0", limitMs: 2000, how: "graceful", identity }, SIGNAL);
    expect(ended).toMatchObject({ outcome: "done", forced: true, evidence: expect.stringMatching(/137, SIGKILL/) });
    await driver.close();
  });

  it("a second deletion brings the end nearer, under the uid that was meant, and never further away", async () => {
    const namespace = await aNamespace();
    await makeSet(namespace, "web", { replicas: 1, gate: false, annotations: { "rig/exit": "4s" } });
    const driver = openDriver(namespace, [{ kind: "StatefulSet", name: "web" }]);
    const identity = await uidOf(driver, "web-0");
    const exit = driver.exit("one", { nodeId: "web-0", limitMs: 30_000, how: "graceful", identity }, SIGNAL);
    const graceS = async (): Promise<number | null> =>
      (await podsOf(namespace, "web")).find(({ metadata }) => metadata.uid === identity)?.metadata
        .deletionGracePeriodSeconds ?? null;
    await until(async () => (await graceS()) === 30);
    expect(await driver.shorten("two", "web-0", 9500, identity, SIGNAL)).toMatchObject({ outcome: "done" });
    const shortened = await graceS();
    expect(shortened).toBeGreaterThanOrEqual(10);
    expect(shortened).toBeLessThan(30);
    await driver.shorten("three", "web-0", 20_000, identity, SIGNAL);
    expect(await graceS()).toBe(shortened);
    expect(await exit).toMatchObject({ outcome: "done" });
    await driver.close();
  });

  it("an exit that took its time ends by itself, with exit code 0, and its DELETED event proves it", async () => {
    const namespace = await aNamespace();
    await makeSet(namespace, "web", { replicas: 1, gate: false });
    const driver = openDriver(namespace, [{ kind: "StatefulSet", name: "web" }]);
    const identity = await uidOf(driver, "web-0");
    const act = { nodeId: "web-0", limitMs: null, how: "graceful", identity } as const;
    const ended = await driver.exit("one", act, SIGNAL);
    expect(ended).toMatchObject({
      outcome: "done",
      evidence: expect.stringMatching(/DELETED event came.*exit code 0/),
    });
    expect("forced" in ended).toBe(false);
    // Asked again when another is there already, that one is left alone.
    await until(async () => ![null, identity].includes(await uidOf(driver, "web-0")));
    const other = await uidOf(driver, "web-0");
    expect(await driver.exit("one", act, SIGNAL)).toMatchObject({
      evidence: expect.stringContaining("is not touched"),
    });
    expect(await uidOf(driver, "web-0")).toBe(other);
    await driver.close();
  });

  it("a pod that several budgets select is refused in the API's own words, before anything was done to it", async () => {
    const namespace = await aNamespace();
    await makeSet(namespace, "web", { replicas: 2, gate: false, budget: true });
    const second = {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "again" },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: "web" } } },
    };
    await must("POST", `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`, second);
    const driver = openDriver(namespace, [{ kind: "StatefulSet", name: "web" }]);
    const identity = await uidOf(driver, "web-1");
    const plan = await driver.plan(aRequest(), SIGNAL);
    if (!plan.ok) throw new Error(plan.why);
    const budgets = (await driver.preflight(plan.value, SIGNAL)).find(({ id }) => id === "budget-web");
    expect(budgets).toMatchObject({ verdict: "fail", severity: "blocks" });
    const act = { nodeId: "web-1", limitMs: null, how: "graceful", identity } as const;
    const refused = await driver.exit("one", act, SIGNAL);
    expect(refused).toMatchObject({
      outcome: "refused",
      reason: expect.stringMatching(/more than one PodDisruptionBudget.*500/),
    });
    expect(await uidOf(driver, "web-1")).toBe(identity);
    await driver.close();
  });

  it("a rollout of a Deployment that is stuck is paused, and put back it is undone", async () => {
    const namespace = await aNamespace();
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const labels = { app: "shop" };
    const template = {
      metadata: { labels },
      spec: { containers: [{ name: "app", image: "registry.example/shop:1.0.0" }] },
    };
    const spec = { replicas: 3, progressDeadlineSeconds: 3, selector: { matchLabels: labels }, template };
    await must("POST", path, { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "shop" }, spec });
    await until(async () => (await podsOf(namespace, "shop")).filter(isReady).length === 3);
    const driver = openDriver(namespace, [{ kind: "Deployment", name: "shop" }]);
    const identity = await uidOf(driver, "shop");
    const [one] = await podsOf(namespace, "shop");
    const alone = await driver.plan(aRequest({ nodeIds: [one?.metadata.name ?? ""] }), SIGNAL);
    expect(alone).toMatchObject({ ok: false, why: expect.stringContaining("replaced as one step, shop") });
    expect(await driver.install("one", "shop", "1.1.0-broken", SIGNAL)).toMatchObject({ outcome: "done" });
    expect(await uidOf(driver, "shop")).toBe(identity);
    const act = { nodeId: "shop", limitMs: null, how: "graceful", identity } as const;
    const stuck = await driver.exit("two", act, SIGNAL);
    expect(stuck).toMatchObject({ outcome: "refused", reason: expect.stringMatching(/stuck.*It is paused/) });
    expect(await driver.restorePrevious("three", "shop", null, SIGNAL)).toMatchObject({ outcome: "done" });
    await until(async () => {
      const pods = await podsOf(namespace, "shop");
      return pods.length === 3 && pods.every((pod) => isReady(pod) && pod.spec.containers[0]?.image.endsWith(":1.0.0"));
    });
    await driver.close();
  });

  it("what the StarRocks operator owns is changed in its own object, BE, then CN, then FE, and nowhere else", async () => {
    const namespace = await aNamespace();
    await defineStarRocks();
    const image = (part: string): string => `starrocks/${part}-ubuntu:3.5.5`;
    const made = await must("POST", `/apis/starrocks.com/v1/namespaces/${namespace}/starrocksclusters`, {
      apiVersion: "starrocks.com/v1",
      kind: "StarRocksCluster",
      metadata: { name: "sr" },
      spec: {
        starRocksFeSpec: { image: image("fe"), replicas: 3 },
        starRocksBeSpec: { image: image("be"), replicas: 2 },
        starRocksCnSpec: { image: image("cn"), replicas: 1 },
      },
    });
    const uid = /"uid":"([^"]+)"/.exec(JSON.stringify(made))?.[1] ?? "";
    await makeSet(namespace, "sr-be", { replicas: 2, gate: false, image: image("be") });
    const owner = { apiVersion: "starrocks.com/v1", kind: "StarRocksCluster", name: "sr", uid };
    await must("PATCH", `/apis/apps/v1/namespaces/${namespace}/statefulsets/sr-be`, {
      metadata: { ownerReferences: [owner] },
    });
    const workload = { kind: "StarRocksCluster", name: "sr" };
    const driver = openDriver(namespace, [workload]);
    const plan = await driver.plan(aRequest({ targetVersion: "3.5.6" }), SIGNAL);
    // Those that have no pods yet tell no version: they are steps as well.
    if (!plan.ok) throw new Error(plan.why);
    expect(plan.value.steps.map(({ nodeId }) => nodeId)).toEqual(["sr-be", "sr-cn", "sr-fe"]);
    expect(await driver.install("one", "sr-be", "3.5.6", SIGNAL)).toMatchObject({ outcome: "done" });
    const object = async (): Promise<string> =>
      JSON.stringify(await must("GET", `/apis/starrocks.com/v1/namespaces/${namespace}/starrocksclusters/sr`));
    expect(await object()).toContain('"image":"starrocks/be-ubuntu:3.5.6"');
    expect(await object()).toContain('"image":"starrocks/fe-ubuntu:3.5.5"');
    // As its operator would: then every pod is of another revision, and that is what is waited for.
    const before = await uidOf(driver, "sr-be");
    const next = {
      spec: {
        updateStrategy: { type: "RollingUpdate" },
        template: { spec: { containers: [{ name: "app", image: "starrocks/be-ubuntu:3.5.6" }] } },
      },
    };
    await must("STRATEGIC", `/apis/apps/v1/namespaces/${namespace}/statefulsets/sr-be`, next);
    await until(async () => ![null, before].includes(await uidOf(driver, "sr-be")));
    expect(await driver.restorePrevious("two", "sr-be", null, SIGNAL)).toMatchObject({ outcome: "done" });
    expect(await object()).toContain('"image":"starrocks/be-ubuntu:3.5.5"');
    await driver.close();
    const direct = openDriver(namespace, [{ kind: "StatefulSet", name: "sr-be" }]);
    const refused = await direct.plan(aRequest({ targetVersion: "3.5.7" }), SIGNAL);
    expect(refused).toMatchObject({ ok: false, why: expect.stringContaining("StarRocksCluster sr") });
    await direct.close();
  });
});

async function defineStarRocks(): Promise<void> {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  await api("POST", path, {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "starrocksclusters.starrocks.com" },
    spec: {
      group: "starrocks.com",
      scope: "Namespaced",
      names: { plural: "starrocksclusters", singular: "starrockscluster", kind: "StarRocksCluster" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  });
  await until(
    async () =>
      (await api("GET", "/apis/starrocks.com/v1/namespaces/default/starrocksclusters").catch(() => null))?.code === 200,
  );
}
