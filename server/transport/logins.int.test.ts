import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAccounts, openAccountsOrNone, type Accounts } from "./accounts.ts";
import { createLogins, type Logins } from "./logins.ts";
import type { TransportLog } from "./needs.ts";
import { hashPassword } from "./password.ts";
import { openSessions, type Sessions } from "./session.ts";

const quiet: TransportLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
const PASSWORD = "a long walk by the river";
const CHEAP = { memoryKiB: 64, passes: 1, parallelism: 1 };

let folder: string;
let nowMs: number;
let sessions: Sessions;
let accounts: Accounts;
let logins: Logins;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-logins-"));
  nowMs = 1_000_000;
  sessions = openSessions(join(folder, "sessions.db"), 3_600_000, () => nowMs);
  accounts = openAccounts(join(folder, "accounts.db"), () => nowMs);
  logins = createLogins({ sessions, accounts, cost: CHEAP, now: () => nowMs, log: quiet });
});
afterEach(() => {
  sessions.close();
  accounts.close();
  rmSync(folder, { recursive: true });
});

async function secretOf(name: string, password = PASSWORD): Promise<string> {
  const answer = await logins.logIn(name, password, "10.0.0.7");
  if (answer.at !== "in") throw new Error(`${name} was not let in: ${answer.at}`);
  return answer.session.secret;
}

describe("files of before", () => {
  it("are read: nobody in them is locked, and nobody was seen", async () => {
    const old = join(folder, "old.db");
    const db = new DatabaseSync(old);
    db.exec(`
      CREATE TABLE account
        (name TEXT PRIMARY KEY COLLATE NOCASE, role TEXT NOT NULL, hash TEXT NOT NULL, revision TEXT NOT NULL,
         created_at_ms INTEGER NOT NULL, changed_at_ms INTEGER NOT NULL) STRICT;
      INSERT INTO account VALUES ('dana', 'approver', 'x', 'r1', 1, 2);
      CREATE TABLE link (hash TEXT PRIMARY KEY, name TEXT NOT NULL, expires_at_ms INTEGER NOT NULL, account TEXT) STRICT;
      CREATE TABLE session
        (hash TEXT PRIMARY KEY, name TEXT NOT NULL, via TEXT NOT NULL, expires_at_ms INTEGER NOT NULL, account TEXT) STRICT;
      INSERT INTO session VALUES ('abc', 'dana', 'browser', 9000000, 'r1');
    `);
    db.close();
    const people = openAccounts(old, () => nowMs);
    const open = openSessions(old, 3_600_000, () => nowMs);
    expect(people.find("Dana")).toMatchObject({ role: "approver", locked: false, seenAtMs: null });
    expect(people.add("lee", "viewer", null)).toBe(true);
    expect(open.list()).toMatchObject([{ name: "dana", openedAtMs: null, seenAtMs: null, account: "r1" }]);
    people.close();
    open.close();
  });
});

describe("logging in by name and password", () => {
  it("opens a session with the account's own name and role, whatever the capitals", async () => {
    accounts.add("dana", "viewer", await hashPassword(PASSWORD, CHEAP));
    const session = logins.find(await secretOf("DANA"));
    expect(session).toMatchObject({ name: "dana", role: "viewer", via: "browser" });
  });

  it("does the same work for a name that nobody has, and tells no difference", async () => {
    accounts.add("dana", "viewer", await hashPassword(PASSWORD, CHEAP));
    expect(await logins.logIn("dana", "another password", "10.0.0.7")).toEqual({ at: "wrong" });
    expect(await logins.logIn("nobody", PASSWORD, "10.0.0.7")).toEqual({ at: "wrong" });
    for (let count = 0; count < 4; count += 1) await logins.logIn("nobody", PASSWORD, "10.0.0.8");
    expect(await logins.logIn("nobody", PASSWORD, "10.0.0.9")).toMatchObject({ at: "wait", waitMs: 10_000 });
  });

  it("waits after five wrong tries, even for the right password, and tells afterwards how many there were", async () => {
    accounts.add("dana", "viewer", await hashPassword(PASSWORD, CHEAP));
    for (let count = 0; count < 5; count += 1) await logins.logIn("dana", "wrong", `10.0.0.${count}`);
    expect(await logins.logIn("dana", PASSWORD, "10.0.1.1")).toMatchObject({ at: "wait", waitMs: 10_000 });
    nowMs += 10_000;
    expect(await logins.logIn("dana", PASSWORD, "10.0.1.1")).toMatchObject({ at: "in", failedBefore: 5 });
    expect((await logins.logIn("dana", "wrong", "10.0.1.1")).at).toBe("wrong");
  });

  it("tries at once are no way around the limit", async () => {
    accounts.add("dana", "viewer", await hashPassword(PASSWORD, CHEAP));
    const guesses = Array.from({ length: 8 }, (_, index) => logins.logIn("dana", `guess ${index}`, "10.0.0.7"));
    const answers = (await Promise.all(guesses)).map(({ at }) => at);
    expect(answers.filter((at) => at === "wrong")).toHaveLength(5);
    expect(answers.filter((at) => at === "wait")).toHaveLength(3);
  });

  it("an account of one's own clears no way for guesses at another's from the same address", async () => {
    accounts.add("mine", "viewer", await hashPassword(PASSWORD, CHEAP));
    for (let count = 0; count < 20; count += 1) {
      await logins.logIn(`name${count}`, "wrong", "10.0.0.7");
      if (count % 5 === 0) await logins.logIn("mine", PASSWORD, "10.0.0.7");
    }
    expect((await logins.logIn("lee", "wrong", "10.0.0.7")).at).toBe("wait");
  });

  it("makes an older hash as dear as today's, and ends nothing by it", async () => {
    accounts.add("dana", "viewer", await hashPassword(PASSWORD, { ...CHEAP, memoryKiB: 32 }));
    const secret = await secretOf("dana");
    expect(accounts.hashOf("dana")).toContain("m=64,t=1,p=1");
    expect(logins.find(secret)).not.toBeNull();
  });
});

