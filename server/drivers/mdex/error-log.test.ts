import { describe, expect, it } from "vitest";
import { closingInWords, deadlineOf, leavingIn } from "./error-log.ts";

/** In the words of the administrator's guide (MDEX Engine 2.1.1). */
const BASE = [
  "Shutdown request with received at Thu Feb 17 13:12:54 2011.",
  "Shutdown will complete when all outstanding jobs are complete.",
];
const LIMITED = [
  "Shutdown request with time limit of 30 seconds received at Thu Feb 17 14:09:38 2011.",
  "Shutdown will complete when all outstanding jobs are complete, or within 30 seconds, whichever happens earlier.",
];
const NORMALLY = "All dgraph transactions completed at Thu Feb 17 13:12:54 2011, exiting normally (pid=4128)";
const CUT = [
  "Shutdown time limit reached at Thu Feb 17 14:18:46 2011, exiting with jobs still in progress:",
  "3 requests are still active or queued, and will not be logged to the request log",
  "1 job is currently executing, and will be killed.",
  "2 jobs are queued, and will not be executed.",
];
const at = (text: string): number => Date.parse(text);

describe("the error log of a Dgraph that leaves", () => {
  it("[S3-6] tells that the exit was received, what is waited for, and that it ended normally, with the pid", () => {
    expect(leavingIn(["INFO something", ...BASE], "+0100")).toEqual({
      requests: [{ limitSeconds: null, atMs: at("2011-02-17T13:12:54+01:00") }],
      closing: null,
    });
    const ended = leavingIn([...BASE, NORMALLY], "+0100");
    expect(ended?.closing).toEqual({ how: "normally", pid: 4128, atMs: at("2011-02-17T13:12:54+01:00") });
    expect(ended?.closing && closingInWords(ended.closing)).toContain("exiting normally (pid 4128)");
  });

  it("[S3-14] tells that the limit was reached, and the three counts", () => {
    const { closing = null } = leavingIn([...LIMITED, ...CUT], "+0000") ?? {};
    expect(closing).toEqual({
      how: "cut",
      atMs: at("2011-02-17T14:18:46Z"),
      activeOrQueued: 3,
      executing: 1,
      queued: 2,
    });
    expect(closing && closingInWords(closing)).toMatch(/limit reached; 3 still active .*, 1 executing .*, 2 queued/);
  });

  it("keeps what it does not tell apart from 0", () => {
    const { closing = null } = leavingIn([...LIMITED, ...CUT.slice(0, 1)], "+0000") ?? {};
    expect(closing).toMatchObject({ activeOrQueued: null, executing: null, queued: null });
    expect(closing && closingInWords(closing)).toContain("an untold number");
  });

  it("tells the earliest end that was asked for", () => {
    const later = "Shutdown request with time limit of 5 seconds received at Thu Feb 17 14:09:48 2011.";
    const of = (...lines: readonly string[]): number | null => {
      const leaving = leavingIn(lines, "+0000");
      return leaving === null ? null : deadlineOf(leaving);
    };
    expect(of(...LIMITED)).toBe(at("2011-02-17T14:10:08Z"));
    expect(of(...LIMITED, later)).toBe(at("2011-02-17T14:09:53Z"));
    expect(of(...LIMITED, ...BASE)).toBe(at("2011-02-17T14:10:08Z"));
    expect(of(...BASE)).toBeNull();
  });

  it("takes what follows a closing line for another process", () => {
    const again = leavingIn([...LIMITED, ...CUT, "started", ...BASE], "+0000");
    expect(again).toMatchObject({ requests: [{ limitSeconds: null }], closing: null });
    expect(leavingIn(["nothing", "of this kind"], "+0000")).toBeNull();
  });
});
