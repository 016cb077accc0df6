/** Finds Chromium, or gets it where that is possible; prints its path, or one line that says how to get it. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright";
import { ROOT } from "./processes.ts";

const SYSTEM_PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
];
const INSTALL_LIMIT_MS = 600_000;

export function findChromium(): string | null {
  const named = process.env["CHROMIUM"];
  const candidates = [...(named === undefined ? [] : [named]), ...SYSTEM_PATHS, chromium.executablePath()];
  return candidates.find(isExecutable) ?? null;
}

export function ensureChromium(say: (line: string) => void): string | null {
  const found = findChromium();
  if (found !== null) return found;
  if (process.getuid?.() === 0 && canRun("apt-get")) {
    say("Chromium is missing: installing the one of this distribution");
    quietly("apt-get", ["update", "-qq"]);
    quietly("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
    const installed = findChromium();
    if (installed !== null) return installed;
  }
  say("Chromium is missing: asking Playwright for its own");
  quietly(join(ROOT, "node_modules", ".bin", "playwright"), ["install", "chromium"]);
  const downloaded = findChromium();
  return downloaded !== null && starts(downloaded) ? downloaded : null;
}

export const HOW_TO_GET_CHROMIUM =
  "No Chromium: install one (Debian, Ubuntu: `sudo apt-get install chromium`) or name one with CHROMIUM=/path/to/chromium.";

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A download without the libraries that it needs is no browser. */
function starts(path: string): boolean {
  return spawnSync(path, ["--version"], { timeout: 20_000 }).status === 0;
}

function canRun(command: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;
}

function quietly(command: string, args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const ran = spawnSync(command, args, { env, timeout: INSTALL_LIMIT_MS, encoding: "utf8" });
  if (ran.status !== 0) process.stderr.write(ran.stderr);
}

if (import.meta.main) {
  const path = ensureChromium((line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${path ?? HOW_TO_GET_CHROMIUM}\n`);
  process.exitCode = path === null ? 1 : 0;
}
