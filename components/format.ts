/**
 * How values are written, everywhere: "1 m 28 s", "184,220", "0.2 %", and times, in the zone that was chosen. No other
 * file of the console writes a time.
 */
import { said } from "./language/said.ts";
import { msg, t } from "./language/t.ts";
import { useTimes } from "./stores/times.ts";
import { isTwice, offsetName, wallTime } from "./zone.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const DAYS_OF_MONTHS: readonly string[] = [
  msg("Jan {date}"),
  msg("Feb {date}"),
  msg("Mar {date}"),
  msg("Apr {date}"),
  msg("May {date}"),
  msg("Jun {date}"),
  msg("Jul {date}"),
  msg("Aug {date}"),
  msg("Sep {date}"),
  msg("Oct {date}"),
  msg("Nov {date}"),
  msg("Dec {date}"),
];
const FULL_DAYS: readonly string[] = [
  msg("Sun {day} {year}"),
  msg("Mon {day} {year}"),
  msg("Tue {day} {year}"),
  msg("Wed {day} {year}"),
  msg("Thu {day} {year}"),
  msg("Fri {day} {year}"),
  msg("Sat {day} {year}"),
];

/** "14 s", "1 m 28 s", "2 h 05 m", "41 d 06 h": two units at most, the second padded so that it does not jump. */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / SECOND_MS)) * SECOND_MS;
  if (whole < MINUTE_MS) return t("{seconds} s", { seconds: `${whole / SECOND_MS}` });
  if (whole < HOUR_MS)
    return t("{minutes} m {seconds} s", {
      minutes: wholes(whole, MINUTE_MS),
      seconds: rest(whole, MINUTE_MS, SECOND_MS),
    });
  if (whole < DAY_MS)
    return t("{hours} h {minutes} m", { hours: wholes(whole, HOUR_MS), minutes: rest(whole, HOUR_MS, MINUTE_MS) });
  return t("{days} d {hours} h", { days: wholes(whole, DAY_MS), hours: rest(whole, DAY_MS, HOUR_MS) });
}

/** As far as a forecast goes: "50 s", "46 min", "2 h 10 min". */
export function roughly(ms: number): string {
  const seconds = Math.ceil(ms / SECOND_MS / 10) * 10;
  if (seconds < 100) return t("{seconds} s", { seconds: `${seconds}` });
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < 100) return t("{minutes} min", { minutes: `${minutes}` });
  const tens = Math.round(minutes / 10) * 10;
  const hours = `${Math.floor(tens / 60)}`;
  return tens % 60 === 0 ? t("{hours} h", { hours }) : t("{hours} h {minutes} min", { hours, minutes: `${tens % 60}` });
}

/** A limit that a person has set: "60 s", "10 m", "1 m 30 s". */
export function limit(ms: number): string {
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds <= 300) return t("{seconds} s", { seconds: `${seconds}` });
  const minutes = `${Math.floor(seconds / 60)}`;
  return seconds % 60 === 0
    ? t("{minutes} m", { minutes })
    : t("{minutes} m {seconds} s", { minutes, seconds: `${seconds % 60}` });
}

/** "0.4 s" up to ten seconds, whole seconds after. */
export function age(ms: number): string {
  return ms < 10 * SECOND_MS ? t("{seconds} s", { seconds: tenths(Math.max(0, ms)) }) : duration(ms);
}

/** A latency: "640 ms", "13.9 s". */
export function latency(ms: number): string {
  return ms < SECOND_MS
    ? t("{milliseconds} ms", { milliseconds: `${Math.round(ms)}` })
    : t("{seconds} s", { seconds: tenths(ms) });
}

/** "184,220" */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "171/s", and "0.4/s" where whole numbers would hide it. */
export function rate(perS: number): string {
  return t("{amount}/s", { amount: perS > 0 && perS < 10 ? perS.toFixed(1) : count(perS) });
}

