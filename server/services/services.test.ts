import { beforeEach, describe, expect, it } from "vitest";
import { NEW, OLD, POLICY } from "#lib/run/testing/plan.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import type { Call } from "#lib/wire/call.ts";
import type { ClusterSummary } from "#lib/wire/views.ts";
import type { ServerMessage } from "#lib/wire/messages.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createTranscript } from "#server/observer/transcript.ts";
import type { History, Journal, Log, Sample, Transcript } from "#server/orchestrator/ports.ts";
import { createManualClock, type ManualClock } from "#server/orchestrator/testing/manual-clock.ts";
import { createScriptedCluster, type ScriptedCluster } from "#server/orchestrator/testing/scripted-cluster.ts";
import { createServices } from "./create-services.ts";
import { actorOf, type Caller } from "./may.ts";
import type { Feed, Frame, Reply, Services } from "./services.ts";

const ann: Caller = { kind: "person", id: "ann", via: "browser", role: "approver" };
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const REQUEST: PlanRequestBody = {
  kind: "upgrade",
  targetVersion: null,
  nodeIds: null,
  policy: { ...POLICY, approval: "every", soakMs: 1000, maxUnavailable: 1 },
  drainLimitMs: null,
  exitLimitMs: {},
  leaderExit: "graceful",
  isolate: true,
  reason: "a new version",
};

let clock: ManualClock;
let cluster: ScriptedCluster;
let journal: Journal;
let transcript: Transcript;
let services: Services;
let kept: Sample[];

/** Enough of a history: what was appended, by its second. */
const history: History = {
  append: (_clusterId, atMs, values) => kept.push({ atMs, values }),
  query: async (_clusterId, series, fromMs, toMs, stepMs) =>
    Array.from({ length: Math.max(0, Math.ceil((toMs - fromMs) / stepMs)) }, (_, i) => {
      const atMs = fromMs + i * stepMs;
      return { atMs, value: kept.find((sample) => sample.atMs === atMs)?.values[series] ?? null };
    }),
  close: async () => undefined,
};

beforeEach(async () => {
  kept = [];
  clock = createManualClock(1_000_000);
  cluster = createScriptedCluster(clock);
  journal = createMemoryJournal();
  transcript = createTranscript(3);
  const { driver } = cluster;
  const observer = createObserver({ clusterId: "c1", driver, history, clock, log: quiet, random: () => 0.5 });
  services = createServices({
    clusters: [{ id: "c1", name: "Production", driver, observer, transcript }],
    journal,
    history,
    people: { holders: () => ({ operators: ["lee"], approvers: ["dana"] }) },
    clock,
    log: quiet,
    owner: "console-1",
  });
  await services.start();
  await clock.advance(3000);
});

function valueOf<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Error(reply.refusal.reason);
  return reply.value;
}

function feedOf(topic: string, more: object = {}): Feed {
  const feed = services.openFeed({ type: "subscribe", topic, ...more }, ann);
  if ("refused" in feed) throw new Error(feed.refused);
  return feed;
}

async function started(): Promise<string> {
  const reply = await services.startRun(ann, "c1", { request: REQUEST, confirm: "Production", overrides: [] });
  return valueOf(reply).runId;
}

/** Frames that follow on one another from where the snapshot stands. */
function expectUnbroken(at: number, frames: readonly Frame[]): void {
  let position = at;
  for (const frame of frames.filter(({ to }) => to > at)) {
    expect(frame.from).toBe(position);
    position = frame.to;
  }
}

describe("a node", () => {
  it("is told with every time it was taken out, newest first, and of none where there was none", async () => {
    expect(valueOf(await services.viewNodePast(ann, "c1", "be-1"))).toEqual({ nodeId: "be-1", times: [], older: 0 });
    const request = { ...REQUEST, kind: "restart" as const, policy: { ...REQUEST.policy, approval: "none" as const } };
    const runIds: string[] = [];
    for (const nodeId of ["be-1", "be-1"]) {
      const plan = { ...request, nodeIds: [nodeId], reason: `for ${nodeId}` };
      const start = { request: plan, confirm: "Production", overrides: [] };
      runIds.push(valueOf(await services.startRun(ann, "c1", start)).runId);
      const isOver = async (): Promise<boolean> => valueOf(await services.listRuns(ann, "c1"))[0]?.endedAtMs !== null;
      while (!(await isOver())) await clock.advance(1000);
    }
    const { times } = valueOf(await services.viewNodePast(ann, "c1", "be-1"));
    expect(times).toMatchObject([
      { runId: runIds[1], kind: "restart", result: "verified", reason: "for be-1", startedBy: { id: "ann" } },
      { runId: runIds[0], result: "verified" },
    ]);
    expect(times[0]?.endedAtMs).not.toBeNull();
    // And what it took is what the next one is forecast from.
    const { runs, paces } = valueOf(await services.viewPaces(ann, "c1"));
    expect(runs).toBe(2);
    expect(paces.filter(({ phase }) => phase === "restart").length).toBeGreaterThan(1);
    expect(await services.viewNodePast(ann, "c9", "be-1")).toMatchObject({ ok: false, because: "notFound" });
  });

  it("has no settings where its system tells none", async () => {
    expect(valueOf(await services.viewNodeSettings(ann, "c1", "be-1"))).toMatchObject({ items: [], problem: null });
  });
});

