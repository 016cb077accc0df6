import { appendFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

export type BackendLog = { info(where: string, text: string): void; error(where: string, text: string): void };

/** `be.INFO` (`cn.INFO`) and `.WARNING`, symbolic links to dated files, in the form glog writes. */
export function openLog(folder: string, role: "be" | "cn", now: () => Date): BackendLog {
  const files = { INFO: open(folder, `${role}.INFO`, now()), WARNING: open(folder, `${role}.WARNING`, now()) };
  const append = (file: string, text: string): void => {
    try {
      appendFileSync(file, text);
    } catch {
      // A full disk costs lines, not the process.
    }
  };
  return {
    info: (where, text) => append(files.INFO, line(now(), "I", where, text)),
    error(where, text) {
      append(files.INFO, line(now(), "E", where, text));
      append(files.WARNING, line(now(), "E", where, text));
    },
  };
}

function open(folder: string, name: string, at: Date): string {
  const target = `${name}.log.${day(at)}-${clock(at).replaceAll(":", "").slice(0, 6)}`;
  appendFileSync(join(folder, target), "");
  rmSync(join(folder, name), { force: true });
  symlinkSync(target, join(folder, name));
  return join(folder, target);
}

function line(now: Date, level: "I" | "E", where: string, text: string): string {
  return `${level}${day(now)} ${clock(now)}.${String(now.getMilliseconds()).padStart(3, "0")}000 ${process.pid} ${where}] ${text}\n`;
}

function day(at: Date): string {
  return `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
}
function clock(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
function two(value: number): string {
  return String(value).padStart(2, "0");
}
