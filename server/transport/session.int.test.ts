import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LINK_VALID_MS, openSessions, type Sessions } from "./session.ts";

const HOUR_MS = 3_600_000;
let folder: string;
let nowMs: number;
let sessions: Sessions;
const reopen = (): Sessions => openSessions(join(folder, "sessions.db"), 12 * HOUR_MS, () => nowMs);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-session-"));
  nowMs = 1_000_000;
  sessions = reopen();
});
afterEach(() => {
  sessions.close();
  rmSync(folder, { recursive: true });
});

describe("login links", () => {
  it("open one session, for the operator they name, once", () => {
    const link = sessions.createLink("mara", null);
    const session = sessions.redeem(link);
    expect(session).toMatchObject({ name: "mara", expiresAtMs: nowMs + 12 * HOUR_MS });
    expect(sessions.redeem(link)).toBeNull();
    expect(sessions.find(session?.secret ?? "")).toMatchObject({
      name: "mara",
      via: "browser",
      expiresAtMs: nowMs + 12 * HOUR_MS,
      account: null,
    });
  });

  it("are worth nothing once they are too old", () => {
    const link = sessions.createLink("mara", null);
    nowMs += LINK_VALID_MS;
    expect(sessions.redeem(link)).toBeNull();
  });

  it("are not sessions, nor are guesses", () => {
    expect(sessions.find(sessions.createLink("mara", null))).toBeNull();
    expect(sessions.find("")).toBeNull();
    expect(sessions.redeem("guess")).toBeNull();
  });
});

describe("sessions", () => {
  it("survive a restart of the console", () => {
    const { secret } = sessions.open("mara", "cli", null);
    sessions.close();
    sessions = reopen();
    expect(sessions.find(secret)?.name).toBe("mara");
  });

  it("end at their hour, and when they are logged out", () => {
    const first = sessions.open("mara", "cli", null);
    const second = sessions.open("mara", "cli", null);
    sessions.end(first.secret);
    expect(sessions.find(first.secret)).toBeNull();
    expect(sessions.find(second.secret)).not.toBeNull();
    nowMs += 12 * HOUR_MS;
    expect(sessions.find(second.secret)).toBeNull();
  });

  it("leave no secret in the file", () => {
    const link = sessions.createLink("mara", null);
    const { secret } = sessions.open("mara", "cli", null);
    sessions.close();
    const bytes = readFileSync(join(folder, "sessions.db")).toString("latin1");
    sessions = reopen();
    expect(bytes).toContain("mara");
    expect(bytes).not.toContain(link);
    expect(bytes).not.toContain(secret);
  });
});