describe("the list of clusters", () => {
  it("is told whole when something in it is another, and not for the time of a poll alone", async () => {
    const feed = feedOf("clusters");
    const frames: Frame[] = [];
    const stop = feed.start((frame) => frames.push(frame));
    const { at, message } = await feed.snapshot(null);
    expect(message).toMatchObject({ type: "clusters", clusters: [{ id: "c1", name: "Production", activeRun: null }] });
    await clock.advance(5000);
    expect(frames).toEqual([]);
    const runId = await started();
    await clock.advance(2000);
    expect(frames.at(-1)).toMatchObject({ message: { clusters: [{ id: "c1", activeRun: { id: runId } }] } });
    expectUnbroken(at, frames);
    stop();
  });

  it("is not changed where the clusters were given to the console", async () => {
    expect(await services.viewConfiguration(ann)).toMatchObject({ ok: false, because: "refused" });
    const added = await services.addCluster(ann, { section: {}, password: null });
    expect(added).toMatchObject({ ok: false, because: "refused" });
  });
});

describe("the way back", () => {
  it("is drafted from a run that ended, with its own limits and reason; one that goes on has none", async () => {
    const request = { ...REQUEST, targetVersion: NEW, policy: { ...REQUEST.policy, approval: "none" as const } };
    const started = await services.startRun(ann, "c1", { request, confirm: "Production", overrides: [] });
    const { runId } = valueOf(started);
    expect(await services.draftRollBack(ann, runId)).toMatchObject({ ok: false, because: "refused" });
    const isOver = async (): Promise<boolean> => valueOf(await services.listRuns(ann, "c1"))[0]?.endedAtMs !== null;
    while (!(await isOver())) await clock.advance(1000);
    const back = valueOf(await services.draftRollBack(ann, runId));
    expect(back).toMatchObject({
      endsRun: false,
      request: { kind: "downgrade", targetVersion: OLD, reason: "Roll back of run c1.1: a new version" },
      draft: { plan: { kind: "downgrade" } },
    });
    expect([...(back.request.nodeIds ?? [])].sort()).toEqual(["be-1", "be-2", "fe-1", "fe-2"]);
    expect(await services.draftRollBack(ann, "c1.9")).toMatchObject({ ok: false, because: "notFound" });
  });
});

