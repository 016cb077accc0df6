import { describe, expect, it } from "vitest";
import type { PersonView } from "#lib/wire/accounts.ts";
import { attentionOf, isHere, peopleVerdict, seenWords, wayIn } from "./person-words.ts";

const NOW_MS = Date.parse("2026-03-12T02:31:40Z");
const account = { createdAtMs: 0, locked: false, hasPassword: true };
const dana: PersonView = { name: "dana", role: "approver", account, seenAtMs: null, sessions: [], kept: null };
const lee: PersonView = { ...dana, name: "lee", role: "operator" };
const locked: PersonView = { ...dana, account: { ...account, locked: true } };
const stranger: PersonView = { ...dana, name: "root", account: null };

function seen(person: PersonView, agoMs: number): PersonView {
  const seenAtMs = NOW_MS - agoMs;
  const session = { via: "browser", openedAtMs: 0, seenAtMs, endsAtMs: NOW_MS + 1, own: false } as const;
  return { ...person, seenAtMs, sessions: [session] };
}

describe("the sentence at the top", () => {
  it("says that nobody has an account, however many came by a link, and what to do", () => {
    expect(peopleVerdict([stranger], NOW_MS)).toMatchObject({
      tone: "attn",
      verdict: "No account yet.",
      next: "Next: add an account for whoever works here.",
    });
  });

  it("counts accounts, and whoever is here with or without one", () => {
    const all = [dana, seen(lee, 60_000), seen(stranger, 0), locked];
    expect(peopleVerdict(all, NOW_MS).verdict).toBe("3 accounts, 2 people here now.");
    expect(peopleVerdict([seen(dana, 0)], NOW_MS).verdict).toBe("1 account, 1 person here now.");
  });

  it("names who manages them, and asks for somebody where nobody can: a lock counts", () => {
    expect(peopleVerdict([dana, lee], NOW_MS)).toMatchObject({ tone: "ok", reason: "Accounts are managed by dana." });
    expect(peopleVerdict([locked, lee], NOW_MS)).toMatchObject({
      tone: "attn",
      next: "Next: make somebody an approver.",
    });
  });
});

describe("a person", () => {
  it("is here while an open page tells so once a minute, and then last seen", () => {
    expect(isHere(seen(dana, 100_000), NOW_MS)).toBe(true);
    expect(seenWords(seen(dana, 100_000), NOW_MS)).toBe("now");
    expect(seenWords(seen(dana, 200_000), NOW_MS)).toBe("02:28:20");
    expect(seenWords(dana, NOW_MS)).toBe("never");
  });

  it("comes in by what their account has", () => {
    const fresh: PersonView = { ...dana, account: { ...account, hasPassword: false } };
    expect([dana, fresh, locked, stranger].map(wayIn)).toEqual([
      "password",
      "one-time link, no password yet",
      "locked",
      "one-time link, no account",
    ]);
    expect([dana, fresh, locked, stranger].map(attentionOf)).toEqual([1, 0, 0, 0]);
  });
});
