import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLastingSessions } from "./lasting-sessions.ts";
import type { TransportLog } from "./needs.ts";

const quiet: TransportLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
const HOUR_MS = 3_600_000;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-sessions-"));
  file = join(folder, "sessions.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("sessions", () => {
  it("can be opened and ended while their file cannot be written, and those that were kept still hold", () => {
    const sessions = openLastingSessions(file, HOUR_MS, () => 0, quiet);
    const before = sessions.open("ann", "browser", null);
    const other = new DatabaseSync(file);
    // As on a full disk: every write fails.
    for (const [i, what] of ["INSERT ON link", "INSERT ON session", "DELETE ON session"].entries()) {
      other.exec(`CREATE TRIGGER full_${i} BEFORE ${what} BEGIN SELECT RAISE(FAIL, 'disk is full'); END`);
    }
    const opened = sessions.redeem(sessions.createLink("bob", null));
    expect(opened).toMatchObject({ name: "bob" });
    expect(sessions.find(opened?.secret ?? "")).toMatchObject({ name: "bob" });
    expect(sessions.find(before.secret)).toMatchObject({ name: "ann" });
    sessions.end(before.secret);
    expect(sessions.find(before.secret)).toBeNull();
    other.close();
    sessions.close();
  });

  it("of somebody all end but the named one while that cannot be written; those opened later hold", () => {
    let nowMs = 0;
    const sessions = openLastingSessions(file, HOUR_MS, () => nowMs, quiet);
    const [one, kept, others] = ["ann", "Ann", "bob"].map((name) => sessions.open(name, "browser", null));
    const full = new DatabaseSync(file);
    full.exec("CREATE TRIGGER full BEFORE DELETE ON session BEGIN SELECT RAISE(FAIL, 'disk is full'); END");
    sessions.endOf("ANN", kept?.id ?? null);
    nowMs = 1;
    const later = sessions.open("ann", "browser", null);
    const found = [one, kept, others, later].map((each) => sessions.find(each?.secret ?? "")?.name ?? null);
    expect(found).toEqual([null, "Ann", "bob", "ann"]);
    expect(sessions.list().map(({ name }) => name)).toEqual(expect.arrayContaining(["Ann", "ann", "bob"]));
    expect(sessions.list()).toHaveLength(3);
    full.close();
    sessions.close();
  });

  it("live as long as the console where there can be no file", () => {
    mkdirSync(file);
    const sessions = openLastingSessions(file, HOUR_MS, () => 0, quiet);
    const secret = sessions.createLink("ann", null);
    expect(sessions.redeem(secret)).toMatchObject({ name: "ann" });
    expect(sessions.redeem(secret)).toBeNull();
    sessions.close();
  });
});
