import type { bufferedTruthWriter } from "../truth.ts";
import type { WorkKind } from "../wire/internal.ts";

export type Outcome = "ok" | "failed" | "cut" | "refused";
export type Tally = Readonly<Record<Outcome | "sent" | "retries", number>>;

/** One line when a piece is sent and one when it ends, for the truth log; and the sums. */
export class Ledger {
  private readonly truth: ReturnType<typeof bufferedTruthWriter>;
  private readonly tallies = new Map<WorkKind, Record<Outcome | "sent" | "retries", number>>();
  private readonly running = new Map<WorkKind, number>();
  private counter = 0;

  constructor(truth: ReturnType<typeof bufferedTruthWriter>) {
    this.truth = truth;
  }

  sent(kind: WorkKind, fe: string, expectedMs: number): Piece {
    this.counter += 1;
    const id = `${kind}-${this.counter}`;
    this.truth.write({ what: "sent", id, kind, fe, expectedMs });
    this.tally(kind).sent += 1;
    this.running.set(kind, (this.running.get(kind) ?? 0) + 1);
    const startedAtMs = performance.now();
    return {
      id,
      ended: (outcome, error, clientRetries) => {
        const ranMs = Math.round(performance.now() - startedAtMs);
        this.running.set(kind, (this.running.get(kind) ?? 1) - 1);
        this.tally(kind)[outcome] += 1;
        this.tally(kind).retries += clientRetries;
        this.truth.write({ what: "ended", id, kind, outcome, error, ranMs, clientRetries });
      },
    };
  }

  runningOf(kind: WorkKind): number {
    return this.running.get(kind) ?? 0;
  }

  sums(): Readonly<Record<string, Tally>> {
    return Object.fromEntries(this.tallies);
  }

  private tally(kind: WorkKind): Record<Outcome | "sent" | "retries", number> {
    const known = this.tallies.get(kind);
    if (known !== undefined) return known;
    const fresh = { sent: 0, ok: 0, failed: 0, cut: 0, refused: 0, retries: 0 };
    this.tallies.set(kind, fresh);
    return fresh;
  }
}

export type Piece = {
  readonly id: string;
  ended(outcome: Outcome, error: string | null, clientRetries: number): void;
};

/** Words by which the systems say that the work was taken away while it ran (fact sheet 1.10). */
const cutWords =
  /node not found|crash of backends|rpc failed|exec rpc error|coordinate BE is down|cancelled|shutting down|lost|closed|reset|hang up|ECONN|EPIPE/i;

export function outcomeOfError(message: string, sent: boolean): Outcome {
  if (!sent) return "refused";
  return cutWords.test(message) ? "cut" : "failed";
}
