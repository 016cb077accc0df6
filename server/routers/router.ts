/**
 * What stands in front of nodes and decides who gets new work: a port of the drivers, implemented here by `haproxy`,
 * `nginx` and `command`, handed in by `compose.ts`. A server is named as the router names it: `web/web-1`.
 */
import type { Check } from "#lib/run/check.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Answer } from "#server/orchestrator/ports.ts";

export type RoutedServer = {
  /** What the router does with new work for it, whoever decided that. */
  readonly route: "in" | "out";
  /** It is out because somebody set it so; what only its own checks keep out (DOWN, NOLB) is not. */
  readonly setOut: boolean;
  /** The router's own word: UP, DRAIN, MAINT, NOLB, down. */
  readonly word: string;
  /** By the router's own checks; null where it makes none, or has not made one yet. */
  readonly healthy: boolean | null;
  /** What it carries to the server now, and what waits for it: the drain's work. Null is "not measurable". */
  readonly sessions: number | null;
  readonly queued: number | null;
  /** Since the router's own start; null where it does not count by server. */
  readonly totals: RouterTotals | null;
  /** What its last check said; "" when there is nothing to say. */
  readonly remark: string;
  readonly asOfMs: number;
};

export type RouterTotals = {
  readonly requests: number;
  readonly failures: number;
  readonly p99Ms: number | null;
};

export type RouterReading = ReadonlyMap<string, RoutedServer>;

/** What will be sent, where, as one would type it. */
export type RouterLine = { readonly where: string; readonly text: string };

/** A check of its own for the preflight; `server` is null where it speaks of the router as a whole. */
export type RouterFinding = Omit<Check, "nodeId"> & { readonly server: string | null };

/** Verbs mean *ensure*, and read back what they did. `refused`: asking again will not help; `unknown`: nobody can say. */
export interface Router {
  readonly name: string;
  readonly kind: string;
  /** All its servers. No older than `maxAgeMs`: one reading serves all nodes that are polled in the same moment. */
  read(maxAgeMs: number, signal: AbortSignal): Promise<Answer<RouterReading>>;
  /** No new work; what it carries goes on, and its checks too. Done when the router itself says so. */
  takeOut(server: string, signal: AbortSignal): Promise<Outcome>;
  /**
   * Work again, once the router's own checks have seen it well; where it makes none, whoever asks has seen that.
   * `refused`: somebody else keeps it out meanwhile (MAINT), and it is left so.
   */
  letIn(server: string, signal: AbortSignal): Promise<Outcome>;
  /** Cuts what it still carries to the server; absent where the router cannot. */
  readonly endSessions?: (server: string, signal: AbortSignal) => Promise<Outcome>;
  /** Exactly what `takeOut` and `letIn` send. */
  commandLines(server: string, way: "out" | "in"): readonly RouterLine[];
  /** How long it takes to notice by its own checks that a server refuses; null where it makes none, or nothing tells. */
  detectionMs(server: string, signal: AbortSignal): Promise<Answer<number | null>>;
  /** What a run should know before it begins. Reads only. */
  findings(servers: readonly string[], signal: AbortSignal): Promise<readonly RouterFinding[]>;
}
