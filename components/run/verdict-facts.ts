/** What a run's verdict is made of, and what it is. */
import type { Run } from "#lib/run/state.ts";
import type { Freshness } from "#components/data/freshness.ts";
import type { VerdictTone } from "#components/shell/page-header.tsx";
import type { IconName } from "#components/ui/icon.tsx";

export type RunVerdict = {
  readonly icon: IconName;
  readonly tone: VerdictTone;
  readonly verdict: string;
  readonly reason: string;
  /** What a person decides next; null when nothing is left to decide. */
  readonly next: string | null;
};

export type VerdictFacts = {
  readonly run: Run;
  readonly fresh: Freshness & { readonly console: "open" | "lost" };
  /** In flight on the node that is taken now; null where nobody can count. */
  readonly inFlight: number | null;
  /** When it is empty if it goes on falling as it does; null when that cannot be said. */
  readonly emptyAtMs: number | null;
  /** When the node that is taken now is over, as far as that can be told. */
  readonly overAtMs?: number | null;
  readonly nowMs: number;
};
