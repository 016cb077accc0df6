import type { FrontendRecord } from "../store/records.ts";

/** What a heartbeat makes of an FE's row (Frontend.handleHbResponse). There is no SHUTDOWN for FEs. */
export type FrontendBeat =
  | {
      readonly outcome: "ok";
      readonly queryPort: number;
      readonly rpcPort: number;
      readonly startTimeMs: number;
      readonly version: string;
    }
  | { readonly outcome: "failed"; readonly message: string };

export type FrontendAfterBeat = {
  readonly record: FrontendRecord;
  readonly failures: number;
  readonly changed: boolean;
};

export function afterFrontendBeat(
  record: FrontendRecord,
  failures: number,
  beat: FrontendBeat,
  retryTimes: number,
): FrontendAfterBeat {
  const count = beat.outcome === "ok" ? 0 : failures + 1;
  if (beat.outcome === "failed" && count <= retryTimes) return { record, failures: count, changed: false };
  const next: FrontendRecord =
    beat.outcome === "ok"
      ? {
          ...record,
          joined: true,
          alive: true,
          error: "",
          queryPort: beat.queryPort,
          rpcPort: beat.rpcPort,
          startTimeMs: beat.startTimeMs,
          version: beat.version,
        }
      : { ...record, alive: false, error: beat.message };
  return { record: next, failures: count, changed: JSON.stringify(record) !== JSON.stringify(next) };
}
