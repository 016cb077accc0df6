import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "#lib/run/actor.ts";
import { UNSAID } from "#lib/run/plan.ts";
import { isOwed } from "#lib/run/loan.ts";
import { NEW } from "#lib/run/testing/plan.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createOrchestrator } from "#server/orchestrator/orchestrator.ts";
import type { History, Journal } from "#server/orchestrator/ports.ts";
import { createManualClock } from "#server/orchestrator/testing/manual-clock.ts";
import { createScriptedCluster, SCRIPTED_NODES } from "#server/orchestrator/testing/scripted-cluster.ts";
import { runEvent } from "#lib/wire/journal.ts";
import { FORMAT } from "./format.ts";
import { openJournal } from "./open.ts";
import { FORMAT_1_ENDED_AT_MS, writeFormat1 } from "./testing/format-1.ts";
import { quiet } from "./testing/sound-journal.ts";
import { SCHEMA, upcast, UPCASTERS } from "./upcast.ts";
import { verifyJournal } from "./verify.ts";

const ann: Actor = { kind: "person", id: "ann", via: "browser" };
const history: History = { append: () => undefined, query: async () => [], close: async () => undefined };

let folder: string;
let path: string;
let journal: Journal;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-journal-"));
  path = join(folder, "journal.db");
  writeFormat1(path);
  const opened = await openJournal(path, quiet, { waitMs: 60_000 });
  expect(opened.trouble()).toBeNull();
  journal = opened.journal;
});
afterEach(async () => {
  await journal.close();
  rmSync(folder, { recursive: true });
});

function formatOf(): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  const row = db.prepare("PRAGMA user_version").get();
  db.close();
  return row?.["user_version"];
}

describe("a journal of the release before", () => {
  it("is brought forward as it is, entry by entry, and can be opened again", async () => {
    expect(formatOf()).toBe(FORMAT);
    expect(await journal.streams("")).toEqual(["audit", "cluster/c1", "run/c1.1", "run/c1.2"]);
    expect(await journal.read("run/c1.2", 0)).toHaveLength(16);
    expect(verifyJournal(path)).toEqual({ streams: 4, entries: 34, problems: [] });
    await journal.close();
    const again = await openJournal(path, quiet, { waitMs: 60_000 });
    expect(again.trouble()).toBeNull();
    await again.journal.close();
  });

  it("every step from the first schema to today's is there, and what was not said then means what it meant", async () => {
    for (let from = 1; from < SCHEMA; from += 1) expect(UPCASTERS.has(from)).toBe(true);
    const [first] = await journal.read("run/c1.2", 0);
    const started = runEvent.parse(first?.event);
    expect(started.type === "RunStarted" && started.plan.policy).toMatchObject(UNSAID);
    const written = { stream: "run/c1.2", seq: 1, schema: SCHEMA + 1, text: "{}" };
    expect(() => upcast(written, UPCASTERS, SCHEMA)).toThrow("written by a newer Sluice");
  });

  it("a run that it left in the middle of a drain is taken over and ends as if nothing had been", async () => {
    const clock = createManualClock(FORMAT_1_ENDED_AT_MS);
    const cluster = createScriptedCluster(clock);
    const { driver, borrowed, deeds } = cluster;
    const observer = createObserver({ clusterId: "c1", driver, history, clock, log: quiet, random: () => 0.5 });
    const orchestrator = createOrchestrator({
      clusterId: "c1",
      owner: "console-2",
      driver,
      observer,
      journal,
      clock,
      log: quiet,
    });
    observer.start();
    // The dead console's lease has to run out first.
    await clock.advance(11_000);
    const starting = orchestrator.start();
    await clock.advance(2000);
    await starting;
    expect(orchestrator.activeRun()?.steps[0]?.progress).toMatchObject({ at: "phase", phase: "drain" });
    const owed = orchestrator.state().loans.filter(isOwed);
    expect(owed.length).toBeGreaterThan(0);
    await driver.take(
      owed.map(({ loan }) => loan),
      new AbortController().signal,
    );
    for (let i = 0; i < 2000 && orchestrator.activeRun() !== null; i += 1) {
      const waiting = orchestrator
        .activeRun()
        ?.steps.find(({ progress }) => progress.at === "phase" && progress.phase === "gate");
      if (waiting !== undefined)
        await orchestrator.request("c1.2", { do: "approve", nodeId: waiting.plan.nodeId }, ann);
      await clock.advance(500);
    }
    expect(orchestrator.state().runs[0]).toMatchObject({ id: "c1.2", verdict: "finished" });
    for (const { id } of SCRIPTED_NODES) expect(`${id} ${cluster.versionOf(id)}`).toBe(`${id} ${NEW}`);
    expect([...borrowed.keys()]).toEqual([]);
    expect(new Set(deeds.map(({ verb, nodeId }) => `${verb} ${nodeId}`)).size).toBe(deeds.length);
    await orchestrator.stop();
    await observer.stop();
    expect(verifyJournal(path).problems).toEqual([]);
  });
});
