"use client";
import { useState } from "react";
import type { PersonView } from "#lib/wire/accounts.ts";
import { t } from "#components/language/t.ts";
import { toast } from "#components/stores/toasts.ts";
import { TextField } from "#components/ui/text-field.tsx";
import { Question } from "./question.tsx";
import { usePeopleChange } from "./use-people-change.ts";

/** Of one's own the one of now is asked for; another's is typed by whoever manages accounts. */
export function PasswordDialog({
  person: { name, account },
  isOwn,
  onClose,
}: {
  readonly person: PersonView;
  readonly isOwn: boolean;
  readonly onClose: () => void;
}) {
  const change = usePeopleChange();
  const [now, setNow] = useState("");
  const [password, setPassword] = useState("");
  const asksNow = isOwn && account?.hasPassword === true;
  const ask = async (): Promise<void> => {
    const request = isOwn
      ? ({ do: "ownPassword", now: asksNow ? now : null, password } as const)
      : ({ do: "password", name, password } as const);
    if ((await change.ask(request)) === null) return;
    toast(isOwn ? t("Your password is another now.") : t("The password of {name} is another now.", { name }));
    onClose();
  };
  const locked =
    asksNow && now === ""
      ? t("Type the password of now first.")
      : password === ""
        ? t("Type the new password first.")
        : null;
  return (
    <Question
      title={isOwn ? t("Your password") : t("Another password for {name}", { name })}
      description={
        isOwn
          ? t("Your other sessions end with the change; this one goes on.")
          : t("Their sessions end with the change. The password is told nowhere: hand it over yourself.")
      }
      safe={t("Leave it as it is")}
      act={t("Set the password")}
      pending={change.pending}
      locked={locked}
      refused={change.refused("now", "password")}
      onAct={() => void ask()}
      onClose={onClose}
    >
      {asksNow ? (
        <TextField label={t("Password of now")} secret value={now} onChange={setNow} wrong={change.wrongWith("now")} />
      ) : null}
      <TextField
        label={t("New password")}
        secret
        value={password}
        onChange={setPassword}
        hint={t("12 characters or more; a few words are good.")}
        wrong={change.wrongWith("password")}
      />
    </Question>
  );
}
