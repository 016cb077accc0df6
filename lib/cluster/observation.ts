import type { NodeId } from "./node.ts";

/**
 * Who told us a fact. A witness speaks only for itself: the control plane repeats hearsay, the node may lie
 * while it hangs, its process table knows the pid alone, a router knows only whom it sends work to.
 */
export type Witness = "controlPlane" | "node" | "process" | "router";

/** One fact, by one witness. `asOfMs` is when it was true as far as the witness knows; `seenAtMs` when we were told. */
export type Fact<T> = {
  readonly value: T;
  readonly witness: Witness;
  readonly asOfMs: number;
  readonly seenAtMs: number;
  /** What the witness said in its own words, with where: `SHOW BACKENDS: StatusCode=SHUTDOWN, Alive=false`. */
  readonly said: string;
};

export type ProcessState = "up" | "exiting" | "gone";
export type Admission = "accepting" | "refusing";

/** What one router (an FE's blacklist, a proxy) does with new work for the node. */
export type Route = {
  readonly router: string;
  readonly state: "in" | "out";
  /** The router's own word for it, such as MANUAL or AUTO. */
  readonly kind: string;
  readonly asOfMs: number;
};

/** A count of work of one kind; null is "not measurable", and never 0. */
export type WorkCount = { readonly kind: string; readonly count: number | null };

export type Work = {
  /** Running work that the drain waits for: queries, and loads that this node coordinates. */
  readonly inFlight: readonly WorkCount[];
  /** Running work that the exit would not wait for. Shown apart, never inside the other. */
  readonly willBeCut: readonly WorkCount[];
  /** Finished but still counted by the node until it is collected; it holds nothing up. */
  readonly notCollected: number;
  readonly asOfMs: number;
};

/** A piece of running work that a person can recognise. */
export type WorkItem = {
  readonly id: string;
  readonly kind: string;
  readonly user: string | null;
  /** The statement or label, shortened; never with secrets in it. */
  readonly what: string;
  readonly startedAtMs: number | null;
  /** Whether the node's own exit waits for it. */
  readonly waitedFor: boolean;
  /** Under which its system writes down how it ends, where that is not `id`: a connection is known by the query it runs. */
  readonly queryId?: string;
  /** It holds the node up and does nothing now, as a connection between two statements: nothing can become of it. */
  readonly idle?: true;
};

export type WorkList = {
  readonly items: readonly WorkItem[];
  readonly asOfMs: number;
  /** What was asked, to be shown and copied. */
  readonly source: string;
  /** Why the list may be incomplete; null when it is whole. */
  readonly gap: string | null;
};

/**
 * All that is known of a node now. A witness that is silent has no entry: silence is not a fact. Witnesses that
 * disagree both stand here; nothing averages them.
 */
export type Observation = {
  readonly nodeId: NodeId;
  readonly process: readonly Fact<ProcessState>[];
  readonly admission: readonly Fact<Admission>[];
  readonly routing: readonly Route[];
  readonly work: Work | null;
  /** New at every start of the node; null until something told. */
  readonly identity: Fact<string> | null;
  readonly version: Fact<string> | null;
  /** The system's own word: OK, SHUTDOWN, DISCONNECTED, CONNECTING. */
  readonly word: string;
  /** The system's own remark, such as its last error; "" when fine. */
  readonly remark: string;
  /** Measures a table shows beside the node; null where unknown. */
  readonly memoryPct: number | null;
  readonly diskPct: number | null;
  readonly startedAtMs: number | null;
  /** Since when, and in how many polls in a row, the node itself did not answer; absent while it does. */
  readonly unanswered?: Unanswered;
};

export type Unanswered = { readonly sinceMs: number; readonly polls: number };

export function countOf(counts: readonly WorkCount[]): number | null {
  let sum = 0;
  for (const { count } of counts) {
    if (count === null) return null;
    sum += count;
  }
  return sum;
}

/** In flight and will-be-cut both zero, all of them measurable: null is never empty. */
export function isEmpty(work: Work | null): boolean {
  return work !== null && countOf(work.inFlight) === 0 && countOf(work.willBeCut) === 0;
}

export function factBy<T>(facts: readonly Fact<T>[], witness: Witness): Fact<T> | null {
  return facts.find((fact) => fact.witness === witness) ?? null;
}
