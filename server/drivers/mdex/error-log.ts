/**
 * What a Dgraph writes to its error log when it leaves (MDEX Engine 2.1.1, administrator's guide, "exit"). The closing
 * lines are the only exact count of its work that it ever gives.
 */
export type ShutdownRequest = { readonly limitSeconds: number | null; readonly atMs: number | null };

export type Closing =
  | { readonly how: "normally"; readonly pid: number | null; readonly atMs: number | null }
  | {
      readonly how: "cut";
      readonly atMs: number | null;
      /** Null: the line is not there, as when the log is cut off. */
      readonly activeOrQueued: number | null;
      readonly executing: number | null;
      readonly queued: number | null;
    };

/** The last leaving that the log tells of: every exit that was asked of that process, and how it ended, if it has. */
export type Leaving = { readonly requests: readonly ShutdownRequest[]; readonly closing: Closing | null };

/** `zone` is the host's, as `date +%z` writes it: the log's own dates have none. */
export function leavingIn(lines: readonly string[], zone: string): Leaving | null {
  return lines.reduce<Leaving | null>((leaving, line) => afterLine(leaving, line, zone), null);
}

function afterLine(leaving: Leaving | null, line: string, zone: string): Leaving | null {
  const request = requestIn(line, zone);
  if (request === null) return leaving && { ...leaving, closing: closingAfter(leaving.closing, line, zone) };
  // After a closing line it is another process that is asked.
  const before = leaving === null || leaving.closing !== null ? [] : leaving.requests;
  return { requests: [...before, request], closing: null };
}

/** When it ends at the latest, by the law that the earliest limit holds; null where none was given. */
export function deadlineOf({ requests }: Leaving): number | null {
  const ends = requests.flatMap(({ limitSeconds, atMs }) =>
    limitSeconds === null || atMs === null ? [] : [atMs + limitSeconds * 1000],
  );
  return ends.length === 0 ? null : Math.min(...ends);
}

export function closingInWords(closing: Closing): string {
  if (closing.how === "normally") {
    return `error log: all transactions completed, exiting normally${closing.pid === null ? "" : ` (pid ${closing.pid})`}`;
  }
  const { activeOrQueued, executing, queued } = closing;
  const count = (value: number | null): string => (value === null ? "an untold number" : String(value));
  return (
    `error log: time limit reached; ${count(activeOrQueued)} still active or queued and not in the request log, ` +
    `${count(executing)} executing and killed, ${count(queued)} queued and not executed`
  );
}

function requestIn(line: string, zone: string): ShutdownRequest | null {
  // Without a limit the guide's own example reads "with received at".
  const match = /Shutdown request with(?: time limit of (\d+) seconds?)?\s+received at (.+?)\.?\s*$/.exec(line);
  if (match === null) return null;
  const [, seconds, date = ""] = match;
  return { limitSeconds: seconds === undefined ? null : Number(seconds), atMs: timeOf(date, zone) };
}

function closingAfter(closing: Closing | null, line: string, zone: string): Closing | null {
  const normally = /completed at (.+?), exiting normally(?: \(pid=(\d+)\))?/.exec(line);
  if (normally !== null) {
    const pid = normally[2] === undefined ? null : Number(normally[2]);
    return { how: "normally", pid, atMs: timeOf(normally[1] ?? "", zone) };
  }
  const reached = /Shutdown time limit reached at (.+?), exiting/.exec(line);
  if (reached !== null) {
    return { how: "cut", atMs: timeOf(reached[1] ?? "", zone), activeOrQueued: null, executing: null, queued: null };
  }
  if (closing?.how !== "cut") return closing;
  const count = /(\d+) (?:request|job)s? (?:is|are) (still active or queued|currently executing|queued)/.exec(line);
  if (count === null) return closing;
  const value = Number(count[1]);
  if (count[2] === "still active or queued") return { ...closing, activeOrQueued: value };
  return count[2] === "currently executing" ? { ...closing, executing: value } : { ...closing, queued: value };
}

/** "Thu Feb 17 13:12:54 2011", where the host's clock stands in that zone. */
function timeOf(date: string, zone: string): number | null {
  const atMs = Date.parse(`${date} ${zone}`);
  return Number.isNaN(atMs) ? null : atMs;
}
