import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A lease that nobody renewed for this long is free. Owners renew every three seconds. */
export const LEASE_TTL_MS = 10_000;

/** Which process holds a lease, precisely enough to tell that it is dead. */
export type Holder = {
  readonly owner: string;
  /** Host and pid name space: a pid means something within one only. */
  readonly place: string;
  readonly pid: number;
  /** When the process began, in the kernel's words: a pid is used again. */
  readonly born: string;
};

export function thisProcess(owner: string): Holder {
  return { owner, place: thisPlace(), pid: process.pid, born: bornOf(process.pid) ?? "" };
}

/** True only when it is certain. What cannot be seen from here is taken for alive, and its lease runs out. */
export function isDead(holder: Holder): boolean {
  if (holder.place !== thisPlace()) return false;
  if (!exists(holder.pid)) return true;
  const found = statOf(holder.pid);
  if (found === null) return false;
  // The number was used again: whoever has it now is not the owner.
  if (holder.born !== "" && bornAt(found) !== holder.born) return true;
  return isOver(found.state) && threadsOf(holder.pid).every((thread) => isOver(thread));
}

function thisPlace(): string {
  return `${hostname()} ${readOr("", () => readlinkSync("/proc/self/ns/pid"))}`.trim();
}

type Stat = { readonly state: string; readonly startTicks: string };

/** Null where there is no /proc, and for a process that has just gone. */
function statOf(pid: number, path = `/proc/${pid}/stat`): Stat | null {
  return parseStat(readOr("", () => readFileSync(path, "utf8")));
}

/** Fields 3 and 22 of `stat`, counted after the name, which may contain blanks and brackets (proc(5)). */
export function parseStat(stat: string): Stat | null {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const startTicks = fields[19];
  return state === undefined || state === "" || startTicks === undefined ? null : { state, startTicks };
}

/** Z: it has ended, and its parent has not asked yet how. X: it is just being removed. Neither writes any more. */
function isOver(state: string): boolean {
  return state === "Z" || state === "X" || state === "x";
}

/** The main thread may be over while others of the process work on (proc(5), task). */
function threadsOf(pid: number): readonly string[] {
  const ids = readOr<readonly string[]>([], () => readdirSync(`/proc/${pid}/task`));
  return ids.flatMap((id) => statOf(pid, `/proc/${pid}/task/${id}/stat`)?.state ?? []);
}

function bornOf(pid: number): string | null {
  const stat = statOf(pid);
  return stat === null ? null : bornAt(stat);
}

/** Ticks since the boot, and which boot: after another one the same ticks come again. */
function bornAt({ startTicks }: Stat): string {
  return `${readOr("", () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim())}/${startTicks}`;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function readOr<T>(fallback: T, read: () => T): T {
  try {
    return read();
  } catch {
    return fallback;
  }
}
