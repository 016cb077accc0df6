import { invariant } from "#lib/util/invariant.ts";
import type { Actor } from "#lib/run/actor.ts";
import type { Fence, Journal, Stored, StreamName } from "#server/orchestrator/ports.ts";
import { canonicalJson } from "./chain.ts";
import { LEASE_TTL_MS } from "./lease.ts";

type Kept = {
  readonly atMs: number;
  readonly actor: Actor;
  readonly event: unknown;
  /** Made when it is first read: most entries never are, and a simulator keeps millions. */
  text: string | null;
};
type Owner = { readonly owner: string; readonly epoch: number; readonly untilMs: number };

/** The journal without a disk: for tests, and for trying things out. What is read went through JSON, as from a disk. */
export function createMemoryJournal(): Journal {
  const streams = new Map<StreamName, Kept[]>();
  const derived = new Map<StreamName, { readonly seq: number; readonly text: string }>();
  const owners = new Map<string, Owner>();
  const holds = (fence: Fence): boolean => owners.get(fence.clusterId)?.epoch === fence.epoch;

  return {
    async append(stream, expectedSeq, fence, atMs, drafts) {
      invariant(fence !== null || stream === "audit", `an append to ${stream} needs proof of ownership`);
      if (fence !== null && !holds(fence)) {
        return { result: "fenced", owner: owners.get(fence.clusterId)?.owner ?? "nobody" };
      }
      const kept = streams.get(stream) ?? [];
      if (kept.length !== expectedSeq) return { result: "conflict", lastSeq: kept.length };
      for (const { actor, event } of drafts) kept.push({ atMs, actor, event, text: null });
      if (drafts.length > 0) streams.set(stream, kept);
      return {
        result: "appended",
        events: drafts.map(({ actor, event }, i) => ({ seq: expectedSeq + i + 1, atMs, actor, event })),
      };
    },
    async read(stream, afterSeq, beforeSeq) {
      const wanted = (streams.get(stream) ?? []).slice(
        afterSeq,
        beforeSeq === undefined ? undefined : Math.max(0, beforeSeq - 1),
      );
      return wanted.map((kept, index): Stored => {
        kept.text ??= canonicalJson(kept.event);
        const event: unknown = JSON.parse(kept.text);
        return { seq: afterSeq + index + 1, atMs: kept.atMs, actor: kept.actor, event };
      });
    },
    async streams(prefix) {
      return [...streams.keys()].filter((name) => name.startsWith(prefix)).sort();
    },
    async derived(prefix) {
      const fits = [...derived].filter(
        ([name, { seq }]) => name.startsWith(prefix) && streams.get(name)?.length === seq,
      );
      return new Map(fits.map(([name, { text }]) => [name, JSON.parse(text)]));
    },
    async derive(values) {
      for (const { stream, seq, value } of values) derived.set(stream, { seq, text: canonicalJson(value) });
    },
    async claim(clusterId, owner, atMs) {
      const current = owners.get(clusterId);
      if (current !== undefined && current.owner !== owner && current.untilMs > atMs) {
        return { heldBy: current.owner, untilMs: current.untilMs };
      }
      const epoch = (current?.epoch ?? 0) + 1;
      owners.set(clusterId, { owner, epoch, untilMs: atMs + LEASE_TTL_MS });
      return { clusterId, epoch };
    },
    async renew(fence, atMs) {
      const current = owners.get(fence.clusterId);
      if (current === undefined || !holds(fence)) return false;
      owners.set(fence.clusterId, { ...current, untilMs: atMs + LEASE_TTL_MS });
      return true;
    },
    async release(fence) {
      const current = owners.get(fence.clusterId);
      if (current !== undefined && holds(fence)) owners.set(fence.clusterId, { ...current, untilMs: 0 });
    },
    async close() {},
  };
}
