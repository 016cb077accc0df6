/** What the screen says of its people: sentences that are true of what the console told. */
import type { PersonView } from "#lib/wire/accounts.ts";
import { isAtLeast, type PersonRole } from "#lib/people/role.ts";
import { when } from "#components/format.ts";
import { msg, t } from "#components/language/t.ts";

export const MAY: Readonly<Record<PersonRole, string>> = {
  viewer: msg("Sees everything, and asks for nothing."),
  operator: msg("Plans and starts runs and acts on them; approves nothing."),
  approver: msg("All of that, and approves, sets up clusters and manages accounts."),
};

/** An open page says that it is there once a minute. */
const HERE_MS = 150_000;

export function isHere({ sessions }: PersonView, nowMs: number): boolean {
  return sessions.some(({ seenAtMs }) => seenAtMs !== null && nowMs - seenAtMs < HERE_MS);
}

export function seenWords(person: PersonView, nowMs: number): string {
  if (isHere(person, nowMs)) return t("now");
  return person.seenAtMs === null ? t("never") : when(person.seenAtMs, nowMs);
}

export function wayIn({ account }: PersonView): string {
  if (account === null) return t("one-time link, no account");
  if (account.locked) return t("locked");
  return account.hasPassword ? t("password") : t("one-time link, no password yet");
}

/** What somebody should look at: who is in without an account, who cannot come in, who has no password yet. */
export function attentionOf({ account }: PersonView): number {
  return account === null || account.locked || !account.hasPassword ? 0 : 1;
}

export type PeopleVerdict = {
  readonly tone: "ok" | "attn";
  readonly verdict: string;
  readonly reason: string;
  readonly next: string | null;
};

export function peopleVerdict(people: readonly PersonView[], nowMs: number): PeopleVerdict {
  const accounts = people.filter(({ account }) => account !== null);
  const here = people.filter((person) => isHere(person, nowMs)).length;
  const managers = accounts.filter(({ role, account }) => isAtLeast(role, "approver") && account?.locked === false);
  if (accounts.length === 0) {
    return {
      tone: "attn",
      verdict: t("No account yet."),
      reason: t("Only one-time links from the console's machine let people in, and each of them may do everything."),
      next: t("Next: add an account for whoever works here."),
    };
  }
  const names = managers.map(({ name }) => name).join(t(", "));
  const verdict = t(
    "{count, plural, one {# account} other {# accounts}}, {here, plural, one {# person} other {# people}} here now.",
    {
      count: accounts.length,
      here,
    },
  );
  if (managers.length === 0) {
    return {
      tone: "attn",
      verdict,
      reason: t("Nobody with an account may approve or manage accounts."),
      next: t("Next: make somebody an approver."),
    };
  }
  return { tone: "ok", verdict, reason: t("Accounts are managed by {names}.", { names }), next: null };
}
