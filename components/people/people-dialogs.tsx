"use client";
/** The one question that stands over the screen. */
import type { PersonView } from "#lib/wire/accounts.ts";
import { AddAccountDialog } from "./add-account-dialog.tsx";
import { PasswordDialog } from "./password-dialog.tsx";
import { RoleDialog } from "./role-dialog.tsx";
import { LinkDialog } from "./link-dialog.tsx";
import { SureDialog } from "./sure-dialog.tsx";

export type About = "role" | "link" | "password" | "ownPassword" | "lock" | "unlock" | "endSessions" | "remove";
export type Asked = { readonly about: "add" } | { readonly about: About; readonly person: PersonView };

export function PeopleDialogs({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }) {
  switch (asked.about) {
    case "add":
      return <AddAccountDialog onClose={onClose} />;
    case "role":
      return <RoleDialog person={asked.person} onClose={onClose} />;
    case "link":
      return <LinkDialog person={asked.person} onClose={onClose} />;
    case "password":
    case "ownPassword":
      return <PasswordDialog person={asked.person} isOwn={asked.about === "ownPassword"} onClose={onClose} />;
    default:
      return <SureDialog person={asked.person} about={asked.about} onClose={onClose} />;
  }
}
