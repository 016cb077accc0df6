/**
 * How far the leader's clock is from ours. Heartbeat times are the leader's: taken as they stand, a clock that is wrong by
 * half a minute would make everything look stale, or never.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Clock, Log } from "#server/orchestrator/ports.ts";
import type { SqlAnswer } from "./sql.ts";

type Asking = { readonly clock: Clock; readonly log: Log; readonly ask: (sql: string) => Promise<SqlAnswer> };

const AGAIN_MS = 60_000;
/** `now()` tells whole seconds, and the way there takes time: less than this is no difference. */
const LEAST_MS = 2000;
/** TimeUtils.java (January 2026) reads CST as China's. */
const ALIASES: Readonly<Record<string, string>> = { CST: "Asia/Shanghai", SYSTEM: "UTC" };

export class LeaderClock {
  /** To be taken from a time that the leader told. */
  aheadMs = 0;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #ofLeader: string | null = null;

  /** Asks when it is due, and lets nobody wait for the answer. */
  keep(leaderId: NodeId, { clock, log, ask }: Asking): void {
    const askedAtMs = clock.now();
    if (leaderId === this.#ofLeader && askedAtMs - this.#askedAtMs < AGAIN_MS) return;
    this.#askedAtMs = askedAtMs;
    this.#ofLeader = leaderId;
    void ask("SELECT now(), @@time_zone").then((answer) => {
      const [now, zone] = answer.ok ? Object.values(answer.rows[0] ?? {}) : [];
      const told = now && zone ? timeIn(now, zone) : null;
      if (told === null) return;
      const aheadMs = Math.round(told + 500 - (askedAtMs + clock.now()) / 2);
      const isOff = Math.abs(aheadMs) >= LEAST_MS;
      if (isOff) log.warn("the leader's clock differs from ours", { leaderId, aheadMs });
      this.aheadMs = isOff ? aheadMs : 0;
    });
  }
}

const TIME = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)/;

/** A wall-clock time of a zone; null when either cannot be read. */
export function timeIn(text: string, zone: string): number | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const offsetMs = offsetOf(ALIASES[zone] ?? zone, asUtc);
  return offsetMs === null ? null : asUtc - offsetMs;
}

function offsetOf(timeZone: string, atMs: number): number | null {
  try {
    const options = { timeZone, timeZoneName: "longOffset" } as const;
    const name = new Intl.DateTimeFormat("en", options).formatToParts(atMs).find(({ type }) => type === "timeZoneName");
    const [, sign = "+", hours = "0", minutes = "0"] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name?.value ?? "") ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  } catch {
    return null;
  }
}
