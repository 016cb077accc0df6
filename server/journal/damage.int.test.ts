import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimed, draft } from "./journal.contract.ts";
import { inspect } from "./inspect.ts";
import { openJournal, type OpenedJournal } from "./open.ts";
import {
  digestOf,
  copyJournal,
  isAllOf,
  isBeginningOf,
  makeJournal,
  quiet,
  whatIsLeft,
  type Truth,
} from "./testing/sound-journal.ts";
import { verifyJournal } from "./verify.ts";

let folder: string;
let sound: string;
let path: string;
let truth: Truth;
const opened: OpenedJournal[] = [];

async function open(): Promise<OpenedJournal> {
  const journal = await openJournal(path, quiet, { waitMs: 60_000 });
  opened.push(journal);
  return journal;
}

/** A sound journal under `sound`, and a copy of it under `path` to be damaged. */
async function given(end: "closed" | "killed"): Promise<void> {
  truth = await makeJournal(sound, end);
  copyJournal(sound, path);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-journal-"));
  sound = join(folder, "sound.db");
  path = join(folder, "journal.db");
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ journal }) => journal.close()));
  rmSync(folder, { recursive: true });
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
}

/** It is said, or nothing was lost; and what can be read was written so. */
function judge(): "said" | "nothing lost" | "SILENTLY LOST" | "MADE UP" {
  const { problems } = verifyJournal(path);
  const left = whatIsLeft(path);
  if (!isBeginningOf(left, truth)) return "MADE UP";
  if (problems.length > 0) return "said";
  return isAllOf(left, truth) ? "nothing lost" : "SILENTLY LOST";
}

/** The console's way: it starts, refuses to write, says what to do, and leaves the file as it found it. */
async function expectReadOnly(words: RegExp): Promise<void> {
  const before = digestOf(path);
  const { journal, trouble } = await open();
  expect(trouble()?.message).toMatch(words);
  expect(trouble()?.message).toMatch(/sluice journal|Start that version|console\.data/);
  await expect(journal.claim("c1", "console-2", 1_000_000)).rejects.toThrow(words);
  await expect(journal.append("audit", 0, null, 1, [draft("A")])).rejects.toThrow(words);
  await journal.streams("").catch(() => []);
  await journal.close();
  expect(digestOf(path)).toEqual(before);
}

