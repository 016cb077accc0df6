import { describe, expect, it } from "vitest";
import { kubernetesConfig } from "./config.ts";
import { endOf } from "./ending.ts";
import { sumOf } from "./figures.ts";
import { nodeOf } from "./testing/recorded.ts";
import { versionOf, withVersion, type Pod } from "./resources.ts";
import { clusterConfig } from "#server/compose.ts";
import { wordsOf } from "./words.ts";

describe("an image's version", () => {
  it.each([
    ["app", "latest"],
    ["app:1.0.0", "1.0.0"],
    ["registry.example:5000/team/app:1.0.0", "1.0.0"],
    ["registry.example:5000/team/app", "latest"],
    [`app:1.0.0@sha256:${"a".repeat(64)}`, `sha256:${"a".repeat(64)}`],
  ])("of %s is %s", (image, version) => {
    expect(versionOf(image)).toBe(version);
  });

  it("is changed, and nothing else of it", () => {
    expect(withVersion("registry.example:5000/team/app:1.0.0", "1.1.0")).toBe("registry.example:5000/team/app:1.1.0");
    const digest = `sha256:${"b".repeat(64)}`;
    expect(withVersion("registry.example:5000/app:1.0.0", digest)).toBe(`registry.example:5000/app@${digest}`);
    expect(withVersion(`registry.example:5000/app@${digest}`, "1.1.0")).toBe("registry.example:5000/app:1.1.0");
  });
});

describe("an application's figures", () => {
  const page = '# HELP busy x\nbusy{route="/a"} 2\nbusy{route="/b"} 3\nbusy_seconds 9\nodd NaN\n';
  it("are added up over all series of that name, and of no longer name", () => {
    expect(sumOf(page, "busy")).toBe(5);
    expect(sumOf(page, "busy_seconds")).toBe(9);
  });
  it("that are not there, or no number, are not measurable, and never 0", () => {
    expect(sumOf(page, "idle")).toBeNull();
    expect(sumOf(page, "odd")).toBeNull();
    expect(sumOf("", "busy")).toBeNull();
  });
});

describe("how a container ended", () => {
  const ended = (
    terminated: Pod["status"]["containerStatuses"][number]["state"]["terminated"],
  ): ReturnType<typeof endOf> => {
    const { pod } = nodeOf("be-0");
    if (pod === null || terminated === undefined) throw new Error("be-0 was recorded");
    const containerStatuses = pod.status.containerStatuses.map((one) => ({ ...one, state: { terminated } }));
    return endOf({ ...pod, status: { ...pod.status, containerStatuses } });
  };
  it("[S4-11] 137 is a kill, 143 the signal, 0 its own doing; out of memory is said", () => {
    expect(ended({ exitCode: 0, reason: "Completed" })).toEqual({
      forced: false,
      said: "app ended by itself (exit code 0)",
    });
    expect(ended({ exitCode: 143, reason: "Error" })).toMatchObject({
      forced: false,
      said: expect.stringContaining("SIGTERM"),
    });
    expect(ended({ exitCode: 137, reason: "Error" })).toMatchObject({ forced: true });
    expect(ended({ exitCode: 137, reason: "OOMKilled" }).said).toContain("OOMKilled");
    expect(ended({ exitCode: 1, reason: "Error" })).toMatchObject({
      forced: false,
      said: expect.stringContaining("with an error"),
    });
  });
  it("that nobody told is said to be unknown", () => {
    const { pod } = nodeOf("be-0");
    expect(pod === null ? null : endOf(pod)).toEqual({ forced: false, said: "its kubelet told no exit code" });
  });
});

describe("the words of a namespace", () => {
  const set = { kind: "StatefulSet", name: "web" } as const;
  const wordsFor = (workloads: readonly unknown[]) => {
    const base = { id: "shop", name: "Shop", system: "kubernetes", access: { by: "inCluster" }, namespace: "shop" };
    return wordsOf(kubernetesConfig.parse({ ...base, workloads }));
  };
  const work = { port: 9090, inFlight: "jobs_running", requests: "jobs_total", one: "job", many: "jobs" };

  it("are those of its figures, and its pods count them; without figures nobody does", () => {
    expect(wordsFor([{ ...set, work }])).toMatchObject({ work: { many: "jobs" }, counters: "the pods" });
    expect(wordsFor([set])).toMatchObject({ work: { many: "requests" }, counters: null, node: { many: "Pods" } });
  });

  it("are the common ones where workloads differ, and a Deployment is no pod", () => {
    const other = { ...set, name: "calls", work: { ...work, one: "call", many: "calls" } };
    expect(wordsFor([{ ...set, work }, other]).work.many).toBe("requests");
    expect(wordsFor([set, { kind: "Deployment", name: "front" }]).node.many).toBe("workloads");
  });
});

describe("a configuration", () => {
  const base = { id: "shop", name: "Shop", system: "kubernetes", access: { by: "inCluster" }, namespace: "shop" };
  it("names one workload at least, and what is wrong with a version", () => {
    expect(clusterConfig.safeParse({ ...base, workloads: [] }).success).toBe(false);
    const odd = clusterConfig.safeParse({
      ...base,
      workloads: [{ kind: "Deployment", name: "web", versions: ["a b"] }],
    });
    expect(JSON.stringify(odd.error?.issues)).toContain("Neither a tag nor a digest");
  });
});
