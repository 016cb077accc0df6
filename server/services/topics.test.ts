import { describe, expect, it } from "vitest";
import type { Call } from "#lib/wire/call.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import type { ServerMessage } from "#lib/wire/messages.ts";
import type { Frame } from "./services.ts";
import { ANN, expectUnbroken, useBench, valueOf } from "./testing/bench.ts";

const bench = useBench();

describe("the list of clusters", () => {
  it("is told whole when something in it is another, and not for the time of a poll alone", async () => {
    const feed = bench().feedOf("clusters");
    const frames: Frame[] = [];
    const stop = feed.start((frame) => frames.push(frame));
    const { at, message } = await feed.snapshot(null);
    expect(message).toMatchObject({ type: "clusters", clusters: [{ id: "c1", name: "Production", activeRun: null }] });
    await bench().clock.advance(5000);
    expect(frames).toEqual([]);
    const runId = await bench().started();
    await bench().clock.advance(2000);
    expect(frames.at(-1)).toMatchObject({ message: { clusters: [{ id: "c1", activeRun: { id: runId } }] } });
    expectUnbroken(at, frames);
    stop();
  });

  it("is not changed where the clusters were given to the console", async () => {
    expect(await bench().services.viewConfiguration(ANN)).toMatchObject({ ok: false, because: "refused" });
    const added = await bench().services.addCluster(ANN, { section: {}, password: null });
    expect(added).toMatchObject({ ok: false, because: "refused" });
  });
});

