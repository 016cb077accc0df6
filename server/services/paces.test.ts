import { expect, it } from "vitest";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { Console } from "#lib/run/testing/console.ts";
import { Model } from "#lib/run/testing/model.ts";
import { aPlan } from "#lib/run/testing/plan.ts";
import { randomFrom } from "#lib/run/testing/random.ts";
import { CLUSTER } from "#lib/run/testing/scenes.ts";
import type { RunSummary } from "#lib/wire/views.ts";
import { createPaceReader } from "./paces.ts";

function journal(): readonly Recorded<RunEvent>[] {
  const console = new Console(new Model(CLUSTER, randomFrom(7)), aPlan(CLUSTER, "upgrade"));
  console.toEnd();
  return console.journal;
}

function summary(id: string, change: Partial<RunSummary> = {}): RunSummary {
  const ended = { endedAtMs: 2, verdict: "finished", reason: "" } as const;
  const begun = { startedAtMs: 1, startedBy: { kind: "person", id: "ann", via: "cli" } } as const;
  const plan = { clusterId: "c1", kind: "upgrade", targetVersion: null, fromVersions: [], nodeIds: [] } as const;
  return { id, ...plan, ...begun, ...ended, ...change };
}

it("The newest runs that finished tell what phases take, and each is read once", async () => {
  const events = journal();
  const read: string[] = [];
  const paces = createPaceReader(async (runId) => {
    read.push(runId);
    return await Promise.resolve(events);
  });
  const all = ["r7", "r6", "r5", "r4", "r3", "r2", "r1"].map((id) => summary(id));
  const others = [
    summary("now", { endedAtMs: null, verdict: null }),
    summary("aborted", { verdict: "aborted" }),
    summary("drained", { kind: "drain" }),
  ];
  const first = await paces([...others, ...all]);
  expect(read).toEqual(["r7", "r6", "r5", "r4", "r3"]);
  expect(first.runs).toBe(5);
  expect(first.paces.filter(({ phase }) => phase === "verify").length).toBe(5 * CLUSTER.length);
  await paces([summary("r8"), ...all]);
  expect(read.slice(5)).toEqual(["r8"]);
});
