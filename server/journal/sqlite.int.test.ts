import { spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Journal } from "#server/orchestrator/ports.ts";
import { claimed, draft, journalContract } from "./journal.contract.ts";
import { createSqliteJournal } from "./sqlite.ts";
import { SCHEMA, UPCASTERS } from "./upcast.ts";
import { verifyJournal } from "./verify.ts";

let directory: string;
let path: string;
const opened: Journal[] = [];
const children: ChildProcess[] = [];

const open = (): Journal => {
  const journal = createSqliteJournal(path);
  opened.push(journal);
  return journal;
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-journal-"));
  path = join(directory, "data", "journal.db");
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await Promise.all(opened.splice(0).map((journal) => journal.close()));
  rmSync(directory, { recursive: true });
});

journalContract("SQLite", async () => ({ open, end: async () => {} }));

describe("the SQLite journal", () => {
  it("is readable by its owner alone", () => {
    open();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("tells which entry was changed, and what to do", async () => {
    await threeEntries();
    tamper(`UPDATE entry SET event = '"X"' WHERE seq = 2`);
    const reading = readAgain();
    await expect(reading).rejects.toMatchObject({ name: "JournalDamaged", stream: "run/c1.1", seq: 2 });
    await expect(reading).rejects.toThrow("backup");
  });

  it.each([
    ["an entry was taken out of the middle", "DELETE FROM entry WHERE seq = 2", 2],
    ["the last entry was lost", "DELETE FROM entry WHERE seq = 3", 3],
    ["everything was lost", "DELETE FROM entry", 1],
    ["somebody else's name was put in", `UPDATE entry SET actor = replace(actor, 'ada', 'eve') WHERE seq = 1`, 1],
    ["a time was moved", "UPDATE entry SET at_ms = at_ms + 1 WHERE seq = 3", 3],
    ["an entry was written under another epoch", "UPDATE entry SET epoch = 7 WHERE seq = 2", 2],
  ])("notices that %s", async (_what, sql, seq) => {
    await threeEntries();
    tamper(sql);
    await expect(readAgain()).rejects.toMatchObject({ name: "JournalDamaged", stream: "run/c1.1" });
    const { problems } = verifyJournal(path);
    expect(problems.map(({ stream, seq: at }) => `${stream} #${at}`)).toEqual([`run/c1.1 #${seq}`]);
  });

  it("gives out no summary that is not what was kept", async () => {
    await threeEntries();
    const journal = open();
    await journal.derive([{ stream: "run/c1.1", seq: 3, value: { verdict: "aborted" } }]);
    expect((await journal.derived("run/")).size).toBe(1);
    tamper(`UPDATE derived SET value = replace(value, 'aborted', 'finished')`);
    expect((await journal.derived("run/")).size).toBe(0);
    expect(verifyJournal(path).problems).toEqual([]);
  });

  it("verifies a whole journal", async () => {
    await threeEntries();
    expect(verifyJournal(path)).toEqual({ streams: 1, entries: 3, problems: [] });
  });

  it("says so when the file is something else", () => {
    open();
    rmSync(`${path}-wal`, { force: true });
    writeFileSync(path, "this is a letter to the operator, and no data base\n".repeat(100));
    expect(() => createSqliteJournal(path)).toThrow("the file is no journal");
  });

  it("reads entries of an older schema as today's, and none of a newer one", async () => {
    await threeEntries();
    const upcasters = new Map([...UPCASTERS, [SCHEMA, (_stream: string, event: unknown) => ({ was: event })]]);
    const newer = createSqliteJournal(path, { upcasters, schema: SCHEMA + 1 });
    opened.push(newer);
    expect((await newer.read("run/c1.1", 0))[0]?.event).toEqual({ was: "A" });
    const fence = await claimed(newer, "c1", "console-1", 2);
    await newer.append("run/c1.1", 3, fence, 2, [draft("D")]);
    expect(() => open()).toThrow("newer Sluice");
  });

  it("keeps every acknowledged entry when its writer is killed", async () => {
    const writer = startWriter("console-1");
    const acknowledged = await writer.linesUntil(40);
    writer.child.kill("SIGKILL");
    await once(writer.child, "exit");
    const stored = await open().read("run/c1.1", 0);
    expect(stored.length).toBeGreaterThanOrEqual(acknowledged);
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, i) => i + 1));
    expect(verifyJournal(path).problems).toEqual([]);
  });

  it("[rule 7] leaves a cluster to a living console, and takes it at once from a dead one", async () => {
    const writer = startWriter("console-1");
    await writer.linesUntil(1);
    const journal = open();
    expect(await journal.claim("c1", "console-2", Date.now())).toMatchObject({ heldBy: "console-1" });
    writer.child.kill("SIGKILL");
    await once(writer.child, "exit");
    expect(await journal.claim("c1", "console-2", Date.now())).toEqual({ clusterId: "c1", epoch: 2 });
  });

  it("[rule 7] fences a console whose lease another took while it slept", async () => {
    // It writes when told to: one that is stopped in the middle of a commit would keep the file to itself.
    const writer = startWriter("console-1", "on demand");
    writer.child.stdin.write("one\n");
    await writer.linesUntil(1);
    writer.child.kill("SIGSTOP");
    const journal = open();
    await claimed(journal, "c1", "console-2", Date.now() + 60_000);
    writer.child.stdin.write("two\n");
    writer.child.kill("SIGCONT");
    const [code] = await once(writer.child, "exit");
    expect(code).toBe(3);
    const before = (await journal.read("run/c1.1", 0)).length;
    const again = await claimed(journal, "c1", "console-2", Date.now() + 60_000);
    expect((await journal.append("run/c1.1", before, again, 1, [draft("mine")])).result).toBe("appended");
  });
});

