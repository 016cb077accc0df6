"use client";
/** What may be done with one person's account; each is a question first. */
import type { PersonView } from "#lib/wire/accounts.ts";
import { t } from "#components/language/t.ts";
import { MenuButton } from "#components/ui/menu-button.tsx";
import type { MenuEntry } from "#components/ui/menu-props.ts";
import type { About, Asked } from "./people-dialogs.tsx";

export function AccountMenu({
  person,
  isOwn,
  onAsk,
}: {
  readonly person: PersonView;
  readonly isOwn: boolean;
  readonly onAsk: (asked: Asked) => void;
}) {
  const { name, account, sessions } = person;
  const entry = (about: About, label: string): MenuEntry => ({
    key: about,
    label,
    onPress: () => onAsk({ about, person }),
  });
  const others = sessions.filter((each) => !each.own).length;
  const ends =
    others === 0 ? [] : [entry("endSessions", isOwn ? t("End the other sessions…") : t("End the sessions…"))];
  const entries =
    account === null
      ? ends
      : [
          entry("role", t("Role…")),
          ...(account.locked ? [] : [entry("link", t("One-time link…"))]),
          isOwn
            ? entry("ownPassword", t("Change my password…"))
            : entry("password", account.hasPassword ? t("Another password…") : t("First password…")),
          ...ends,
          account.locked ? entry("unlock", t("Unlock…")) : entry("lock", t("Lock…")),
          entry("remove", t("Remove…")),
        ];
  if (entries.length === 0) return null;
  return (
    <MenuButton icon="chevronDown" kind="quiet" label={t("Change {name}", { name })} entries={entries}>
      {t("Change")}
    </MenuButton>
  );
}