describe("services", () => {
  it("are ready when every journal is folded, and say what does not work", async () => {
    expect(services.health()).toEqual({ at: "ready", problems: [] });
    const other = await journal.claim("c1", "console-2", clock.now() + 60_000);
    expect(other).toHaveProperty("epoch");
    await clock.advance(4000);
    expect(services.health().problems).toEqual([{ clusterId: "c1", problem: expect.stringContaining("console-2") }]);
    expect(services.health().at).toBe("ready");
  });

  it("list and show clusters", async () => {
    expect(valueOf(await services.listClusters(ann))).toMatchObject([
      { id: "c1", name: "Production", system: "scripted", nodeCount: 4, servingCount: 4, activeRun: null },
    ]);
    const view = valueOf(await services.viewCluster(ann, "c1"));
    expect(view).toMatchObject({ owned: true, ownedBy: "console-1", problem: null });
    expect(view.nodes["be-1"]?.observation.word).toBe("up");
    expect(await services.viewCluster(ann, "c2")).toMatchObject({ ok: false, because: "notFound" });
  });

  it("tell of a cluster where its run stands, and which nodes are away that no run has in hand", async () => {
    const listed = async (): Promise<ClusterSummary | undefined> => valueOf(await services.listClusters(ann))[0];
    expect(await listed()).toMatchObject({ standing: null, astray: { count: 0, first: [] } });
    const request = { ...REQUEST, policy: { ...REQUEST.policy, approval: "none" as const } };
    valueOf(await services.startRun(ann, "c1", { request, confirm: "Production", overrides: [] }));
    while ((await listed())?.servingCount !== 3) await clock.advance(500);
    expect(await listed()).toMatchObject({
      standing: { verdict: { is: "onTrack", nodeId: "be-1" }, ended: 0, total: 4 },
      astray: { count: 0 },
    });
    const outside = { nodeId: "fe-2", limitMs: null, how: "plain", identity: null } as const;
    void cluster.driver.exit("by-hand", outside, new AbortController().signal);
    while ((await listed())?.astray.count === 0) await clock.advance(500);
    expect(await listed()).toMatchObject({ astray: { count: 1, first: ["fe-2"] } });
  });

  it("draft a plan with its checks and exact commands, and start nothing", async () => {
    const draft = valueOf(await services.draftPlan(ann, "c1", REQUEST));
    expect(draft.plan.steps.map(({ nodeId }) => nodeId)).toEqual(["be-1", "be-2", "fe-1", "fe-2"]);
    expect(draft.commands["be-1"]).toEqual([{ phase: "exit", where: "be-1$", text: "stop", remark: "" }]);
    expect(await journal.streams("run/")).toEqual([]);
  });

  it("[rule 5] take a wished order within a rank, and no further", async () => {
    const order = ["fe-2", "be-2", "be-1"];
    const draft = valueOf(await services.draftPlan(ann, "c1", { ...REQUEST, order }));
    expect(draft.plan.steps.map(({ nodeId }) => nodeId)).toEqual(["be-2", "be-1", "fe-1", "fe-2"]);
  });

  it("start a run for whoever types the cluster's name", async () => {
    const wrong = await services.startRun(ann, "c1", { request: REQUEST, confirm: "Staging", overrides: [] });
    expect(wrong).toMatchObject({ ok: false, because: "refused" });
    const runId = await started();
    const again = await services.startRun(ann, "c1", { request: REQUEST, confirm: "Production", overrides: [] });
    expect(again).toMatchObject({ ok: false, refusal: { already: { by: actorOf(ann) } } });
    expect(valueOf(await services.listRuns(ann, "c1"))).toMatchObject([{ id: runId, reason: "a new version" }]);
  });

  it("take requests of a run, and answer with a refusal or a number", async () => {
    const runId = await started();
    await clock.advance(1000);
    const { seq } = valueOf(await services.requestOfRun(ann, runId, { do: "pause", reason: "lunch" }));
    expect(valueOf(await services.viewRun(ann, runId)).events.at(seq - 1)?.event).toMatchObject({
      type: "PauseRequested",
    });
    expect(await services.requestOfRun(ann, runId, { do: "pause", reason: "" })).toMatchObject({
      ok: false,
      because: "refused",
      refusal: { already: { by: actorOf(ann) } },
    });
    expect(await services.requestOfRun(ann, "c1.9", { do: "resume" })).toMatchObject({ because: "notFound" });
  });

  it("know a run by what people read of its id, too, as the command line shows it", async () => {
    const runId = await started();
    await clock.advance(1000);
    expect(runId).not.toBe("c1.1");
    expect(valueOf(await services.viewRun(ann, "c1.1"))).toEqual(valueOf(await services.viewRun(ann, runId)));
    expect(valueOf(await services.viewRun(ann, "c1.1")).events.length).toBeGreaterThan(0);
    valueOf(await services.requestOfRun(ann, "c1.1", { do: "pause", reason: "lunch" }));
    const { message } = await feedOf("run/c1.1").snapshot(null);
    const { events } = valueOf(await services.viewRun(ann, runId));
    expect(message).toMatchObject({ topic: "run/c1.1", events });
    expect(events.map(({ event }) => event.type)).toContain("PauseRequested");
  });

  it("[rule 9] keep who did what, newest first, and logins of nobody's cluster apart", async () => {
    await services.note(ann, "logged in");
    await Promise.all([services.note(ann, "one"), services.note(ann, "two")]);
    await clock.advance(1000);
    const runId = await started();
    await clock.advance(1000);
    await services.requestOfRun(ann, runId, { do: "pause", reason: "lunch" });
    const all = valueOf(await services.audit(ann, null));
    expect(all.map(({ what }) => what)).toEqual([
      "paused the run: lunch",
      "started upgrade to 4.0.7-bbbbbbb of 4 nodes: a new version",
      "logged in",
      "one",
      "two",
    ]);
    expect(valueOf(await services.audit(ann, "c1"))).toHaveLength(2);
  });
});

