/** The wall clock of a zone at a moment. What a moment is called changes with the zone; moments and durations do not. */

/** An IANA name, such as "Europe/Berlin". */
export type Zone = string;
export const UTC: Zone = "UTC";

type Offset = {
  readonly offsetMs: number;
  /** This wall time comes twice, since a clock is set back: it says which of the two it is. */
  readonly twice: boolean;
};

const MINUTE_MS = 60_000;
/** Clocks change on quarters of an hour, so the offset is one for all of a quarter. */
const QUARTER_MS = 15 * MINUTE_MS;
/** No clock is set farther. */
const FARTHEST_MS = 3 * 60 * MINUTE_MS;
const MOST_KEPT = 5000;
const NO_OFFSET: Offset = { offsetMs: 0, twice: false };

const kept = new Map<Zone, Map<number, Offset>>();
const formats = new Map<Zone, Intl.DateTimeFormat>();

/** As ISO 8601 writes it, without a zone: "2026-10-25T02:30:00.000". */
export function wallTime(atMs: number, zone: Zone): string {
  return new Date(atMs + offsetAt(atMs, zone).offsetMs).toISOString().slice(0, -1);
}

/** How far the zone is ahead of UTC. */
export function offsetMsAt(atMs: number, zone: Zone): number {
  return offsetAt(atMs, zone).offsetMs;
}

export function isTwice(atMs: number, zone: Zone): boolean {
  return offsetAt(atMs, zone).twice;
}

/** "UTC", "UTC+2", "UTC+5:30", "UTC-3:30" */
export function offsetName(atMs: number, zone: Zone): string {
  const minutes = Math.round(offsetMsAt(atMs, zone) / MINUTE_MS);
  if (minutes === 0) return "UTC";
  const far = Math.abs(minutes);
  const rest = far % 60 === 0 ? "" : `:${String(far % 60).padStart(2, "0")}`;
  return `UTC${minutes < 0 ? "-" : "+"}${Math.floor(far / 60)}${rest}`;
}

/** The zone that the browser lives in; UTC where it has none that can be asked for. */
export function localZone(): Zone {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return timeZone === undefined || timeZone === "" ? UTC : timeZone;
}

function offsetAt(atMs: number, zone: Zone): Offset {
  if (zone === UTC) return NO_OFFSET;
  const quarterMs = Math.floor(atMs / QUARTER_MS) * QUARTER_MS;
  const ofZone = kept.get(zone) ?? new Map<number, Offset>();
  kept.set(zone, ofZone);
  const known = ofZone.get(quarterMs);
  if (known !== undefined) return known;
  if (ofZone.size >= MOST_KEPT) ofZone.clear();
  const offsetMs = asked(quarterMs, zone);
  const found = { offsetMs, twice: comesTwice(quarterMs, offsetMs, zone) };
  ofZone.set(quarterMs, found);
  return found;
}

/** Whether the same wall time is also that of another moment, before or after. */
function comesTwice(atMs: number, offsetMs: number, zone: Zone): boolean {
  return [atMs - FARTHEST_MS, atMs + FARTHEST_MS].some((nearMs) => {
    const otherMs = asked(nearMs, zone);
    return otherMs !== offsetMs && asked(atMs + offsetMs - otherMs, zone) === otherMs;
  });
}

function asked(atMs: number, zone: Zone): number {
  const parts = formatOf(zone).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((each) => each.type === type)?.value);
  const wallMs = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return wallMs - Math.floor(atMs / 1000) * 1000;
}

function formatOf(zone: Zone): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, made);
  return made;
}