describe("topics", () => {
  it("cluster: a snapshot, then patches that make of it what is shown", async () => {
    const feed = bench().feedOf("cluster/c1");
    const frames: Frame[] = [];
    const stop = feed.start((frame) => frames.push(frame));
    const { at, message } = await feed.snapshot(null);
    if (message.type !== "cluster") throw new Error("no snapshot");
    const runId = await bench().started();
    await bench().clock.advance(5500);
    expectUnbroken(at, frames);
    const folded = frames.reduce((view, frame) => patched(view, frame.message), message.snapshot);
    expect(folded.runs.map(({ id }) => id)).toEqual([runId]);
    expect(folded).toEqual(valueOf(await bench().services.viewCluster(ANN, "c1")));
    stop();
    const before = frames.length;
    await bench().clock.advance(5000);
    expect(frames).toHaveLength(before);
  });

  it("run: every event once and in order, from the number that the client holds", async () => {
    const runId = await bench().started();
    const feed = bench().feedOf(`run/${runId}`);
    const frames: Frame[] = [];
    feed.start((frame) => frames.push(frame));
    await bench().clock.advance(1000);
    const snapshot = await feed.snapshot(1);
    await bench().clock.advance(2000);
    await bench().services.requestOfRun(ANN, runId, { do: "pause", reason: "lunch" });
    expectUnbroken(snapshot.at, frames);
    const { message } = snapshot;
    const held = message.type === "run" ? message.events : [];
    expect(held[0]?.seq).toBe(2);
    const later = frames
      .filter(({ from }) => from >= snapshot.at)
      .flatMap(({ message: one }) => (one.type === "run" ? one.events : []));
    const all = valueOf(await bench().services.viewRun(ANN, runId)).events;
    expect([...held, ...later]).toEqual(all.slice(1));
  });

  it("series: what was, then each step once it is over", async () => {
    await bench().clock.advance(2500);
    const feed = bench().feedOf("series/c1", { names: ["cluster/requestsPerS"], fromMs: 1_000_000, stepMs: 1000 });
    const frames: Frame[] = [];
    feed.start((frame) => frames.push(frame));
    const { at, message } = await feed.snapshot(null);
    if (message.type !== "series") throw new Error("no snapshot");
    await bench().clock.advance(5000);
    expectUnbroken(at, frames);
    const times = [
      ...pointsOf(message).map(({ atMs }) => atMs),
      ...frames.filter(({ to }) => to > at).flatMap((frame) => pointsOf(frame.message).map(({ atMs }) => atMs)),
    ];
    expect(times).toEqual(times.map((_, i) => 1_000_000 + i * 1000));
    expect(frames.flatMap((frame) => pointsOf(frame.message)).every(({ value }) => value !== null)).toBe(true);
  });

  it("series: what could not be read for a while is told when it can be again, and nothing else suffers", async () => {
    await bench().clock.advance(2500);
    const feed = bench().feedOf("series/c1", { names: ["cluster/requestsPerS"], fromMs: 1_000_000, stepMs: 2000 });
    const frames: Frame[] = [];
    feed.start((frame) => frames.push(frame));
    const { at, message } = await feed.snapshot(null);
    if (message.type !== "series") throw new Error("no snapshot");
    bench().failHistory("disk I/O error");
    await bench().clock.advance(6000);
    expect(frames).toEqual([]);
    bench().failHistory(null);
    await bench().clock.advance(4000);
    expectUnbroken(at, frames);
    const times = [message, ...frames.map((frame) => frame.message)].flatMap(pointsOf).map(({ atMs }) => atMs);
    expect(times.length).toBeGreaterThan(5);
    expect(times).toEqual(times.map((_, i) => 1_000_000 + i * 2000));
  });

  it("sent: the last lines, then each new one", async () => {
    const line = { atMs: 1, nodeId: null, where: "fe-1>", text: "SHOW BACKENDS", result: "4 rows" };
    for (let i = 0; i < 5; i += 1) bench().transcript.add({ ...line, atMs: i });
    const feed = bench().feedOf("sent/c1");
    const frames: Frame[] = [];
    feed.start((frame) => frames.push(frame));
    const { at, message } = await feed.snapshot(null);
    expect(message.type === "sent" && message.lines.map(({ atMs }) => atMs)).toEqual([2, 3, 4]);
    bench().transcript.add({ ...line, atMs: 5 });
    expectUnbroken(at, frames);
    expect(frames[0]?.message).toMatchObject({ type: "sentPatch", lines: [{ atMs: 5 }] });
  });

  it("attention: what calls for a person now, and each change of it", async () => {
    const feed = bench().feedOf("attention");
    const frames: Frame[] = [];
    const stop = feed.start((frame) => frames.push(frame));
    const first = await feed.snapshot(null);
    expect(first.message).toMatchObject({ type: "attention", calls: [] });
    const runId = await bench().started();
    await bench().clock.advance(1000);
    expect(frames.at(-1)?.message).toMatchObject({
      calls: [{ what: "gate", runId, clusterName: "Production", clusterId: "c1" }],
    });
    const { nodeId } = callIn(frames.at(-1)?.message);
    await bench().services.requestOfRun(ANN, runId, { do: "approve", nodeId: nodeId ?? "" });
    await bench().clock.advance(1000);
    expect(frames.at(-1)?.message).toMatchObject({ calls: [] });
    expectUnbroken(first.at, frames);
    expect(frames).toHaveLength(2);
    stop();
  });

  it("log: what keeps us from reading it stands in it", async () => {
    const feed = bench().feedOf("log/c1/be-1");
    const frames: Frame[] = [];
    feed.start((frame) => frames.push(frame));
    await bench().clock.advance(1000);
    expect(frames.map(({ message }) => message)).toMatchObject([
      { type: "logPatch", lines: [{ text: "-- There is no log." }] },
    ]);
    expect(await feed.snapshot(null)).toMatchObject({ at: 1, message: { lines: [{ text: "-- There is no log." }] } });
  });

  it.each(["cluster/c2", "run/c1.9", "log/c1/be-9", "coffee/c1", ""])("refuse what does not exist: %s", (topic) => {
    expect(bench().services.openFeed({ type: "subscribe", topic }, ANN)).toHaveProperty("refused");
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
