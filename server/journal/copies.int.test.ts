import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Journal } from "#server/orchestrator/ports.ts";
import { claimed, draft } from "./journal.contract.ts";
import { backUp, salvage } from "./copies.ts";
import { openJournal } from "./open.ts";
import { restore } from "./restore.ts";
import { createSqliteJournal } from "./sqlite.ts";
import { writeFormat1 } from "./testing/format-1.ts";
import { ann, copyJournal, makeJournal, quiet, whatIsLeft, type Truth } from "./testing/sound-journal.ts";
import { verifyJournal } from "./verify.ts";

let folder: string;
let path: string;
let copy: string;
const opened: Journal[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-journal-"));
  path = join(folder, "journal.db");
  copy = join(folder, "copy.db");
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((journal) => journal.close()));
  rmSync(folder, { recursive: true });
});

function value<T>(answer: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }): T {
  if (!answer.ok) throw new Error(answer.why);
  return answer.value;
}

/** The journal made sound under another name, and put here to be damaged. */
async function given(): Promise<Truth> {
  const sound = join(folder, "sound.db");
  const truth = await makeJournal(sound, "closed");
  copyJournal(sound, path);
  return truth;
}

/** Where the text stands in the file. */
function overwrite(text: string, by: string): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf(text);
  expect(at).toBeGreaterThan(0);
  bytes.write(by, at);
  writeFileSync(path, bytes);
}

describe("a backup", () => {
  it("is whole, as of one moment, while a run is written", async () => {
    const journal = createSqliteJournal(path);
    opened.push(journal);
    const fence = await claimed(journal, "c1", "console-1", 1);
    for (let seq = 0; seq < 30; seq += 1) await journal.append("run/c1.1", seq, fence, 1, [draft(`before ${seq}`)]);
    expect(value(backUp(path, copy))).toEqual({ streams: 1, entries: 30 });
    await journal.append("run/c1.1", 30, fence, 1, [draft("after")]);
    expect(await journal.read("run/c1.1", 0)).toHaveLength(31);
    expect(verifyJournal(copy, { marked: false })).toEqual({ streams: 1, entries: 30, problems: [] });
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.startsWith("copy.db"))).toEqual(["copy.db"]);
  });

  it("is not made of a damaged journal, nor over a file that is there", async () => {
    await given();
    expect(value(backUp(path, copy))).toMatchObject({ entries: 29 });
    expect(backUp(path, copy)).toMatchObject({ ok: false, why: expect.stringContaining("is there already") });
    truncateSync(path, statSync(path).size - 4096);
    const other = join(folder, "other.db");
    expect(backUp(path, other)).toMatchObject({ ok: false, why: expect.stringContaining("not backed up") });
    overwrite("run/c1.1 3 x", "run/c1.1 3 y");
    expect(backUp(path, other).ok).toBe(false);
    expect(existsSync(other)).toBe(false);
  });

  it("of a journal that hides a changed entry is removed again", async () => {
    await given();
    overwrite("run/c1.1 5 x", "run/c1.1 5 y");
    expect(backUp(path, copy)).toMatchObject({ ok: false, why: expect.stringContaining("run/c1.1 #5") });
    expect(existsSync(copy)).toBe(false);
  });

  it("is made of a journal of the release before", () => {
    writeFormat1(path);
    expect(value(backUp(path, copy))).toMatchObject({ entries: 34 });
  });
});

