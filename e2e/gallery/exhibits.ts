/** Every state that a screen can be in, a cluster for each. */
import { createCrowdDriver } from "../../bench/crowd.ts";
import { FakeCluster, SHAPE } from "#server/drivers/fake/cluster.ts";
import { createFakeDriver } from "#server/drivers/fake/driver.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import type { Exhibit, Stage } from "./stage.ts";

/** Charts are about the last quarter of an hour: some of it is there. */
const BEFORE_MS = 120_000;
/** Five pieces that end one after the other, the last of them far beyond the limit. */
const LONG = [22_000, 41_000, 75_000, 160_000, 600_000] as const;

export const EXHIBITS: readonly Exhibit[] = [
  { id: "quiet", play: (stage) => stage.wait(BEFORE_MS) },
  { id: "gate", play: gate },
  { id: "drain", play: drain },
  {
    id: "hold",
    async play(stage) {
      await drain(stage);
      await stage.until((events) => events.at(-1)?.event.type === "WorkListed" && held(events));
      const text = "Night load, ends 04:00. Owner asked.";
      await stage.ask({ do: "note", nodeId: "be-01", text });
    },
  },
  {
    id: "exit",
    async play(stage) {
      await drain(stage);
      await stage.ask({ do: "goOn", nodeId: "be-01" });
      await stage.untilPhase("be-01", "exit");
      await stage.wait(9000);
    },
  },
  {
    id: "restart",
    async play(stage) {
      await gate(stage);
      await stage.ask({ do: "approve", nodeId: "be-01" });
      await stage.untilPhase("be-01", "restart");
      await stage.wait(1000);
    },
  },
  {
    id: "verify",
    async play(stage) {
      await gate(stage);
      await stage.ask({ do: "approve", nodeId: "be-01" });
      await stage.ask({ do: "approve", nodeId: "be-02" });
      await stage.until((events) => events.some(({ event }) => event.type === "SoakBegan"));
      await stage.wait(8000);
    },
  },
  {
    id: "paused",
    async play(stage) {
      await gate(stage);
      await stage.ask({ do: "approve", nodeId: "be-01" });
      await stage.ask({ do: "pause", reason: "the night shift takes over" });
      await stage.wait(8000);
    },
  },
  {
    id: "down",
    async play(stage) {
      await stage.wait(60_000);
      const lost = stage.cluster.node("be-04");
      if (lost !== null) stage.cluster.kill(lost);
      await stage.wait(60_000);
    },
  },
  { id: "finished", play: finished },
  {
    id: "aborted",
    async play(stage) {
      await drain(stage);
      await stage.ask({ do: "abort", reason: "the load came early" });
      await stage.until((events) => events.some(({ event }) => event.type === "RunEnded"));
      await stage.wait(5000);
    },
  },
  {
    id: "readonly",
    journal: () => ({
      ...createMemoryJournal(),
      claim: () => Promise.reject(new Error("no space left on the device")),
    }),
    play: (stage) => stage.wait(20_000),
  },
  {
    id: "silent",
    driver: (clock) => ({
      ...createFakeDriver(new FakeCluster(SHAPE, 1, clock.now()), { done: new Map() }, clock),
      readCluster: () => Promise.resolve({ ok: false, why: "No front end answers: 10.20.4.11:9030 refused." }),
    }),
    play: (stage) => stage.wait(20_000),
  },
  {
    id: "crowd",
    // Shown as a thousand are, in a quarter of the elements.
    driver: (clock) => createCrowdDriver({ size: 250, pools: 3 }, clock),
    play: (stage) => stage.wait(10_000),
  },
];

async function gate(stage: Stage): Promise<void> {
  await stage.wait(BEFORE_MS);
  await stage.start();
  await stage.untilPhase("be-01", "gate");
  await stage.wait(3000);
}

async function drain(stage: Stage): Promise<void> {
  await gate(stage);
  stage.busy("be-01", LONG);
  await stage.ask({ do: "approve", nodeId: "be-01" });
  await stage.untilPhase("be-01", "drain");
  await stage.wait(30_000);
}

async function finished(stage: Stage): Promise<void> {
  await stage.wait(30_000);
  await stage.start({ nodeIds: ["be-01", "cn-01", "fe-03"] });
  for (const nodeId of ["be-01", "cn-01", "fe-03"]) {
    await stage.untilPhase(nodeId, "gate");
    if (nodeId === "cn-01") await stage.ask({ do: "note", nodeId, text: "Fan changed, noon." });
    if (nodeId === "cn-01") await stage.ask({ do: "pause", reason: "a look at the dashboards" });
    await stage.wait(6000);
    if (nodeId === "cn-01") await stage.ask({ do: "resume" });
    await stage.ask({ do: "approve", nodeId });
  }
  await stage.until((events) => events.some(({ event }) => event.type === "RunEnded"));
  await stage.wait(5000);
}

function held(events: readonly { readonly event: { readonly type: string } }[]): boolean {
  const last = events.findLast(({ event }) => event.type === "HoldBegan" || event.type === "HoldEnded");
  return last?.event.type === "HoldBegan";
}