describe("a ticket", () => {
  it("goes with the plan into the journal and the audit, and is not there where none was named", async () => {
    const start = { request: { ...REQUEST, ticket: "CHG-4711" }, confirm: "Production", overrides: [] };
    const draft = valueOf(await services.draftPlan(ann, "c1", start.request));
    expect(draft.plan.ticket).toBe("CHG-4711");
    expect(valueOf(await services.draftPlan(ann, "c1", REQUEST)).plan).not.toHaveProperty("ticket");
    const { runId } = valueOf(await services.startRun(ann, "c1", start));
    const [first] = valueOf(await services.viewRun(ann, runId)).events;
    expect(first?.event).toMatchObject({ type: "RunStarted", plan: { ticket: "CHG-4711" } });
    const [newest] = valueOf(await services.audit(ann, null));
    expect(newest?.what).toBe("started upgrade to 4.0.7-bbbbbbb of 4 nodes for CHG-4711: a new version");
  });
});

describe("a note", () => {
  const note = { do: "note", nodeId: "be-1", text: "its disk is loud" } as const;

  it("[A19] is accepted at any time, and stands in the journal and the audit with who wrote it", async () => {
    const runId = await started();
    await clock.advance(1000);
    expect(valueOf(await services.requestOfRun(ann, runId, note)).seq).toBeGreaterThan(1);
    await clock.advance(1000);
    valueOf(await services.requestOfRun(ann, runId, { ...note, nodeId: null, text: "a calm night" }));
    const { events } = valueOf(await services.viewRun(ann, runId));
    const by = { kind: "person", id: "ann", via: "browser" };
    const written = events.filter(({ event }) => event.type === "NoteAdded");
    expect(written.map(({ actor, event }) => ({ actor, event }))).toEqual([
      { actor: by, event: { type: "NoteAdded", nodeId: "be-1", text: "its disk is loud" } },
      { actor: by, event: { type: "NoteAdded", nodeId: null, text: "a calm night" } },
    ]);
    const [last, first] = valueOf(await services.audit(ann, null));
    expect([first?.what, last?.what]).toEqual(["noted on be-1: its disk is loud", "noted: a calm night"]);
  });

  it("[A19] of nothing is refused, and one by a viewer, who is told who can", async () => {
    const runId = await started();
    await clock.advance(1000);
    const empty = await services.requestOfRun(ann, runId, { ...note, text: " " });
    expect(empty).toMatchObject({ ok: false });
    const vic: Caller = { kind: "person", id: "vic", via: "browser", role: "viewer" };
    const refused = await services.requestOfRun(vic, runId, note);
    expect(JSON.stringify(refused)).toContain("Only an operator or an approver may act on a run");
    const { events } = valueOf(await services.viewRun(ann, runId));
    expect(events.filter(({ event }) => event.type === "NoteAdded")).toEqual([]);
  });
});