describe("what is salvaged", () => {
  it("is the beginning of every stream up to its first damage, and it is told what is not there", async () => {
    const truth = await given();
    overwrite("run/c1.1 5 x", "run/c1.1 5 y");
    const { left } = value(salvage(path, copy));
    const told = left.map(({ stream, kept, had }) => ({ stream, kept, had }));
    expect(told).toEqual([
      { stream: "cluster/c1", kept: 6, had: 6 },
      { stream: "run/c1.1", kept: 4, had: 14 },
      { stream: "run/c1.2", kept: 9, had: 9 },
    ]);
    expect(left[1]?.problem).toContain("#5");
    expect(whatIsLeft(copy).get("run/c1.1")).toEqual(truth.get("run/c1.1")?.slice(0, 4));
    expect(verifyJournal(copy, { marked: false }).problems).toEqual([]);
  });

  it("of a file that SQLite refuses is what its pages still hold", async () => {
    const truth = await given();
    truncateSync(path, statSync(path).size - 2 * 4096);
    expect(() => new DatabaseSync(path, { readOnly: true }).prepare("SELECT * FROM stream").all()).toThrow();
    const { entries, left } = value(salvage(path, copy));
    expect(entries).toBeGreaterThan(0);
    expect(entries).toBeLessThan(29);
    for (const { stream, kept } of left)
      expect(whatIsLeft(copy).get(stream) ?? []).toEqual(truth.get(stream)?.slice(0, kept));
    expect(left.some(({ problem }) => problem !== null)).toBe(true);
  });

  it("tells what was lost with its commits, which the file knows nothing of", async () => {
    const sound = join(folder, "sound.db");
    await makeJournal(sound, "killed");
    copyJournal(sound, path);
    truncateSync(`${path}-wal`, statSync(`${path}-wal`).size - 5 * 4120);
    const { left } = value(salvage(path, copy));
    const hit = left.filter(({ problem }) => problem !== null);
    expect(hit).toMatchObject([
      { stream: "run/c1.2", had: 9, problem: expect.stringContaining("commits that followed") },
    ]);
    expect(hit[0]?.kept).toBeLessThan(9);
  });

  it("of nothing is an empty journal: the way to begin anew after a loss", async () => {
    expect(value(salvage(path, copy))).toEqual({ streams: 0, entries: 0, left: [] });
    expect(value(await restore(path, copy, ann, 5000))).toMatchObject({ entries: 0, movedTo: null });
    expect((await openJournal(path, quiet)).trouble()).toBeNull();
  });
});

describe("a copy that is put in the journal's place", () => {
  it("is taken up by the next console, which hears who did it, and runs that had not ended wait", async () => {
    await given();
    value(backUp(path, copy));
    truncateSync(path, 4096);
    const { movedTo, paused } = value(await restore(path, copy, ann, 5000));
    expect(statSync(movedTo ?? "").size).toBe(4096);
    expect(paused).toEqual(["c1.1", "c1.2"]);
    const { journal, trouble } = await openJournal(path, quiet, { waitMs: 60_000 });
    opened.push(journal);
    expect(trouble()).toBeNull();
    expect(await journal.read("audit", 0)).toMatchObject([{ actor: ann, event: { type: "Noted" } }]);
    expect((await journal.read("run/c1.2", 9))[0]?.event).toMatchObject({
      type: "PauseRequested",
      reason: expect.stringContaining("as of #9"),
    });
  });

  it("[rule 7] fences whoever owned a cluster before, whatever epoch was given out since the copy was made", async () => {
    await given();
    value(backUp(path, copy));
    const before = createSqliteJournal(path);
    const late = await claimed(before, "c1", "console-9", 2_000_000);
    const later = await claimed(before, "c1", "console-9", 2_000_000);
    expect(later.epoch).toBe(late.epoch + 1);
    await before.close();
    value(await restore(path, copy, ann, 5000));
    const journal = createSqliteJournal(path);
    opened.push(journal);
    expect((await journal.append("run/c1.2", 10, later, 1, [draft("late")])).result).toBe("fenced");
    expect((await claimed(journal, "c1", "console-2", 3_000_000)).epoch).toBeGreaterThan(later.epoch);
  });

  it("is refused when it is not whole", async () => {
    await given();
    value(backUp(path, copy));
    const bytes = readFileSync(copy);
    bytes.write("y", bytes.indexOf("run/c1.1 3 x") + 11);
    writeFileSync(copy, bytes);
    expect(await restore(path, copy, ann, 5000)).toMatchObject({
      ok: false,
      why: expect.stringContaining("run/c1.1 #3"),
    });
    expect(verifyJournal(path).problems).toEqual([]);
  });
});
