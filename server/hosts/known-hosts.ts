/** Files of host keys as OpenSSH keeps them: which keys stand there under a name, and one more in the console's own. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A key under a name: where it stands, and as what. */
export type KnownKey = {
  readonly file: string;
  readonly line: number;
  readonly type: string;
  readonly blob: string;
  readonly isRevoked: boolean;
};

/** Beside the journal; what people confirmed stands here and nowhere else. */
export function ownKnownHosts(dataDir: string): string {
  return join(dataDir, "known_hosts");
}

/** By ssh-keygen itself: names may be hashed, or patterns. A certificate authority vouches for others and is no host's key. */
export async function keysUnder(name: string, files: readonly string[]): Promise<readonly KnownKey[]> {
  const found: KnownKey[] = [];
  for (const file of files.filter((each) => existsSync(each))) {
    const told = await output("ssh-keygen", ["-F", name, "-f", file]);
    found.push(...parseFound(told, file));
  }
  return found;
}

export function parseFound(told: string, file: string): readonly KnownKey[] {
  let [line, mark] = [0, ""];
  const found: KnownKey[] = [];
  for (const text of told.split("\n")) {
    const [, number, more = ""] = /^# Host .* found: line (\d+)(?: (.*))?$/.exec(text) ?? [];
    if (number !== undefined) {
      [line, mark] = [Number(number), more];
      continue;
    }
    const key = parseLine(text);
    if (key === null || mark.includes("CA")) continue;
    found.push({ file, line, type: key.type, blob: key.blob, isRevoked: mark.includes("REVOKED") });
  }
  return found;
}

/** One line of such a file; null: it holds no key. */
export function parseLine(
  line: string,
): { readonly name: string; readonly type: string; readonly blob: string } | null {
  const words = line.trim().split(/\s+/);
  const [name, type, blob] = words[0]?.startsWith("@") === true ? words.slice(1) : words;
  if (name === undefined || name.startsWith("#") || type === undefined || blob === undefined) return null;
  return { name, type, blob };
}

/** Whole or not at all: ssh may read it at any moment. */
export function addKey(file: string, line: string): void {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const parted = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  writeFileSync(`${file}.new`, `${parted}${line}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

/** What a short command of OpenSSH wrote; nothing, where it failed. */
export async function output(command: string, argv: readonly string[]): Promise<string> {
  return await new Promise((resolve) => {
    execFile(command, argv, { timeout: 10_000, encoding: "utf8" }, (_error, stdout) => resolve(stdout));
  });
}
