import { describe, expect, it } from "vitest";
import { type Caller } from "./may.ts";
import { ANN, REQUEST, useBench, valueOf } from "./testing/bench.ts";

const bench = useBench();

describe("a note", () => {
  const note = { do: "note", nodeId: "be-1", text: "its disk is loud" } as const;

  it("[A19] is accepted at any time, and stands in the journal and the audit with who wrote it", async () => {
    const runId = await bench().started();
    await bench().clock.advance(1000);
    expect(valueOf(await bench().services.requestOfRun(ANN, runId, note)).seq).toBeGreaterThan(1);
    await bench().clock.advance(1000);
    valueOf(await bench().services.requestOfRun(ANN, runId, { ...note, nodeId: null, text: "a calm night" }));
    const { events } = valueOf(await bench().services.viewRun(ANN, runId));
    const by = { kind: "person", id: "ann", via: "browser" };
    const written = events.filter(({ event }) => event.type === "NoteAdded");
    expect(written.map(({ actor, event }) => ({ actor, event }))).toEqual([
      { actor: by, event: { type: "NoteAdded", nodeId: "be-1", text: "its disk is loud" } },
      { actor: by, event: { type: "NoteAdded", nodeId: null, text: "a calm night" } },
    ]);
    const [last, first] = valueOf(await bench().services.audit(ANN, null));
    expect([first?.what, last?.what]).toEqual(["noted on be-1: its disk is loud", "noted: a calm night"]);
  });

  it("[A19] of nothing is refused, and one by a viewer, who is told who can", async () => {
    const runId = await bench().started();
    await bench().clock.advance(1000);
    const empty = await bench().services.requestOfRun(ANN, runId, { ...note, text: " " });
    expect(empty).toMatchObject({ ok: false });
    const vic: Caller = { kind: "person", id: "vic", via: "browser", role: "viewer" };
    const refused = await bench().services.requestOfRun(vic, runId, note);
    expect(JSON.stringify(refused)).toContain("Only an operator or an approver may act on a run");
    const { events } = valueOf(await bench().services.viewRun(ANN, runId));
    expect(events.filter(({ event }) => event.type === "NoteAdded")).toEqual([]);
  });
});

describe("roles", () => {
  const lee: Caller = { kind: "person", id: "lee", via: "browser", role: "operator" };
  const vic: Caller = { kind: "person", id: "vic", via: "cli", role: "viewer" };
  const approve = { do: "approve", nodeId: "be-1" } as const;

  it("a viewer sees everything and asks for nothing; each refusal says who can", async () => {
    const runId = await bench().started();
    const seen = await Promise.all([
      bench().services.listClusters(vic),
      bench().services.viewCluster(vic, "c1"),
      bench().services.viewNodePast(vic, "c1", "be-1"),
      bench().services.viewNodeSettings(vic, "c1", "be-1"),
      bench().services.listRuns(vic, "c1"),
      bench().services.viewRun(vic, runId),
      bench().services.viewProbe(vic, runId),
      bench().services.querySeries(vic, "c1", { names: [], fromMs: 0, toMs: 1, stepMs: 1000 }),
      bench().services.audit(vic, null),
    ]);
    expect(seen.filter(({ ok }) => !ok)).toEqual([]);
    for (const topic of ["cluster/c1", `run/${runId}`, "series/c1", "log/c1/be-1", "sent/c1"]) {
      expect(bench().services.openFeed({ type: "subscribe", topic }, vic)).not.toHaveProperty("refused");
    }
    const start = { request: REQUEST, confirm: "Production", overrides: [] };
    const asked = await Promise.all([
      bench().services.draftPlan(vic, "c1", REQUEST),
      bench().services.startRun(vic, "c1", start),
      bench().services.draftRollBack(vic, runId),
      bench().services.requestOfRun(vic, runId, { do: "pause", reason: "" }),
      bench().services.requestOfRun(vic, runId, approve),
    ]);
    expect(asked.map((reply) => (reply.ok ? "done" : reply.because))).toEqual(asked.map(() => "notAllowed"));
    expect(asked.map((reply) => (reply.ok ? "" : reply.refusal.reason))[3]).toBe(
      "Only an operator or an approver may act on a run; dana and lee are.",
    );
  });

  it("an operator starts and steers, and cannot approve, nor do away with approvals", async () => {
    const none = { ...REQUEST, policy: { ...REQUEST.policy, approval: "none" as const } };
    const withoutGates = await bench().services.startRun(lee, "c1", {
      request: none,
      confirm: "Production",
      overrides: [],
    });
    expect(withoutGates).toMatchObject({ because: "notAllowed" });
    const start = { request: REQUEST, confirm: "Production", overrides: [] };
    const { runId } = valueOf(await bench().services.startRun(lee, "c1", start));
    await bench().clock.advance(1000);
    expect(await bench().services.requestOfRun(lee, runId, approve)).toMatchObject({
      because: "notAllowed",
      refusal: { reason: "Only an approver may approve; dana is one." },
    });
    const less = { do: "changePolicy", policy: { approval: "none" }, reason: "in a hurry" } as const;
    expect(await bench().services.requestOfRun(lee, runId, less)).toMatchObject({ because: "notAllowed" });
    valueOf(await bench().services.requestOfRun(lee, runId, { do: "pause", reason: "lunch" }));
    valueOf(await bench().services.requestOfRun(lee, runId, { do: "resume" }));
    valueOf(await bench().services.requestOfRun(ANN, runId, approve));
    // Making a run more careful is no approval.
    valueOf(await bench().services.requestOfRun(lee, runId, { do: "withdrawApproval", nodeId: "be-1" }));
  });

  it("only an approver sets up clusters: a test, a new one, a change and a removal are refused with who may", async () => {
    const wish = { section: { id: "c2" }, password: null };
    const asked = await Promise.all([
      bench().services.testConnection(lee, wish, new AbortController().signal),
      bench().services.addCluster(lee, wish),
      bench().services.changeCluster(lee, "c1", { ...wish, revision: "1" }),
      bench().services.removeCluster(lee, "c1", { confirm: "Production", revision: "1" }),
    ]);
    expect(asked.map((reply) => (reply.ok ? "" : `${reply.because}: ${reply.refusal.reason}`))).toEqual(
      asked.map(() => "notAllowed: Only an approver may set up clusters; dana is one."),
    );
    expect(await bench().services.addCluster(ANN, wish)).toMatchObject({ because: "refused" });
  });

  it("what a person was stands in no journal: who they are does", async () => {
    const { runId } = valueOf(
      await bench().services.startRun(lee, "c1", { request: REQUEST, confirm: "Production", overrides: [] }),
    );
    const { events } = valueOf(await bench().services.viewRun(ANN, runId));
    expect(events[0]?.actor).toEqual({ kind: "person", id: "lee", via: "browser" });
  });
});
