import { describe, expect, it } from "vitest";
import type { Reply, Services } from "#server/services/services.ts";
import { createApi } from "./api-routes.ts";

type Asked = readonly [name: string, ...args: readonly unknown[]];

/** Every service notes that it was asked and gives the same reply. */
function servicesAnswering(reply: Reply<never>): { readonly services: Services; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const answer =
    (name: string) =>
    async (...args: readonly unknown[]): Promise<Reply<never>> => {
      asked.push([name, ...args]);
      return reply;
    };
  const services: Services = {
    start: async () => undefined,
    stop: async () => undefined,
    health: () => ({ at: "ready", problems: [] }),
    listClusters: answer("listClusters"),
    viewCluster: answer("viewCluster"),
    viewNodePast: answer("viewNodePast"),
    viewNodeSettings: answer("viewNodeSettings"),
    viewPaces: answer("viewPaces"),
    listVersions: answer("listVersions"),
    stageRelease: answer("stageRelease"),
    viewStaging: answer("viewStaging"),
    draftPlan: answer("draftPlan"),
    startRun: answer("startRun"),
    listRuns: answer("listRuns"),
    viewRun: answer("viewRun"),
    viewProbe: answer("viewProbe"),
    viewCommands: answer("viewCommands"),
    draftRollBack: answer("draftRollBack"),
    requestOfRun: answer("requestOfRun"),
    querySeries: answer("querySeries"),
    audit: answer("audit"),
    viewConfiguration: answer("viewConfiguration"),
    testConnection: answer("testConnection"),
    confirmHostKey: answer("confirmHostKey"),
    addCluster: answer("addCluster"),
    changeCluster: answer("changeCluster"),
    removeCluster: answer("removeCluster"),
    onClusterChange: () => () => undefined,
    note: async () => undefined,
    openFeed: () => ({ refused: "none" }),
  };
  return { services, asked };
}

const session = { id: "s1", name: "mara", via: "cli", expiresAtMs: 5, role: "operator" } as const;
const actor = { kind: "person", id: "mara", via: "cli", role: "operator" };
const told = { expiresAtMs: 5, consoleVersion: "1.0", buildId: "b1", holders: { operators: [], approvers: [] } };
const refusedWith = (because: "notFound" | "notAllowed" | "refused" | "failed"): Reply<never> => ({
  ok: false,
  because,
  refusal: { reason: "Because.", already: null },
});

function ask(services: Services, method: string, path: string, body: unknown = null) {
  const url = new URL(path, "http://console");
  const { signal } = new AbortController();
  const people = { list: () => ({ people: [] }), change: async () => ({ at: "refused", why: "Because." }) as const };
  return createApi(
    services,
    ({ name, role }) => ({ ...told, name, role }),
    people,
  )({
    method,
    path: url.pathname,
    query: url.searchParams,
    session,
    body,
    signal,
  });
}

describe("the API", () => {
  it("asks one service, in the name of the session's operator", async () => {
    const { services, asked } = servicesAnswering(refusedWith("refused"));
    await ask(services, "GET", "/api/clusters");
    await ask(services, "GET", "/api/clusters/c%2F1/versions");
    await ask(services, "POST", "/api/runs/r1/requests", { do: "approve", nodeId: "be-01" });
    await ask(services, "GET", "/api/clusters/c1/series?names=a,b&fromMs=0&toMs=60000&stepMs=1000");
    await ask(services, "GET", "/api/clusters/c1/series?names=a&fromMs=0&toMs=86400000&points=720");
    await ask(services, "GET", "/api/audit?clusterId=c1");
    await ask(services, "GET", "/api/clusters/c%2F1/nodes/be%2F01/past");
    await ask(services, "GET", "/api/clusters/c1/nodes/be-01/settings");
    expect(asked).toEqual([
      ["listClusters", actor],
      ["listVersions", actor, "c/1"],
      ["requestOfRun", actor, "r1", { do: "approve", nodeId: "be-01" }],
      ["querySeries", actor, "c1", { names: ["a", "b"], fromMs: 0, toMs: 60_000, stepMs: 1000 }],
      ["querySeries", actor, "c1", { names: ["a"], fromMs: 0, toMs: 86_400_000, stepMs: 120_000 }],
      ["audit", actor, "c1"],
      ["viewNodePast", actor, "c/1", "be/01"],
      ["viewNodeSettings", actor, "c1", "be-01"],
    ]);
  });

  it("a refusal is 409 with itself; what is not there, not allowed or not answering is a problem", async () => {
    const statusOf = async (because: Parameters<typeof refusedWith>[0]): Promise<unknown> =>
      ask(servicesAnswering(refusedWith(because)).services, "GET", "/api/clusters/c1");
    expect(await statusOf("refused")).toEqual({ status: 409, body: { reason: "Because.", already: null } });
    for (const [because, status] of [
      ["notFound", 404],
      ["notAllowed", 403],
      ["failed", 503],
    ] as const) {
      expect(await statusOf(because)).toMatchObject({ status, body: { error: "Because.", field: null } });
    }
  });

  it("names the field of a body that is wrong, and asks no service", async () => {
    const { services, asked } = servicesAnswering(refusedWith("refused"));
    expect(await ask(services, "POST", "/api/runs/r1/requests", { do: "abort", reason: "x" })).toMatchObject({
      status: 400,
      body: { field: "reason", error: expect.stringContaining("say why") },
    });
    expect(await ask(services, "POST", "/api/runs/r1/requests", { do: "explode" })).toMatchObject({ status: 400 });
    expect(
      await ask(services, "GET", "/api/clusters/c1/series?names=a&fromMs=0&toMs=9999999999&stepMs=250"),
    ).toMatchObject({
      status: 400,
      body: { field: "stepMs" },
    });
    for (const query of ["", "&points=720&stepMs=1000", "&points=9999"]) {
      const answer = await ask(services, "GET", `/api/clusters/c1/series?names=a&fromMs=0&toMs=60000${query}`);
      expect(answer).toMatchObject({ status: 400, body: { field: "points" } });
    }
    expect(asked).toEqual([]);
  });

  it("knows what it does not have", async () => {
    const { services } = servicesAnswering(refusedWith("refused"));
    expect(await ask(services, "GET", "/api/nonsense")).toMatchObject({ status: 404 });
    expect(await ask(services, "GET", "/api/clusters/%E0%A4%A")).toMatchObject({ status: 404 });
    expect(await ask(services, "POST", "/api/configuration")).toMatchObject({ status: 405 });
  });

  it("says whose session it is", async () => {
    const { services } = servicesAnswering(refusedWith("refused"));
    expect(await ask(services, "GET", "/api/session")).toEqual({
      status: 200,
      body: { ...told, name: "mara", role: "operator" },
    });
  });
});