describe("roles", () => {
  const lee: Caller = { kind: "person", id: "lee", via: "browser", role: "operator" };
  const vic: Caller = { kind: "person", id: "vic", via: "cli", role: "viewer" };
  const approve = { do: "approve", nodeId: "be-1" } as const;

  it("a viewer sees everything and asks for nothing; each refusal says who can", async () => {
    const runId = await started();
    const seen = await Promise.all([
      services.listClusters(vic),
      services.viewCluster(vic, "c1"),
      services.viewNodePast(vic, "c1", "be-1"),
      services.viewNodeSettings(vic, "c1", "be-1"),
      services.listRuns(vic, "c1"),
      services.viewRun(vic, runId),
      services.viewProbe(vic, runId),
      services.querySeries(vic, "c1", { names: [], fromMs: 0, toMs: 1, stepMs: 1000 }),
      services.audit(vic, null),
    ]);
    expect(seen.filter(({ ok }) => !ok)).toEqual([]);
    for (const topic of ["cluster/c1", `run/${runId}`, "series/c1", "log/c1/be-1", "sent/c1"]) {
      expect(services.openFeed({ type: "subscribe", topic }, vic)).not.toHaveProperty("refused");
    }
    const start = { request: REQUEST, confirm: "Production", overrides: [] };
    const asked = await Promise.all([
      services.draftPlan(vic, "c1", REQUEST),
      services.startRun(vic, "c1", start),
      services.draftRollBack(vic, runId),
      services.requestOfRun(vic, runId, { do: "pause", reason: "" }),
      services.requestOfRun(vic, runId, approve),
    ]);
    expect(asked.map((reply) => (reply.ok ? "done" : reply.because))).toEqual(asked.map(() => "notAllowed"));
    expect(asked.map((reply) => (reply.ok ? "" : reply.refusal.reason))[3]).toBe(
      "Only an operator or an approver may act on a run; dana and lee are.",
    );
  });

  it("an operator starts and steers, and cannot approve, nor do away with approvals", async () => {
    const none = { ...REQUEST, policy: { ...REQUEST.policy, approval: "none" as const } };
    const withoutGates = await services.startRun(lee, "c1", { request: none, confirm: "Production", overrides: [] });
    expect(withoutGates).toMatchObject({ because: "notAllowed" });
    const start = { request: REQUEST, confirm: "Production", overrides: [] };
    const { runId } = valueOf(await services.startRun(lee, "c1", start));
    await clock.advance(1000);
    expect(await services.requestOfRun(lee, runId, approve)).toMatchObject({
      because: "notAllowed",
      refusal: { reason: "Only an approver may approve; dana is one." },
    });
    const less = { do: "changePolicy", policy: { approval: "none" }, reason: "in a hurry" } as const;
    expect(await services.requestOfRun(lee, runId, less)).toMatchObject({ because: "notAllowed" });
    valueOf(await services.requestOfRun(lee, runId, { do: "pause", reason: "lunch" }));
    valueOf(await services.requestOfRun(lee, runId, { do: "resume" }));
    valueOf(await services.requestOfRun(ann, runId, approve));
    // Making a run more careful is no approval.
    valueOf(await services.requestOfRun(lee, runId, { do: "withdrawApproval", nodeId: "be-1" }));
  });

  it("only an approver sets up clusters: a test, a new one, a change and a removal are refused with who may", async () => {
    const wish = { section: { id: "c2" }, password: null };
    const asked = await Promise.all([
      services.testConnection(lee, wish, new AbortController().signal),
      services.addCluster(lee, wish),
      services.changeCluster(lee, "c1", { ...wish, revision: "1" }),
      services.removeCluster(lee, "c1", { confirm: "Production", revision: "1" }),
    ]);
    expect(asked.map((reply) => (reply.ok ? "" : `${reply.because}: ${reply.refusal.reason}`))).toEqual(
      asked.map(() => "notAllowed: Only an approver may set up clusters; dana is one."),
    );
    expect(await services.addCluster(ann, wish)).toMatchObject({ because: "refused" });
  });

  it("what a person was stands in no journal: who they are does", async () => {
    const { runId } = valueOf(
      await services.startRun(lee, "c1", { request: REQUEST, confirm: "Production", overrides: [] }),
    );
    const { events } = valueOf(await services.viewRun(ann, runId));
    expect(events[0]?.actor).toEqual({ kind: "person", id: "lee", via: "browser" });
  });
});

