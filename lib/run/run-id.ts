/**
 * A run's id is `<cluster>.<N>-<seconds since 1970 in base 36>`. N counts the runs that the journal knows, and is what
 * people read. Hosts remember commands for ever, by ids made of the run's: a console whose journal was lost counts from 1
 * again, and without the time it would take an old command's outcome for its own. Older runs have no time in their id.
 */
export function newRunId(clusterId: string, number: number, startedAtMs: number): string {
  return `${clusterId}.${number}-${Math.floor(startedAtMs / 1000).toString(36)}`;
}

const ENDING = /\.(\d+)(?:-[0-9a-z]+)?$/;

/** Null for what is no run's id. */
export function runNumber(runId: string): number | null {
  const digits = ENDING.exec(runId)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** What people read and type: `<cluster>.<N>`, which no two runs of one journal share. */
export function runName(runId: string): string {
  return runId.replace(ENDING, ".$1");
}
