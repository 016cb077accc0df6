import { describe, expect, it } from "vitest";
import { NEW, OLD } from "#lib/run/testing/plan.ts";
import type { ClusterSummary } from "#lib/wire/views.ts";
import { actorOf } from "./may.ts";
import { ANN, REQUEST, useBench, valueOf } from "./testing/bench.ts";

const bench = useBench();

describe("a node", () => {
  it("is told with every time it was taken out, newest first, and of none where there was none", async () => {
    expect(valueOf(await bench().services.viewNodePast(ANN, "c1", "be-1"))).toEqual({
      nodeId: "be-1",
      times: [],
      older: 0,
    });
    const request = { ...REQUEST, kind: "restart" as const, policy: { ...REQUEST.policy, approval: "none" as const } };
    const runIds: string[] = [];
    for (const nodeId of ["be-1", "be-1"]) {
      const plan = { ...request, nodeIds: [nodeId], reason: `for ${nodeId}` };
      const start = { request: plan, confirm: "Production", overrides: [] };
      runIds.push(valueOf(await bench().services.startRun(ANN, "c1", start)).runId);
      const isOver = async (): Promise<boolean> =>
        valueOf(await bench().services.listRuns(ANN, "c1"))[0]?.endedAtMs !== null;
      while (!(await isOver())) await bench().clock.advance(1000);
    }
    const { times } = valueOf(await bench().services.viewNodePast(ANN, "c1", "be-1"));
    expect(times).toMatchObject([
      { runId: runIds[1], kind: "restart", result: "verified", reason: "for be-1", startedBy: { id: "ann" } },
      { runId: runIds[0], result: "verified" },
    ]);
    expect(times[0]?.endedAtMs).not.toBeNull();
    // And what it took is what the next one is forecast from.
    const { runs, paces } = valueOf(await bench().services.viewPaces(ANN, "c1"));
    expect(runs).toBe(2);
    expect(paces.filter(({ phase }) => phase === "restart").length).toBeGreaterThan(1);
    expect(await bench().services.viewNodePast(ANN, "c9", "be-1")).toMatchObject({ ok: false, because: "notFound" });
  });

  it("has no settings where its system tells none", async () => {
    expect(valueOf(await bench().services.viewNodeSettings(ANN, "c1", "be-1"))).toMatchObject({
      items: [],
      problem: null,
    });
  });
});

describe("the way back", () => {
  it("is drafted from a run that ended, with its own limits and reason; one that goes on has none", async () => {
    const request = { ...REQUEST, targetVersion: NEW, policy: { ...REQUEST.policy, approval: "none" as const } };
    const started = await bench().services.startRun(ANN, "c1", { request, confirm: "Production", overrides: [] });
    const { runId } = valueOf(started);
    expect(await bench().services.draftRollBack(ANN, runId)).toMatchObject({ ok: false, because: "refused" });
    const isOver = async (): Promise<boolean> =>
      valueOf(await bench().services.listRuns(ANN, "c1"))[0]?.endedAtMs !== null;
    while (!(await isOver())) await bench().clock.advance(1000);
    const back = valueOf(await bench().services.draftRollBack(ANN, runId));
    expect(back).toMatchObject({
      endsRun: false,
      request: { kind: "downgrade", targetVersion: OLD, reason: "Roll back of run c1.1: a new version" },
      draft: { plan: { kind: "downgrade" } },
    });
    expect([...(back.request.nodeIds ?? [])].sort()).toEqual(["be-1", "be-2", "fe-1", "fe-2"]);
    expect(await bench().services.draftRollBack(ANN, "c1.9")).toMatchObject({ ok: false, because: "notFound" });
  });
});

