import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PeopleRequest, PersonView } from "#lib/wire/accounts.ts";
import { openAccounts, type Accounts } from "./accounts.ts";
import { callerOf } from "./api-routes.ts";
import { createLogins, type Logins } from "./logins.ts";
import type { TransportLog } from "./needs.ts";
import { hashPassword } from "./password.ts";
import { createPeopleDoor, type PeopleDoor, type PeopleReply } from "./people-door.ts";
import { openSessions, type Session, type Sessions } from "./session.ts";

const quiet: TransportLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
const PASSWORD = "a long walk by the river";
const OTHER = "the other side of the hill";
const CHEAP = { memoryKiB: 64, passes: 1, parallelism: 1 };

let nowMs: number;
let sessions: Sessions;
let accounts: Accounts;
let logins: Logins;
let door: PeopleDoor;
let noted: string[];
let isJournalFull: boolean;

beforeEach(async () => {
  nowMs = 1_000_000;
  noted = [];
  isJournalFull = false;
  sessions = openSessions(":memory:", 3_600_000, () => nowMs);
  accounts = openAccounts(":memory:", () => nowMs);
  logins = createLogins({ sessions, accounts, cost: CHEAP, now: () => nowMs, log: quiet });
  door = createPeopleDoor({
    accounts,
    sessions,
    logins,
    linkOf: (secret) => `http://console/login#${secret}`,
    note: async (caller, what) => {
      if (isJournalFull) throw new Error("no space left on the device");
      noted.push(`${caller.kind === "person" ? caller.id : ""} ${what}`);
    },
    dropEnded: () => undefined,
  });
  accounts.add("dana", "approver", await hashPassword(PASSWORD, CHEAP));
  accounts.add("lee", "operator", await hashPassword(PASSWORD, CHEAP));
});
afterEach(() => {
  sessions.close();
  accounts.close();
});

function sessionOf(name: string): Session & { readonly secret: string } {
  return logins.open(name, "browser");
}

function ask(session: Session, request: PeopleRequest): Promise<PeopleReply> {
  return door.change(session, callerOf(session), request);
}

function listed(session: Session): Readonly<Record<string, PersonView>> {
  return Object.fromEntries(door.list(session).people.map((person) => [person.name, person]));
}

describe("the list of people", () => {
  it("is for everybody: role, way in, and which of the sessions is one's own", () => {
    const lee = sessionOf("lee");
    sessionOf("dana");
    logins.open("dana", "cli");
    const people = listed(lee);
    expect(people["dana"]).toMatchObject({ role: "approver", account: { locked: false, hasPassword: true } });
    expect(people["dana"]?.sessions.map(({ via, own }) => [via, own])).toEqual([
      ["browser", false],
      ["cli", false],
    ]);
    expect(people["lee"]?.sessions).toMatchObject([{ own: true }]);
  });

  it("names whoever came by a link without an account, who may do everything", () => {
    sessionOf("root");
    expect(listed(sessionOf("lee"))["root"]).toMatchObject({ account: null, role: "approver" });
  });

  it("tells when somebody was last seen, to the minute, also after their session", () => {
    const dana = sessionOf("dana");
    logins.find(dana.secret);
    nowMs += 59_000;
    logins.find(dana.secret);
    expect(listed(dana)["dana"]?.seenAtMs).toBe(1_000_000);
    nowMs += 1000;
    logins.find(dana.secret);
    logins.end(dana.secret);
    expect(listed(sessionOf("lee"))["dana"]).toMatchObject({ seenAtMs: 1_060_000, sessions: [] });
  });

  it("holds no session of an account that was changed since", () => {
    sessionOf("lee");
    accounts.setRole("lee", "viewer");
    expect(listed(sessionOf("dana"))["lee"]?.sessions).toEqual([]);
  });
});

describe("changes of people", () => {
  const changes: readonly PeopleRequest[] = [
    { do: "add", name: "mara", role: "viewer", password: null },
    { do: "role", name: "lee", role: "approver" },
    { do: "link", name: "dana" },
    { do: "password", name: "dana", password: OTHER },
    { do: "lock", name: "dana" },
    { do: "unlock", name: "dana" },
    { do: "endSessions", name: "dana" },
    { do: "remove", name: "dana" },
  ];
  it.each(changes)("an operator is refused with who may: $do", async (request) => {
    const before = JSON.stringify([accounts.list(), sessions.list().length]);
    const lee = sessionOf("lee");
    const why = "Only an approver may manage accounts; dana is one.";
    expect(await ask(lee, request)).toEqual({ at: "notAllowed", why });
    logins.end(lee.secret);
    expect(JSON.stringify([accounts.list(), sessions.list().length])).toBe(before);
    expect(noted).toEqual([]);
  });

  it("each is written down with its person, and no password is", async () => {
    const dana = sessionOf("dana");
    for (const request of [
      { do: "add", name: "mara", role: "viewer", password: PASSWORD },
      { do: "role", name: "mara", role: "operator" },
      { do: "password", name: "mara", password: OTHER },
      { do: "lock", name: "mara" },
      { do: "unlock", name: "mara" },
      { do: "endSessions", name: "mara" },
      { do: "remove", name: "mara" },
    ] as const)
      expect(await ask(dana, request)).toEqual({ at: "done", answer: { link: null } });
    expect(noted).toEqual([
      "dana added the account mara, viewer",
      "dana made mara operator",
      "dana set another password for mara",
      "dana locked the account mara",
      "dana unlocked the account mara",
      "dana ended the sessions of mara",
      "dana removed the account mara",
    ]);
    expect(noted.join()).not.toContain(PASSWORD);
  });

  it("what cannot be written down is not done", async () => {
    isJournalFull = true;
    const reply = await ask(sessionOf("dana"), { do: "lock", name: "lee" });
    expect(reply).toMatchObject({ at: "refused", why: expect.stringContaining("nothing is changed without it") });
    expect(accounts.find("lee")?.locked).toBe(false);
  });

  it("a new account without a password comes in by its link, once, and by no password", async () => {
    const reply = await ask(sessionOf("dana"), { do: "add", name: "mara", role: "viewer", password: null });
    const link = reply.at === "done" ? reply.answer.link : null;
    expect(link?.validMs).toBe(600_000);
    const secret = (link?.url ?? "").split("#")[1] ?? "";
    expect(await logins.logIn("mara", "", "10.0.0.7")).toEqual({ at: "wrong" });
    expect(logins.redeem(secret)).toMatchObject({ name: "mara", role: "viewer" });
    expect(logins.redeem(secret)).toBeNull();
  });
});

