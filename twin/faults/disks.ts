/**
 * A small disk of a node's own, which can be filled: then every write in its home fails, whoever writes. It takes the right to
 * mount, and nothing else is honest.
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const sizeMb = 24;
const filler = ".full";

export function canHaveDisks(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "twin-disk-"));
  try {
    giveDisk(folder);
    takeDisksOf(folder);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Before anything lies in the home. */
export function giveDisk(home: string): void {
  mkdirSync(home, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeMb}m,mode=755`, "twin", home], { stdio: "ignore" });
}

export function takeDisksOf(root: string): void {
  for (const line of readFileSync("/proc/mounts", "utf8").split("\n")) {
    const [device, folder, type] = line.split(" ");
    const own = device === "twin" && type === "tmpfs" && (folder === root || (folder ?? "").startsWith(`${root}/`));
    if (own && folder !== undefined) execFileSync("umount", ["-l", folder], { stdio: "ignore" });
  }
}

export function hasDisk(home: string): boolean {
  return readFileSync("/proc/mounts", "utf8").includes(`twin ${home} tmpfs `);
}

/** Down to the last byte. */
export function fill(home: string): void {
  const file = openSync(join(home, filler), "w");
  try {
    for (const size of [1 << 20, 1 << 12, 1]) {
      const block = new Uint8Array(size);
      try {
        for (;;) writeSync(file, block);
      } catch {
        // Full, for blocks of that size.
      }
    }
  } finally {
    closeSync(file);
  }
}

export function free(home: string): void {
  rmSync(join(home, filler), { force: true });
}