describe("nothing is silently lost", () => {
  it("a sound journal is taken for one, closed or killed", async () => {
    for (const end of ["closed", "killed"] as const) {
      await given(end);
      expect(judge()).toBe("nothing lost");
      const { journal, trouble } = await open();
      expect(trouble()).toBeNull();
      expect(await claimed(journal, "c1", "console-2", 1_000_000)).toMatchObject({ epoch: 2 });
      expect(await journal.read("run/c1.1", 0)).toHaveLength(14);
    }
  });

  it("a file that was cut at any 512 bytes is said to be", async () => {
    await given("closed");
    const size = readFileSync(sound).length;
    expect(size).toBeGreaterThan(6 * 4096);
    for (let length = size - 512; length >= 0; length -= 512) {
      copyJournal(sound, path);
      truncateSync(path, length);
      expect([length, judge()]).toEqual([length, "said"]);
    }
    await expectReadOnly(/missing or empty/);
  });

  it("a -wal that was cut at any 512 bytes, or that is missing, is said to be", async () => {
    await given("killed");
    const size = readFileSync(`${sound}-wal`).length;
    const near = Array.from({ length: 48 }, (_, i) => size - 512 * (i + 1));
    const far = Array.from({ length: 24 }, (_, i) => Math.floor((size * i) / 24));
    for (const length of [...near, ...far]) {
      copyJournal(sound, path);
      truncateSync(`${path}-wal`, length);
      expect([length, judge()]).toEqual([length, "said"]);
    }
    copyJournal(sound, path);
    // Past the first checkpoint: the file is a sound journal of an earlier time.
    truncateSync(`${path}-wal`, size - 3 * 4120);
    await expectReadOnly(/commits? (is|are) missing: run\/c1\.2 ended with #9/);
    copyJournal(sound, path);
    rmSync(`${path}-wal`);
    await expectReadOnly(/missing or empty|missing/);
  });

  it("a file that lost its last pages is still read as far as it goes", async () => {
    await given("closed");
    truncateSync(path, readFileSync(sound).length - 2 * 4096);
    const { journal, trouble } = await open();
    expect(trouble()).not.toBeNull();
    const left = await journal.streams("");
    expect(left.length).toBeGreaterThan(0);
  });

  it("a flipped byte is said, wherever it matters", async () => {
    await given("closed");
    const size = readFileSync(sound).length;
    const header = Array.from({ length: 100 }, (_, at) => at);
    const rest = Array.from({ length: Math.floor((size - 100) / 389) }, (_, i) => 100 + i * 389);
    const verdicts = new Map<string, number>();
    for (const at of [...header, ...rest]) {
      copyJournal(sound, path);
      flip(path, at);
      const verdict = judge();
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      if (verdict !== "said" && verdict !== "nothing lost") expect([at, verdict]).toEqual([at, "said"]);
    }
    // Most bytes hold something; what lies between the cells holds nothing.
    expect(verdicts.get("said")).toBeGreaterThan(rest.length / 3);
  });

  it("a flipped byte of the -wal is said", async () => {
    await given("killed");
    const size = readFileSync(`${sound}-wal`).length;
    for (let at = 0; at < size; at += 4001) {
      copyJournal(sound, path);
      flip(`${path}-wal`, at);
      expect(["said", "nothing lost"]).toContain(judge());
    }
  });

  it("the first look, which takes milliseconds, finds what was done to the end of any stream", async () => {
    await given("closed");
    for (const [text, stream] of [
      ["cluster/c1 6 x", "cluster/c1"],
      ["run/c1.1 14 x", "run/c1.1"],
      ["run/c1.2 9 x", "run/c1.2"],
    ] as const) {
      copyJournal(sound, path);
      expect(inspect(path)).toBeNull();
      // Pages keep what was moved away from them: every copy is hit.
      const bytes = readFileSync(path);
      for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) flip(path, at + text.length - 1);
      expect(inspect(path)).toMatchObject({ stream, what: "its content is not what was written." });
    }
  });

  it("a mark that is torn is still one; without any the console asks", async () => {
    await given("closed");
    for (const slot of [0, 4096]) {
      copyJournal(sound, path);
      flip(`${path}-mark`, slot + 80);
      expect(judge()).toBe("nothing lost");
    }
    copyJournal(sound, path);
    rmSync(`${path}-mark`);
    await expectReadOnly(/mark .* is missing/);
  });

  it("an older copy in the place of the journal is said to be one", async () => {
    await given("closed");
    const first = readFileSync(path);
    const { journal } = await open();
    const fence = await claimed(journal, "c1", "console-2", 1_000_000);
    await journal.append("run/c1.2", 9, fence, 1, [draft("one more")]);
    await journal.close();
    writeFileSync(path, first);
    await expectReadOnly(/last 2 commits are missing: run\/c1\.2 ended with #10/);
  });

  it("a missing file is no first start where there was a journal", async () => {
    await given("closed");
    rmSync(path);
    await expectReadOnly(/missing or empty, and there was one\. It had/);
    rmSync(`${path}-mark`);
    const first = await openJournal(path, quiet, { wasHere: "history.db is there" });
    expect(first.trouble()?.message).toContain("history.db is there");
    const again = await open();
    expect(again.trouble()).toBeNull();
  });
});

describe("a file that is not ours to write", () => {
  it("another program's database is left alone", async () => {
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE entry (a); INSERT INTO entry VALUES (1)");
    other.close();
    await expectReadOnly(/database of another program/);
  });

  it("a text is no journal", async () => {
    writeFileSync(path, "a letter to the operator, and no database\n".repeat(300));
    await expectReadOnly(/the file is no journal/);
  });

  it.each([
    ["format", "PRAGMA user_version = 3"],
    ["format of another name", "PRAGMA application_id = 7; PRAGMA user_version = 3"],
  ])("a newer %s is refused with a sentence", async (what, sql) => {
    await given("closed");
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA journal_mode = DELETE; ${sql}`);
    db.close();
    await expectReadOnly(
      what === "format" ? /written by a newer Sluice \(format 3/ : /tables are not as they were made/,
    );
  });

  it("somebody who took away what keeps entries from being changed is noticed", async () => {
    await given("closed");
    const db = new DatabaseSync(path);
    db.exec("DROP TRIGGER entries_stay");
    db.close();
    await expectReadOnly(/tables are not as they were made/);
  });
});

describe("damage that comes while the console runs", () => {
  it("the file is deleted: nothing more is written into the void", async () => {
    await given("closed");
    const { journal, trouble } = await open();
    const fence = await claimed(journal, "c1", "console-2", 1_000_000);
    rmSync(path);
    await expect(journal.append("run/c1.2", 9, fence, 1, [draft("A")])).rejects.toThrow("moved or deleted");
    expect(trouble()).not.toBeNull();
  });
});