describe("the last who may manage accounts", () => {
  it.each<PeopleRequest>([
    { do: "role", name: "dana", role: "operator" },
    { do: "lock", name: "DANA" },
    { do: "remove", name: "dana" },
  ])("stays: $do", async (request) => {
    accounts.add("mara", "approver", "x");
    accounts.setLocked("mara", true);
    const root = sessionOf("root");
    const why = "dana is the last who may manage accounts: make somebody else an approver first.";
    expect(await ask(root, request)).toEqual({ at: "refused", why });
    expect(listed(root)["dana"]).toMatchObject({ kept: why, role: "approver", account: { locked: false } });
  });

  it("goes when there is another, and of two who take each other's right at once one keeps it", async () => {
    accounts.add("mara", "approver", "x");
    const [dana, mara] = [sessionOf("dana"), sessionOf("mara")];
    const replies = await Promise.all([
      ask(dana, { do: "role", name: "mara", role: "viewer" }),
      ask(mara, { do: "role", name: "dana", role: "viewer" }),
    ]);
    expect(replies.map(({ at }) => at)).toEqual(["done", "refused"]);
    expect(logins.holders().approvers).toEqual(["dana"]);
  });
});

describe("a lock", () => {
  it("ends sessions and links, keeps out by password and by link, and tells so to whoever knows the password", async () => {
    const lee = sessionOf("lee");
    const link = logins.createLink("lee");
    await ask(sessionOf("dana"), { do: "lock", name: "lee" });
    expect(logins.find(lee.secret)).toBeNull();
    expect(logins.redeem(link)).toBeNull();
    expect(logins.redeem(logins.createLink("lee"))).toBeNull();
    expect(await logins.logIn("lee", PASSWORD, "10.0.0.7")).toEqual({ at: "locked" });
    expect(await logins.logIn("lee", OTHER, "10.0.0.7")).toEqual({ at: "wrong" });
    await ask(sessionOf("dana"), { do: "unlock", name: "lee" });
    expect((await logins.logIn("lee", PASSWORD, "10.0.0.7")).at).toBe("in");
  });
});

describe("ending sessions", () => {
  it("ends those of that name and their unused links, whatever the capitals, and nobody else's", async () => {
    const [lee, dana] = [sessionOf("lee"), sessionOf("dana")];
    const link = logins.createLink("lee");
    await ask(dana, { do: "endSessions", name: "LEE" });
    expect([logins.find(lee.secret), logins.redeem(link)]).toEqual([null, null]);
    expect(logins.find(dana.secret)).not.toBeNull();
  });

  it("of one's own leaves the one that asks", async () => {
    const [here, there] = [sessionOf("dana"), sessionOf("dana")];
    await ask(here, { do: "endSessions", name: "dana" });
    expect(logins.find(here.secret)).not.toBeNull();
    expect(logins.find(there.secret)).toBeNull();
  });

  it("reaches whoever came without an account", async () => {
    const root = sessionOf("root");
    await ask(sessionOf("dana"), { do: "endSessions", name: "root" });
    expect(logins.find(root.secret)).toBeNull();
  });
});

describe("one's own password", () => {
  it("is changed by whoever knows it, whatever their role; the other sessions end and this one goes on", async () => {
    const [here, there] = [sessionOf("lee"), sessionOf("lee")];
    expect(await ask(here, { do: "ownPassword", now: OTHER, password: OTHER })).toMatchObject({
      at: "wrong",
      problem: { field: "now" },
    });
    expect(await ask(here, { do: "ownPassword", now: PASSWORD, password: OTHER })).toMatchObject({ at: "done" });
    expect(logins.find(here.secret)).not.toBeNull();
    expect(logins.find(there.secret)).toBeNull();
    expect((await logins.logIn("lee", OTHER, "10.0.0.7")).at).toBe("in");
    expect(noted).toEqual(["lee changed their own password"]);
  });

  it("cannot be guessed at: after five wrong ones there is a wait", async () => {
    const lee = sessionOf("lee");
    for (let count = 0; count < 5; count += 1) await ask(lee, { do: "ownPassword", now: OTHER, password: OTHER });
    expect(await ask(lee, { do: "ownPassword", now: PASSWORD, password: OTHER })).toMatchObject({
      at: "wrong",
      problem: { error: expect.stringContaining("Too many tries") },
    });
  });

  it("is set without one where there is none yet, and not by the way of another's", async () => {
    const dana = sessionOf("dana");
    await ask(dana, { do: "add", name: "mara", role: "viewer", password: null });
    expect((await ask(sessionOf("mara"), { do: "ownPassword", now: null, password: OTHER })).at).toBe("done");
    expect((await ask(dana, { do: "password", name: "Dana", password: OTHER })).at).toBe("refused");
    expect((await ask(sessionOf("root"), { do: "ownPassword", now: null, password: OTHER })).at).toBe("refused");
  });
});
