/** What really happened, read from the twin's truth log: steps, outages, outcomes of work, server-side retries. */
import type { Truth, WorkKind } from "#twin/wire/internal.ts";

type Of<W extends Truth["what"]> = Extract<Truth, { readonly what: W }>;
export type Signal = Of<"signal">;
export type Ended = Of<"ended">;
export type Retry = Of<"retry">;

/** One node's way out and back, as its own processes told it. */
export type TrueStep = {
  readonly node: string;
  readonly leader: boolean;
  readonly isolatedAtMs: number | null;
  readonly signalAtMs: number;
  readonly exitedAtMs: number | null;
  readonly how: string | null;
  /** When its start script was run; the process comes up a little later. */
  readonly toldToStartAtMs: number | null;
  readonly startedAtMs: number | null;
  readonly version: string | null;
  readonly servingAtMs: number | null;
  readonly readmittedAtMs: number | null;
};

export function lines<W extends Truth["what"]>(truth: readonly Truth[], what: W): readonly Of<W>[] {
  return truth.filter((line): line is Of<W> => line.what === what);
}

/** Every exit since then, in the order of the signals. A second signal to the same process belongs to its first. */
export function trueSteps(truth: readonly Truth[], sinceMs: number, ids: ReadonlyMap<string, string>): TrueStep[] {
  const first = new Map<number, Signal>();
  for (const signal of lines(truth, "signal")) {
    if (signal.atMs >= sinceMs && !first.has(signal.pid)) first.set(signal.pid, signal);
  }
  return [...first.values()]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((signal) => trueStep(truth, sinceMs, signal, ids.get(signal.node) ?? null));
}

function trueStep(truth: readonly Truth[], sinceMs: number, signal: Signal, id: string | null): TrueStep {
  const { node, pid, atMs: signalAtMs } = signal;
  const exited = lines(truth, "exited").find((line) => line.node === node && line.pid === pid) ?? null;
  const started = lines(truth, "started").find((line) => line.node === node && line.atMs > signalAtMs) ?? null;
  const told = lines(truth, "script").find(
    (line) => line.node === node && line.atMs > signalAtMs && line.script.startsWith("start_"),
  );
  const serving = lines(truth, "serving").find((line) => line.node === node && line.atMs > signalAtMs) ?? null;
  const leader = lines(truth, "leader").findLast((line) => line.atMs < signalAtMs)?.node ?? null;
  const ours = lines(truth, "blacklist").filter((line) => line.id === id && line.kind === "MANUAL");
  return {
    node,
    leader: leader === node,
    isolatedAtMs: ours.find(({ act, atMs }) => act === "add" && atMs >= sinceMs)?.atMs ?? null,
    signalAtMs,
    exitedAtMs: exited?.atMs ?? null,
    how: exited?.how ?? null,
    toldToStartAtMs: told?.atMs ?? null,
    startedAtMs: started?.atMs ?? null,
    version: started?.version ?? null,
    servingAtMs: serving?.atMs ?? null,
    readmittedAtMs: ours.find(({ act, atMs }) => act === "delete" && atMs > signalAtMs)?.atMs ?? null,
  };
}

/** Out is from the signal until it serves again. */
export function mostOutAtOnce(steps: readonly TrueStep[]): number {
  const outAt = (atMs: number): number =>
    steps.filter((step) => step.signalAtMs <= atMs && (step.servingAtMs ?? Number.POSITIVE_INFINITY) > atMs).length;
  return Math.max(0, ...steps.map((step) => outAt(step.signalAtMs)));
}

export type Piece = {
  readonly id: string;
  readonly kind: WorkKind;
  readonly sentAtMs: number;
  /** Null: it still runs. */
  readonly ended: Ended | null;
};

/** What clients sent before `toMs` and was not over by `fromMs`. */
export function piecesDuring(truth: readonly Truth[], fromMs: number, toMs: number): readonly Piece[] {
  const ended = new Map(lines(truth, "ended").map((line) => [line.id, line]));
  return lines(truth, "sent")
    .filter(({ id, atMs }) => atMs <= toMs && (ended.get(id)?.atMs ?? Number.POSITIVE_INFINITY) >= fromMs)
    .map(({ id, kind, atMs }) => ({ id, kind, sentAtMs: atMs, ended: ended.get(id) ?? null }));
}

export function countOutcomes(pieces: readonly Piece[]): Readonly<Record<Ended["outcome"] | "running", number>> {
  const sums = { ok: 0, failed: 0, cut: 0, refused: 0, running: 0 };
  for (const { ended } of pieces) sums[ended?.outcome ?? "running"] += 1;
  return sums;
}

/** Everything that did not end well, a line each, for the message of a failed expectation. */
export function unwell(pieces: readonly Piece[]): readonly string[] {
  return pieces.flatMap(({ id, kind, sentAtMs, ended }) =>
    ended === null || ended.outcome === "ok"
      ? []
      : [`${kind} ${id}, sent ${clock(sentAtMs)}, ${ended.outcome} ${clock(ended.atMs)}: ${ended.error ?? ""}`],
  );
}

/** Queries that an FE had to send again by itself while this node was on its way out and back. */
export function retriesDuring(truth: readonly Truth[], step: TrueStep): readonly Retry[] {
  const untilMs = step.readmittedAtMs ?? step.servingAtMs ?? Number.POSITIVE_INFINITY;
  return lines(truth, "retry").filter(({ atMs }) => atMs >= (step.isolatedAtMs ?? step.signalAtMs) && atMs <= untilMs);
}

export function roleOf(node: string): "fe" | "be" | "cn" {
  return node.startsWith("fe") ? "fe" : node.startsWith("be") ? "be" : "cn";
}

function clock(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 23);
}
