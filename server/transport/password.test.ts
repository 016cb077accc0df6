import { describe, expect, it } from "vitest";
import { COST, hashPassword, verifyPassword, whyNoPassword } from "./password.ts";

const CHEAP = { memoryKiB: 64, passes: 1, parallelism: 1 };

describe("a password", () => {
  it("is kept as argon2id with OWASP's parameters beside it, salted anew each time", async () => {
    expect(COST).toEqual({ memoryKiB: 19_456, passes: 2, parallelism: 1 });
    const [one, two] = [
      await hashPassword("correct horse battery", COST),
      await hashPassword("correct horse battery", COST),
    ];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword("correct horse battery", one, COST)).toEqual({ ok: true, outdated: false });
    expect((await verifyPassword("correct horse batterY", one, COST)).ok).toBe(false);
  });

  it("made with cheaper parameters still counts, and is told to be outdated", async () => {
    const old = await hashPassword("correct horse battery", CHEAP);
    expect(await verifyPassword("correct horse battery", old, COST)).toEqual({ ok: true, outdated: true });
  });

  it("is the same word in whatever code points a keyboard sends", async () => {
    const stored = await hashPassword("Zürich am Abend", CHEAP);
    expect((await verifyPassword("Zu\u0308rich am Abend", stored, COST)).ok).toBe(true);
  });

  it("matches nothing that is no hash", async () => {
    for (const stored of ["", "correct horse battery", "$argon2id$v=19$m=1,t=1,p=1$$"]) {
      expect((await verifyPassword("correct horse battery", stored, COST)).ok).toBe(false);
    }
  });

  it("is refused with a reason when it is short, endless, the name or one letter", () => {
    expect(whyNoPassword("elf letters", "dana")).toContain("12 characters");
    expect(whyNoPassword("x".repeat(201), "dana")).toContain("200 characters");
    expect(whyNoPassword("dana.kim.2026", "dana.kim")).toContain("the name");
    expect(whyNoPassword("abababababab", "dana")).toContain("repeats");
    expect(whyNoPassword("correct horse battery", "dana")).toBeNull();
  });
});
