import { beforeEach, expect, it } from "vitest";
import type { StagingHost } from "#lib/wire/views.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import type { Driver, Journal } from "#server/orchestrator/ports.ts";
import { readNotes } from "./audit.ts";
import type { Caller } from "./may.ts";
import { createStaging, type Staging } from "./staging.ts";

type Stage = NonNullable<Driver["stage"]>;
const ann: Caller = { kind: "person", id: "ann", via: "browser", role: "operator" };
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const host: StagingHost = { host: "be-01", at: "copying", sentBytes: 1, ofBytes: 2, said: "" };

let journal: Journal;
let staging: Staging;
/** Ends what is under way with this. */
let end: (answer: Awaited<ReturnType<Stage>>) => void;
let tell: (hosts: readonly StagingHost[]) => void;

const stage: Stage = async (_version, _actId, told, signal) => {
  tell = told;
  return await new Promise((resolve) => {
    end = resolve;
    signal.addEventListener("abort", () =>
      resolve({ ok: true, value: [{ ...host, at: "failed", said: "called off" }] }),
    );
  });
};

beforeEach(() => {
  journal = createMemoryJournal();
  staging = createStaging({ journal, clock: { now: () => 7, wait: async () => await Promise.resolve() }, log: quiet });
});

async function noted(): Promise<readonly string[]> {
  return (await readNotes(journal)).map(({ what, clusterId }) => `${clusterId ?? ""}: ${what}`);
}

it("a release on its way is told host by host, one at a time a cluster, and both ends stand in the audit", async () => {
  const cluster = { id: "c1", driver: { stage } };
  expect(await staging.start(ann, cluster, "4.0.8")).toMatchObject({ ok: true, value: { endedAtMs: null } });
  tell([host]);
  expect(staging.view("c1")).toMatchObject({ version: "4.0.8", by: "ann", hosts: [host] });
  expect(await staging.start(ann, cluster, "4.0.9")).toMatchObject({
    refusal: { reason: "4.0.8 is being brought to the hosts already." },
  });
  expect(await staging.start(ann, { ...cluster, id: "c2" }, "4.0.8"), "another cluster").toMatchObject({ ok: true });
  await staging.stop();
  expect(staging.view("c1")).toMatchObject({ endedAtMs: 7, hosts: [{ at: "failed", said: "called off" }] });
  expect(await noted()).toContain("c1: brought 4.0.8 to 0 of 1 hosts; not to be-01");
  expect((await noted())[0]).toBe("c1: began to bring 4.0.8 to the hosts");
});

it("what could not be begun at the hosts says why, and the next may be", async () => {
  const cluster = { id: "c1", driver: { stage } };
  await staging.start(ann, cluster, "4.0.8");
  end({ ok: false, why: "no such package" });
  await expect.poll(() => staging.view("c1")?.problem).toBe("no such package");
  await expect.poll(noted).toContain("c1: could not bring 4.0.8 to the hosts: no such package");
  expect(await staging.start(ann, cluster, "4.0.8")).toMatchObject({ ok: true });
  end({ ok: true, value: [{ ...host, at: "done" }] });
  await expect.poll(noted).toContain("c1: brought 4.0.8 to 1 of 1 hosts");
});

it("a cluster without packages is told so, and nothing is written down", async () => {
  expect(await staging.start(ann, { id: "c1", driver: {} }, "4.0.8")).toMatchObject({
    because: "refused",
    refusal: { reason: expect.stringContaining("install.packages") },
  });
  expect(await noted()).toEqual([]);
});
