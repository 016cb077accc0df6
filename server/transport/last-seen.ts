/** When somebody was last here, to the minute: a request or an open page is a sign of life, and a disk is not for each. */
import type { Accounts } from "./accounts.ts";
import type { TransportLog } from "./needs.ts";
import type { Session, Sessions } from "./session.ts";

export type LastSeenParts = {
  readonly sessions: Pick<Sessions, "seen">;
  readonly accounts: Pick<Accounts, "seen">;
  readonly now: () => number;
  readonly log: TransportLog;
};

const EVERY_MS = 60_000;
const MOST_KEPT = 10_000;

export function createLastSeen({ sessions, accounts, now, log }: LastSeenParts): (session: Session) => void {
  const written = new Map<string, number>();
  return ({ id, name }) => {
    const nowMs = now();
    if (nowMs - (written.get(id) ?? -Infinity) < EVERY_MS) return;
    if (written.size >= MOST_KEPT) written.clear();
    written.set(id, nowMs);
    try {
      sessions.seen(id, nowMs);
      accounts.seen(name, nowMs);
    } catch (error) {
      log.warn("When somebody was last seen could not be written down", { operator: name, error });
    }
  };
}
