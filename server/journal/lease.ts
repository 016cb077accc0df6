import { readFileSync, readlinkSync } from "node:fs";
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
  const born = bornOf(holder.pid);
  return born !== null && holder.born !== "" && born !== holder.born;
}

function thisPlace(): string {
  return `${hostname()} ${readOr("", () => readlinkSync("/proc/self/ns/pid"))}`.trim();
}

/** Field 22 of /proc/<pid>/stat, counted after the name, which may contain blanks; null where there is no /proc. */
function bornOf(pid: number): string | null {
  const stat = readOr("", () => readFileSync(`/proc/${pid}/stat`, "utf8"));
  const boot = readOr("", () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return stat === "" || ticks === undefined ? null : `${boot}/${ticks}`;
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

function readOr(fallback: string, read: () => string): string {
  try {
    return read();
  } catch {
    return fallback;
  }
}