async function threeEntries(): Promise<void> {
  const journal = open();
  const fence = await claimed(journal, "c1", "console-1", 1);
  for (const [i, event] of ["A", "B", "C"].entries()) {
    expect((await journal.append("run/c1.1", i, fence, 1, [draft(event)])).result).toBe("appended");
  }
}

/** A console that starts now and reads the run: it hears of damage at the one or the other. */
async function readAgain(): Promise<readonly unknown[]> {
  return open().read("run/c1.1", 0);
}

/** As somebody with write access to the file would. */
function tamper(sql: string): void {
  const db = new DatabaseSync(path);
  const names = ["entries_stay", "entries_are_kept"];
  const triggers = names.map((name) => db.prepare("SELECT sql FROM sqlite_schema WHERE name = ?").get(name)?.["sql"]);
  for (const name of names) db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  for (const trigger of triggers) db.exec(String(trigger));
  db.close();
}

/** A process that appends to run/c1.1, a line for each entry; it exits with 3 when it is fenced. */
function startWriter(
  owner: string,
  pace: "without end" | "on demand" = "without end",
): { child: ChildProcessByStdio<Writable, Readable, null>; linesUntil: (count: number) => Promise<number> } {
  const program = `
    import { createInterface } from "node:readline";
    import { createSqliteJournal } from "${join(process.cwd(), "server/journal/sqlite.ts")}";
    const journal = createSqliteJournal(${JSON.stringify(path)});
    const fence = await journal.claim("c1", ${JSON.stringify(owner)}, Date.now());
    async function* pace() {
      if (${pace === "without end"}) for (;;) yield;
      else yield* createInterface({ input: process.stdin });
    }
    let seq = 0;
    for await (const _ of pace()) {
      const answer = await journal.append("run/c1.1", seq, fence, 1, [{ actor: { kind: "rule", rule: "t" }, event: { seq } }]);
      if (answer.result !== "appended") process.exit(3);
      seq += 1;
      console.log(seq);
    }`;
  const file = join(directory, "writer.ts");
  writeFileSync(file, program);
  const child = spawn(process.execPath, [file], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  const seen = { count: 0 };
  lines.on("line", () => (seen.count += 1));
  return {
    child,
    linesUntil: async (wanted) => {
      while (seen.count < wanted) await once(lines, "line");
      return seen.count;
    },
  };
}