/** "3 queries", "1 query": for words that a system brings along; others are written out as one message. */
export function plural(value: number, one: string, many: string): string {
  return t("{count} {things}", { count: count(value), things: said(value === 1 ? one : many) });
}

/** "Queries/s", "RPCs/s": a title, for work as a system calls it. */
export function perSecond({ many }: { readonly many: string }): string {
  return t("{work}/s", { work: asTitle(many) });
}

/** The same for programs, in English whoever reads. */
export function rateTitle({ many }: { readonly many: string }): string {
  return `${many.charAt(0).toUpperCase()}${many.slice(1)}/s`;
}

/** "Queries": a word that a system brings along, where a title begins with it. */
export function asTitle(many: string): string {
  const word = said(many).trim();
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

/** "23:40:14", and "02:30:00 UTC+2" where the clock is set back and shows that time again an hour later. */
export function timeOfDay(ms: number): string {
  return clock(ms, 8);
}

/** "23:40" */
export function minuteOfDay(ms: number): string {
  return clock(ms, 5);
}

/** "02:22:37.104" */
export function exactTime(ms: number): string {
  return clock(ms, 12);
}

/** "Mar 05" */
export function day(ms: number): string {
  const [, month, date] = dateOf(ms).split("-");
  return t(DAYS_OF_MONTHS[Number(month) - 1] ?? "", { date: date ?? "" });
}

/** "Thu Mar 05 2026" */
export function fullDay(ms: number): string {
  const [year = ""] = dateOf(ms).split("-");
  return t(FULL_DAYS[new Date(dateOf(ms)).getUTCDay()] ?? "", { day: day(ms), year });
}

/** "2026-03-05 02:24:05" */
export function dateAndTime(ms: number): string {
  return `${dateOf(ms)} ${timeOfDay(ms)}`;
}

/** The time on the day of `nowMs`, the date before it. */
export function when(ms: number, nowMs: number): string {
  return dateOf(ms) === dateOf(nowMs) ? timeOfDay(ms) : `${day(ms)} ${minuteOfDay(ms)}`;
}

/** Where there is little room: the time today, else the day alone. */
export function shortWhen(ms: number, nowMs: number): string {
  return dateOf(ms) === dateOf(nowMs) ? timeOfDay(ms) : day(ms);
}

/** The zone that times are shown in: "UTC", "Europe/Berlin". */
export function zoneName(): string {
  return useTimes.getState().zone;
}

/** How it stands to UTC at that moment, where there is little room: "UTC", "UTC+2". */
export function zoneOffset(ms: number): string {
  return offsetName(ms, zoneName());
}

/** For programs and addresses, whatever people look at: "2026-03-05T02:24:05.000Z". */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function clock(ms: number, length: number): string {
  const zone = zoneName();
  const text = wallTime(ms, zone).slice(11, 11 + length);
  return isTwice(ms, zone) ? `${text} ${offsetName(ms, zone)}` : text;
}

function dateOf(ms: number): string {
  return wallTime(ms, zoneName()).slice(0, 10);
}

/** Long names are cut in the middle, where they differ least. */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = most - 1;
  const tail = Math.floor(kept / 2);
  return `${text.slice(0, kept - tail)}…${tail === 0 ? "" : text.slice(-tail)}`;
}

/** `4.0.7` of `4.0.7-70d1c24`: the build tells nothing to whoever chooses a version. */
export function releaseOf(version: string): string {
  return /^v?\d+(?:\.\d+)*/.exec(version)?.[0] ?? version;
}

function wholes(ms: number, unitMs: number): string {
  return `${Math.floor(ms / unitMs)}`;
}

/** What is left below a unit, padded. */
function rest(ms: number, unitMs: number, smallerMs: number): string {
  return Math.floor((ms % unitMs) / smallerMs)
    .toString()
    .padStart(2, "0");
}

function tenths(ms: number): string {
  return (ms / SECOND_MS).toFixed(1);
}
