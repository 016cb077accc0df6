import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimed, draft } from "./journal.contract.ts";
import { openJournal, type OpenedJournal } from "./open.ts";
import type { SqliteOptions } from "./sqlite.ts";
import { copyJournal, makeJournal, quiet } from "./testing/sound-journal.ts";
import { verifyJournal } from "./verify.ts";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;
let path: string;
let unmount: (() => void) | null = null;
const opened: OpenedJournal[] = [];

async function open(options: SqliteOptions = {}): Promise<OpenedJournal> {
  const journal = await openJournal(path, quiet, { ...options, waitMs: 60_000 });
  opened.push(journal);
  return journal;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-journal-"));
  path = join(folder, "data", "journal.db");
  mkdirSync(join(folder, "data"));
});
afterEach(async () => {
  if (isRoot) process.seteuid?.(0);
  await Promise.all(opened.splice(0).map(({ journal }) => journal.close()));
  unmount?.();
  unmount = null;
  rmSync(folder, { recursive: true });
});

/** A disk of its own, so small that it is soon full; null where that may not be done. */
function smallDisk(bytes: number): string | null {
  const at = join(folder, "data");
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", at], { stdio: "ignore" });
  } catch {
    return null;
  }
  unmount = () => execFileSync("umount", ["-l", at]);
  return at;
}

const long = "x".repeat(4000);

describe("a disk that is full", () => {
  it.skipIf(smallDiskImpossible())(
    "an append is refused with the remedy, keeps nothing, and the next one succeeds when there is space",
    async () => {
      const disk = smallDisk(600_000) ?? "";
      const { journal, trouble } = await open();
      const fence = await claimed(journal, "c1", "console-1", 1);
      await journal.append("run/c1.1", 0, fence, 1, [draft("A")]);
      const filler = join(disk, "filler");
      fill(filler);
      await expect(journal.append("run/c1.1", 1, fence, 2, [draft(long)])).rejects.toThrow(
        /the disk that holds the journal is full .* Free some space/,
      );
      await expect(journal.claim("c1", "console-1", 3)).rejects.toThrow("Free some space");
      expect(await journal.read("run/c1.1", 0)).toHaveLength(1);
      expect(trouble()).toBeNull();
      rmSync(filler);
      const again = await claimed(journal, "c1", "console-1", 4);
      expect((await journal.append("run/c1.1", 1, again, 4, [draft(long)])).result).toBe("appended");
      await journal.close();
      expect(verifyJournal(path)).toMatchObject({ entries: 2, problems: [] });
    },
  );

  it.skipIf(smallDiskImpossible())(
    "a console that starts on it shows what there is, and writes when there is space",
    async () => {
      const disk = smallDisk(600_000) ?? "";
      const sound = join(folder, "sound.db");
      await makeJournal(sound, "closed");
      copyJournal(sound, path);
      const filler = join(disk, "filler");
      fill(filler);
      const { journal, trouble } = await open();
      expect(trouble()?.message).toMatch(/the disk that holds the journal is full .* Free some space/);
      expect(await journal.read("run/c1.2", 0)).toHaveLength(9);
      await expect(journal.claim("c1", "console-2", 1_000_000)).rejects.toThrow("goes on by itself");
      rmSync(filler);
      expect(await claimed(journal, "c1", "console-2", 1_000_000)).toMatchObject({ epoch: 2 });
      expect(trouble()).toBeNull();
    },
  );

  it("SQLite's own word for it is told the same way", async () => {
    const { journal } = await open({ maxPages: 14 });
    const fence = await claimed(journal, "c1", "console-1", 1);
    const fillUp = async (): Promise<void> => {
      for (let seq = 0; seq < 40; seq += 1) await journal.append("run/c1.1", seq, fence, 1, [draft(long)]);
    };
    await expect(fillUp()).rejects.toThrow("the disk that holds the journal is full");
    const kept = (await journal.read("run/c1.1", 0)).length;
    expect(kept).toBeGreaterThan(1);
    await journal.close();
    const { journal: later } = await open();
    const again = await claimed(later, "c1", "console-1", 2);
    expect((await later.append("run/c1.1", kept, again, 2, [draft(long)])).result).toBe("appended");
  });
});

/** As somebody whom the files' modes stop. The effective user is the process's: nothing else runs meanwhile. */
async function asUser(work: () => Promise<void>): Promise<void> {
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe("a file that may not be written", () => {
  beforeEach(async () => {
    const sound = join(folder, "sound.db");
    await makeJournal(sound, "closed");
    copyJournal(sound, path);
    // What SQLite needs to look at a file: a place for its index of the -wal.
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "data"), 0o777);
  });

  it("read-only: what it holds is shown, acts hear what to do, and it goes on when that was done", async () => {
    chmodSync(path, 0o444);
    chmodSync(`${path}-mark`, 0o444);
    await asUser(async () => {
      const { journal, trouble } = await open();
      expect(trouble()?.message).toMatch(isRoot ? /belongs to user 0, .*chown 65534/ : /may not be written/);
      expect(await journal.read("run/c1.1", 0)).toHaveLength(14);
      await expect(journal.claim("c1", "console-2", 1_000_000)).rejects.toThrow("goes on by itself");
      if (isRoot) process.seteuid?.(0);
      for (const file of [path, `${path}-mark`]) {
        chmodSync(file, 0o600);
        if (isRoot) chownSync(file, NOBODY, NOBODY);
      }
      for (const end of ["-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
      if (isRoot) process.seteuid?.(NOBODY);
      expect(await claimed(journal, "c1", "console-2", 1_000_000)).toMatchObject({ epoch: 2 });
      expect(trouble()).toBeNull();
    });
  });

  it.skipIf(!isRoot)("of another owner: nothing can be read, and whose it is is told", async () => {
    chmodSync(path, 0o600);
    await asUser(async () => {
      const { journal, trouble } = await open();
      expect(trouble()?.message).toMatch(/belongs to user 0, and the console runs as user 65534: chown 65534/);
      await expect(journal.read("run/c1.1", 0)).rejects.toThrow("chown");
    });
    expect(statSync(path).uid).toBe(0);
  });

  it("locked by another program: it is told so, and goes on when that has ended", async () => {
    const other = new DatabaseSync(path);
    other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; UPDATE owner SET until_ms = 0;");
    const { journal, trouble } = await open();
    expect(trouble()?.message ?? "").toMatch(/locked/);
    other.exec("ROLLBACK");
    other.close();
    expect(await claimed(journal, "c1", "console-2", 1_000_000)).toMatchObject({ epoch: 2 });
  });
});

function smallDiskImpossible(): boolean {
  if (!isRoot) return true;
  const probe = mkdtempSync(join(tmpdir(), "sluice-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=65536", "tmpfs", probe], { stdio: "ignore" });
    execFileSync("umount", [probe]);
    return false;
  } catch {
    return true;
  } finally {
    rmSync(probe, { recursive: true });
  }
}

function fill(file: string): void {
  for (const size of [100_000, 4096, 512, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: "a" });
    } catch {
      // Full: the rest in smaller pieces.
    }
  }
}