describe("topics", () => {
  it("cluster: a snapshot, then patches that make of it what is shown", async () => {
    const feed = feedOf("cluster/c1");
    const frames: Frame[] = [];
    const stop = feed.start((frame) => frames.push(frame));
    const { at, message } = await feed.snapshot(null);
    if (message.type !== "cluster") throw new Error("no snapshot");
    const runId = await started();
    await clock.advance(5500);
    expectUnbroken(at, frames);
    const folded = frames.reduce((view, frame) => patched(view, frame.message), message.snapshot);
    expect(folded.runs.map(({ id }) => id)).toEqual([runId]);
    expect(folded).toEqual(valueOf(await services.viewCluster(ann, "c1")));
    stop();
    const before = frames.length;
    await clock.advance(5000);
    expect(frames).toHaveLength(before);
  });

  it("run: every event once and in order, from the number that the client holds", async () => {
    const runId = await started();
    const feed = feedOf(`run/${runId}`);
    const frames: Frame[] = [];
    feed.start((frame) => frames.push(frame));
    await clock.advance(1000);
    const snapshot = await feed.snapshot(1);
    await clock.advance(2000);
    await services.requestOfRun(ann, runId, { do: "pause", reason: "lunch" });
    expectUnbroken(snapshot.at, frames);
    const { message } = snapshot;
    const held = message.type === "run" ? message.events : [];
    expect(held[0]?.seq).toBe(2);
    const later = frames
      .filter(({ from }) => from >= snapshot.at)
      .flatMap(({ message: one }) => (one.type === "run" ? one.events : []));
    const all = valueOf(await services.viewRun(ann, runId)).events;
    expect([...held, ...later]).toEqual(all.slice(1));
  });

  it("series: what was, then each step once it is over", async () => {
    await clock.advance(2500);
    const feed = feedOf("series/c1", { names: ["cluster/requestsPerS"], fromMs: 1_000_000, stepMs: 1000 });
    const frames: Frame[] = [];
    feed.start((frame) => frames.push(frame));
    const { at, message } = await feed.snapshot(null);
    if (message.type !== "series") throw new Error("no snapshot");
    await clock.advance(5000);
    expectUnbroken(at, frames);
    const times = [
      ...pointsOf(message).map(({ atMs }) => atMs),
      ...frames.filter(({ to }) => to > at).flatMap((frame) => pointsOf(frame.message).map(({ atMs }) => atMs)),
    ];
    expect(times).toEqual(times.map((_, i) => 1_000_000 + i * 1000));
    expect(frames.flatMap((frame) => pointsOf(frame.message)).every(({ value }) => value !== null)).toBe(true);
  });

  it("sent: the last lines, then each new one", async () => {
    const line = { atMs: 1, nodeId: null, where: "fe-1>", text: "SHOW BACKENDS", result: "4 rows" };
    for (let i = 0; i < 5; i += 1) transcript.add({ ...line, atMs: i });
    const feed = feedOf("sent/c1");
    const frames: Frame[] = [];
    feed.start((frame) => frames.push(frame));
    const { at, message } = await feed.snapshot(null);
    expect(message.type === "sent" && message.lines.map(({ atMs }) => atMs)).toEqual([2, 3, 4]);
    transcript.add({ ...line, atMs: 5 });
    expectUnbroken(at, frames);
    expect(frames[0]?.message).toMatchObject({ type: "sentPatch", lines: [{ atMs: 5 }] });
  });

  it("attention: what calls for a person now, and each change of it", async () => {
    const feed = feedOf("attention");
    const frames: Frame[] = [];
    const stop = feed.start((frame) => frames.push(frame));
    const first = await feed.snapshot(null);
    expect(first.message).toMatchObject({ type: "attention", calls: [] });
    const runId = await started();
    await clock.advance(1000);
    expect(frames.at(-1)?.message).toMatchObject({
      calls: [{ what: "gate", runId, clusterName: "Production", clusterId: "c1" }],
    });
    const { nodeId } = callIn(frames.at(-1)?.message);
    await services.requestOfRun(ann, runId, { do: "approve", nodeId: nodeId ?? "" });
    await clock.advance(1000);
    expect(frames.at(-1)?.message).toMatchObject({ calls: [] });
    expectUnbroken(first.at, frames);
    expect(frames).toHaveLength(2);
    stop();
  });

  it("log: what keeps us from reading it stands in it", async () => {
    const feed = feedOf("log/c1/be-1");
    const frames: Frame[] = [];
    feed.start((frame) => frames.push(frame));
    await clock.advance(1000);
    expect(frames.map(({ message }) => message)).toMatchObject([
      { type: "logPatch", lines: [{ text: "-- There is no log." }] },
    ]);
    expect(await feed.snapshot(null)).toMatchObject({ at: 1, message: { lines: [{ text: "-- There is no log." }] } });
  });

  it.each(["cluster/c2", "run/c1.9", "log/c1/be-9", "coffee/c1", ""])("refuse what does not exist: %s", (topic) => {
    expect(services.openFeed({ type: "subscribe", topic }, ann)).toHaveProperty("refused");
  });
});

function callIn(message: ServerMessage | undefined): Call {
  const [call] = message?.type === "attention" ? message.calls : [];
  if (call === undefined) throw new Error("nothing calls");
  return call;
}

function pointsOf(message: ServerMessage): readonly { atMs: number; value: number | null }[] {
  const points = message.type === "series" || message.type === "seriesPatch" ? message.points : {};
  return points["cluster/requestsPerS"] ?? [];
}

/** What a browser does with a patch. */
function patched(view: ClusterView, message: ServerMessage): ClusterView {
  if (message.type !== "clusterPatch") return view;
  const { nodes, ...rest } = message.patch;
  const merged = { ...view.nodes };
  for (const [id, node] of Object.entries(nodes ?? {})) {
    if (node === null) delete merged[id];
    else merged[id] = node;
  }
  return { ...view, ...rest, nodes: merged };
}