describe("what ends a session everywhere", () => {
  it("another password, another role, removal: at once, and for links that were not used yet", async () => {
    const changes = [
      () => accounts.setRole("dana", "approver"),
      () => accounts.setHash("dana", accounts.hashOf("dana") ?? ""),
      () => accounts.remove("dana"),
    ];
    accounts.add("dana", "viewer", await hashPassword(PASSWORD, CHEAP));
    for (const change of changes) {
      const browser = await secretOf("dana");
      const cli = logins.open("dana", "cli").secret;
      const link = logins.createLink("dana");
      expect([logins.find(browser)?.name, logins.find(cli)?.name]).toEqual(["dana", "dana"]);
      change();
      expect([logins.find(browser), logins.find(cli), logins.redeem(link)]).toEqual([null, null, null]);
    }
  });

  it("an account that comes back under the same name revives nothing", async () => {
    accounts.add("dana", "approver", await hashPassword(PASSWORD, CHEAP));
    const secret = await secretOf("dana");
    accounts.remove("dana");
    accounts.add("dana", "approver", await hashPassword(PASSWORD, CHEAP));
    expect(logins.find(secret)).toBeNull();
  });
});

describe("a one-time link", () => {
  it("lets its operator do everything, unless the name has an account, whose role holds", async () => {
    expect(logins.redeem(logins.createLink("mara"))).toMatchObject({ name: "mara", role: "approver" });
    accounts.add("dana", "viewer", await hashPassword(PASSWORD, CHEAP));
    expect(logins.redeem(logins.createLink("Dana"))).toMatchObject({ name: "dana", role: "viewer" });
    expect(logins.find(logins.open("dana", "cli").secret)?.role).toBe("viewer");
  });

  it("opened before there was an account of that name, its session ends when there is one", async () => {
    const opened = logins.redeem(logins.createLink("dana"));
    accounts.add("dana", "viewer", await hashPassword(PASSWORD, CHEAP));
    expect(logins.find(opened?.secret ?? "")).toBeNull();
  });
});

describe("the files", () => {
  it("hold no password, and are the console's user's alone", async () => {
    accounts.add("dana", "viewer", await hashPassword(PASSWORD, CHEAP));
    await secretOf("dana");
    const file = join(folder, "accounts.db");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const bytes = ["accounts.db", "accounts.db-wal", "sessions.db", "sessions.db-wal"].map((name) =>
      readFileSync(join(folder, name)).toString("latin1"),
    );
    expect(bytes.join("")).toContain("$argon2id$");
    expect(bytes.join("")).not.toContain(PASSWORD);
  });

  it("sessions of a file from before there were accounts still hold", () => {
    const file = join(folder, "old.db");
    const db = new DatabaseSync(file);
    db.exec(`CREATE TABLE link (hash TEXT PRIMARY KEY, name TEXT NOT NULL, expires_at_ms INTEGER NOT NULL) STRICT;
      CREATE TABLE session (hash TEXT PRIMARY KEY, name TEXT NOT NULL, via TEXT NOT NULL, expires_at_ms INTEGER NOT NULL) STRICT;
      INSERT INTO session VALUES ('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'mara', 'cli', 9999999);`);
    db.close();
    const opened = openSessions(file, 1000, () => nowMs);
    // The hash above is that of nothing.
    expect(opened.find("")).toMatchObject({ name: "mara", account: null });
    opened.close();
  });

  it("where the accounts cannot be read a link still lets people in", () => {
    const none = openAccountsOrNone(folder, () => nowMs, quiet);
    const without = createLogins({ sessions, accounts: none, cost: CHEAP, now: () => nowMs, log: quiet });
    expect(without.redeem(without.createLink("mara"))).toMatchObject({ name: "mara" });
    none.close();
  });
});
