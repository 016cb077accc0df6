import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "#lib/run/actor.ts";
import type { Draft } from "#lib/run/event.ts";
import type { Fence, Journal } from "#server/orchestrator/ports.ts";
import { LEASE_TTL_MS } from "./lease.ts";

export const ada: Actor = { kind: "person", id: "ada", via: "browser" };
export const rule: Actor = { kind: "rule", rule: "P1" };

export function draft(event: unknown): Draft<unknown> {
  return { actor: ada, event };
}

export async function claimed(journal: Journal, clusterId: string, owner: string, atMs: number): Promise<Fence> {
  const fence = await journal.claim(clusterId, owner, atMs);
  if ("heldBy" in fence) throw new Error(`${clusterId} is held by ${fence.heldBy}`);
  return fence;
}

/** What every journal does. `open` gives a new handle on the same journal, as a second console would have. */
export function journalContract(
  name: string,
  start: () => Promise<{ open: () => Journal; end: () => Promise<void> }>,
): void {
  describe(`the journal contract: ${name}`, () => {
    let world: Awaited<ReturnType<typeof start>>;
    let journal: Journal;
    let fence: Fence;

    beforeEach(async () => {
      world = await start();
      journal = world.open();
      fence = await claimed(journal, "c1", "console-1", 1000);
    });
    afterEach(() => world.end());

    it("reads back what was appended, in order, with number, time and actor", async () => {
      const answer = await journal.append("run/c1.1", 0, fence, 5, [
        draft({ type: "A", b: 1 }),
        { actor: rule, event: 2 },
      ]);
      expect(answer).toEqual({
        result: "appended",
        events: [
          { seq: 1, atMs: 5, actor: ada, event: { type: "A", b: 1 } },
          { seq: 2, atMs: 5, actor: rule, event: 2 },
        ],
      });
      expect(await journal.read("run/c1.1", 0)).toEqual(answer.result === "appended" ? answer.events : []);
      expect(await journal.read("run/c1.1", 1)).toEqual([{ seq: 2, atMs: 5, actor: rule, event: 2 }]);
      expect(await journal.read("run/c1.1", 2)).toEqual([]);
      expect(await journal.read("run/c1.2", 0)).toEqual([]);
    });

    it("refuses an append that does not continue the stream, and keeps nothing of it", async () => {
      await journal.append("run/c1.1", 0, fence, 5, [draft("A")]);
      expect(await journal.append("run/c1.1", 0, fence, 6, [draft("B")])).toEqual({ result: "conflict", lastSeq: 1 });
      expect(await journal.append("run/c1.1", 2, fence, 6, [draft("B")])).toEqual({ result: "conflict", lastSeq: 1 });
      expect(await journal.read("run/c1.1", 0)).toHaveLength(1);
    });

    it("lets one of two simultaneous appends through", async () => {
      const answers = await Promise.all([
        journal.append("run/c1.1", 0, fence, 5, [draft("A")]),
        journal.append("run/c1.1", 0, fence, 5, [draft("B")]),
      ]);
      expect(answers.map(({ result }) => result).sort()).toEqual(["appended", "conflict"]);
    });

    it("lists streams by how their names begin", async () => {
      for (const stream of ["run/c1.1", "run/c1.2", "run/c10.1", "cluster/c1"] as const) {
        await journal.append(stream, 0, fence, 5, [draft("A")]);
      }
      expect(await journal.streams("run/c1.")).toEqual(["run/c1.1", "run/c1.2"]);
      expect(await journal.streams("nothing/")).toEqual([]);
      expect(await journal.streams("run/c1%")).toEqual([]);
    });

    it("[rule 7] gives a cluster to one owner at a time", async () => {
      const second = world.open();
      expect(await second.claim("c1", "console-2", 1001)).toEqual({
        heldBy: "console-1",
        untilMs: 1000 + LEASE_TTL_MS,
      });
      expect(await second.claim("c2", "console-2", 1001)).toEqual({ clusterId: "c2", epoch: 1 });
    });

    it("[rule 7] refuses a stale owner's writes, and says who owns the cluster", async () => {
      const second = world.open();
      const taken = await claimed(second, "c1", "console-2", 1000 + LEASE_TTL_MS);
      expect(taken.epoch).toBe(fence.epoch + 1);
      expect(await journal.append("run/c1.1", 0, fence, 5, [draft("A")])).toEqual({
        result: "fenced",
        owner: "console-2",
      });
      expect(await journal.renew(fence, 5)).toBe(false);
      expect((await second.append("run/c1.1", 0, taken, 5, [draft("B")])).result).toBe("appended");
      expect(await second.read("run/c1.1", 0)).toHaveLength(1);
    });

    it("keeps a lease that is renewed, and frees one that is released", async () => {
      const second = world.open();
      expect(await journal.renew(fence, 9000)).toBe(true);
      expect(await second.claim("c1", "console-2", 1000 + LEASE_TTL_MS)).toMatchObject({ heldBy: "console-1" });
      await journal.release(fence);
      expect(await second.claim("c1", "console-2", 9001)).toMatchObject({ epoch: fence.epoch + 1 });
    });

    it("does not let a stale owner release what another holds", async () => {
      const second = world.open();
      await claimed(second, "c1", "console-2", 1000 + LEASE_TTL_MS);
      await journal.release(fence);
      expect(await journal.claim("c1", "console-3", 1001 + LEASE_TTL_MS)).toMatchObject({ heldBy: "console-2" });
    });

    it("gives out what was derived from a stream while that ends where it did", async () => {
      await journal.append("run/c1.1", 0, fence, 5, [draft("A"), draft("B")]);
      await journal.append("run/c1.2", 0, fence, 5, [draft("C")]);
      await journal.derive([
        { stream: "run/c1.1", seq: 2, value: { sum: 2 } },
        { stream: "run/c1.2", seq: 1, value: { sum: 1 } },
      ]);
      const known = await world.open().derived("run/c1.");
      expect(Object.fromEntries(known)).toEqual({ "run/c1.1": { sum: 2 }, "run/c1.2": { sum: 1 } });
      await journal.append("run/c1.2", 1, fence, 6, [draft("D")]);
      expect([...(await journal.derived("run/c1."))]).toEqual([["run/c1.1", { sum: 2 }]]);
      await journal.derive([{ stream: "run/c1.2", seq: 1, value: "late" }]);
      expect((await journal.derived("run/")).has("run/c1.2")).toBe(false);
      await journal.derive([{ stream: "run/c1.2", seq: 2, value: "in time" }]);
      expect((await journal.derived("run/")).get("run/c1.2")).toBe("in time");
    });

    it("reads what stands before an entry", async () => {
      await journal.append("run/c1.1", 0, fence, 5, [draft("A"), draft("B"), draft("C")]);
      expect((await journal.read("run/c1.1", 0, 3)).map(({ event }) => event)).toEqual(["A", "B"]);
      expect((await journal.read("run/c1.1", 1, 3)).map(({ event }) => event)).toEqual(["B"]);
      expect(await journal.read("run/c1.1", 0, 1)).toEqual([]);
    });

    it("takes entries of the audit stream without an owner, and of no other", async () => {
      expect((await journal.append("audit", 0, null, 5, [draft("logged in")])).result).toBe("appended");
      await expect(journal.append("run/c1.1", 0, null, 5, [draft("A")])).rejects.toThrow("proof of ownership");
    });
  });
}
