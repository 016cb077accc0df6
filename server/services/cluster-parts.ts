import type { Driver, Observer, Transcript } from "#server/orchestrator/ports.ts";

export type ClusterParts = {
  readonly id: string;
  /** What people call it, and type to start a run. */
  readonly name: string;
  readonly driver: Driver;
  readonly observer: Observer;
  readonly transcript: Transcript;
  /** What it was opened from; another one when anything of that is. */
  readonly fingerprint?: string;
};