describe("services", () => {
  it("are ready when every journal is folded, and say what does not work", async () => {
    expect(bench().services.health()).toEqual({ at: "ready", problems: [] });
    const other = await bench().journal.claim("c1", "console-2", bench().clock.now() + 60_000);
    expect(other).toHaveProperty("epoch");
    await bench().clock.advance(4000);
    expect(bench().services.health().problems).toEqual([
      { clusterId: "c1", problem: expect.stringContaining("console-2") },
    ]);
    expect(bench().services.health().at).toBe("ready");
  });

  it("list and show clusters", async () => {
    expect(valueOf(await bench().services.listClusters(ANN))).toMatchObject([
      { id: "c1", name: "Production", system: "scripted", nodeCount: 4, servingCount: 4, activeRun: null },
    ]);
    const view = valueOf(await bench().services.viewCluster(ANN, "c1"));
    expect(view).toMatchObject({ owned: true, ownedBy: "console-1", problem: null });
    expect(view.nodes["be-1"]?.observation.word).toBe("up");
    expect(await bench().services.viewCluster(ANN, "c2")).toMatchObject({ ok: false, because: "notFound" });
  });

  it("tell of a cluster where its run stands, and which nodes are away that no run has in hand", async () => {
    const listed = async (): Promise<ClusterSummary | undefined> =>
      valueOf(await bench().services.listClusters(ANN))[0];
    expect(await listed()).toMatchObject({ standing: null, astray: { count: 0, first: [] } });
    const request = { ...REQUEST, policy: { ...REQUEST.policy, approval: "none" as const } };
    valueOf(await bench().services.startRun(ANN, "c1", { request, confirm: "Production", overrides: [] }));
    while ((await listed())?.servingCount !== 3) await bench().clock.advance(500);
    expect(await listed()).toMatchObject({
      standing: { verdict: { is: "onTrack", nodeId: "be-1" }, ended: 0, total: 4 },
      astray: { count: 0 },
    });
    const outside = { nodeId: "fe-2", limitMs: null, how: "plain", identity: null } as const;
    void bench().cluster.driver.exit("by-hand", outside, new AbortController().signal);
    while ((await listed())?.astray.count === 0) await bench().clock.advance(500);
    expect(await listed()).toMatchObject({ astray: { count: 1, first: ["fe-2"] } });
  });

  it("draft a plan with its checks and exact commands, and start nothing", async () => {
    const draft = valueOf(await bench().services.draftPlan(ANN, "c1", REQUEST));
    expect(draft.plan.steps.map(({ nodeId }) => nodeId)).toEqual(["be-1", "be-2", "fe-1", "fe-2"]);
    expect(draft.commands["be-1"]).toEqual([{ phase: "exit", where: "be-1$", text: "stop", remark: "" }]);
    expect(await bench().journal.streams("run/")).toEqual([]);
  });

  it("[rule 5] take a wished order within a rank, and no further", async () => {
    const order = ["fe-2", "be-2", "be-1"];
    const draft = valueOf(await bench().services.draftPlan(ANN, "c1", { ...REQUEST, order }));
    expect(draft.plan.steps.map(({ nodeId }) => nodeId)).toEqual(["be-2", "be-1", "fe-1", "fe-2"]);
  });

  it("start a run for whoever types the cluster's name", async () => {
    const wrong = await bench().services.startRun(ANN, "c1", { request: REQUEST, confirm: "Staging", overrides: [] });
    expect(wrong).toMatchObject({ ok: false, because: "refused" });
    const runId = await bench().started();
    const again = await bench().services.startRun(ANN, "c1", {
      request: REQUEST,
      confirm: "Production",
      overrides: [],
    });
    expect(again).toMatchObject({ ok: false, refusal: { already: { by: actorOf(ANN) } } });
    expect(valueOf(await bench().services.listRuns(ANN, "c1"))).toMatchObject([{ id: runId, reason: "a new version" }]);
  });

  it("take requests of a run, and answer with a refusal or a number", async () => {
    const runId = await bench().started();
    await bench().clock.advance(1000);
    const { seq } = valueOf(await bench().services.requestOfRun(ANN, runId, { do: "pause", reason: "lunch" }));
    expect(valueOf(await bench().services.viewRun(ANN, runId)).events.at(seq - 1)?.event).toMatchObject({
      type: "PauseRequested",
    });
    expect(await bench().services.requestOfRun(ANN, runId, { do: "pause", reason: "" })).toMatchObject({
      ok: false,
      because: "refused",
      refusal: { already: { by: actorOf(ANN) } },
    });
    expect(await bench().services.requestOfRun(ANN, "c1.9", { do: "resume" })).toMatchObject({ because: "notFound" });
  });

  it("know a run by what people read of its id, too, as the command line shows it", async () => {
    const runId = await bench().started();
    await bench().clock.advance(1000);
    expect(runId).not.toBe("c1.1");
    expect(valueOf(await bench().services.viewRun(ANN, "c1.1"))).toEqual(
      valueOf(await bench().services.viewRun(ANN, runId)),
    );
    expect(valueOf(await bench().services.viewRun(ANN, "c1.1")).events.length).toBeGreaterThan(0);
    valueOf(await bench().services.requestOfRun(ANN, "c1.1", { do: "pause", reason: "lunch" }));
    const { message } = await bench().feedOf("run/c1.1").snapshot(null);
    const { events } = valueOf(await bench().services.viewRun(ANN, runId));
    expect(message).toMatchObject({ topic: "run/c1.1", events });
    expect(events.map(({ event }) => event.type)).toContain("PauseRequested");
  });

  it("[rule 9] keep who did what, newest first, and logins of nobody's cluster apart", async () => {
    await bench().services.note(ANN, "logged in");
    await Promise.all([bench().services.note(ANN, "one"), bench().services.note(ANN, "two")]);
    await bench().clock.advance(1000);
    const runId = await bench().started();
    await bench().clock.advance(1000);
    await bench().services.requestOfRun(ANN, runId, { do: "pause", reason: "lunch" });
    const all = valueOf(await bench().services.audit(ANN, null));
    expect(all.map(({ what }) => what)).toEqual([
      "paused the run: lunch",
      "started upgrade to 4.0.7-bbbbbbb of 4 nodes: a new version",
      "logged in",
      "one",
      "two",
    ]);
    expect(valueOf(await bench().services.audit(ANN, "c1"))).toHaveLength(2);
  });
});

describe("a ticket", () => {
  it("goes with the plan into the journal and the audit, and is not there where none was named", async () => {
    const start = { request: { ...REQUEST, ticket: "CHG-4711" }, confirm: "Production", overrides: [] };
    const draft = valueOf(await bench().services.draftPlan(ANN, "c1", start.request));
    expect(draft.plan.ticket).toBe("CHG-4711");
    expect(valueOf(await bench().services.draftPlan(ANN, "c1", REQUEST)).plan).not.toHaveProperty("ticket");
    const { runId } = valueOf(await bench().services.startRun(ANN, "c1", start));
    const [first] = valueOf(await bench().services.viewRun(ANN, runId)).events;
    expect(first?.event).toMatchObject({ type: "RunStarted", plan: { ticket: "CHG-4711" } });
    const [newest] = valueOf(await bench().services.audit(ANN, null));
    expect(newest?.what).toBe("started upgrade to 4.0.7-bbbbbbb of 4 nodes for CHG-4711: a new version");
  });
});
