"use client";
import { useState } from "react";
import type { PeopleAnswer } from "#lib/wire/accounts.ts";
import type { PersonRole } from "#lib/people/role.ts";
import { t } from "#components/language/t.ts";
import { toast } from "#components/stores/toasts.ts";
import { Segmented } from "#components/ui/segmented.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { classesOf } from "#components/ui/css.ts";
import { LinkMade } from "./link-made.tsx";
import { Question } from "./question.tsx";
import { RoleChoice } from "./role-choice.tsx";
import { usePeopleChange } from "./use-people-change.ts";
import styles from "./people.module.css";

const css = classesOf(styles);

type Way = "link" | "password";

export function AddAccountDialog({ onClose }: { readonly onClose: () => void }) {
  const change = usePeopleChange();
  const [name, setName] = useState("");
  const [role, setRole] = useState<PersonRole>("viewer");
  const [way, setWay] = useState<Way>("link");
  const [password, setPassword] = useState("");
  const [made, setMade] = useState<PeopleAnswer["link"]>(null);
  const add = async (): Promise<void> => {
    const answer = await change.ask({ do: "add", name: name.trim(), role, password: way === "link" ? null : password });
    if (answer === null) return;
    if (answer.link !== null) return setMade(answer.link);
    toast(t("{name} was added.", { name: name.trim() }));
    onClose();
  };
  if (made !== null) return <LinkMade name={name.trim()} link={made} onClose={onClose} />;
  const locked =
    name.trim() === ""
      ? t("Type the name first.")
      : way === "password" && password === ""
        ? t("Type the first password, or take a one-time link.")
        : null;
  return (
    <Question
      title={t("Add an account")}
      safe={t("Add none")}
      act={t("Add the account")}
      pending={change.pending}
      locked={locked}
      refused={change.refused("name", "password")}
      onAct={() => void add()}
      onClose={onClose}
    >
      <TextField
        label={t("Name")}
        value={name}
        onChange={setName}
        hint={t("One word. It stands in the journal for ever, beside what this person does.")}
        wrong={change.wrongWith("name")}
      />
      <RoleChoice role={role} onChange={setRole} />
      <div className={css("choice")}>
        <span className={css("choiceLabel")} aria-hidden>
          {t("Comes in first by")}
        </span>
        <Segmented
          label={t("Comes in first by")}
          value={way}
          options={[
            { value: "link", label: t("One-time link") },
            { value: "password", label: t("First password") },
          ]}
          onChange={(next) => {
            setWay(next);
            setPassword("");
          }}
        />
        {way === "link" ? (
          <p className={css("hint")}>{t("Good once, for ten minutes; it is shown when the account is there.")}</p>
        ) : null}
      </div>
      {way === "password" ? (
        <TextField
          label={t("First password")}
          secret
          value={password}
          onChange={setPassword}
          hint={t("12 characters or more; a few words are good. Who gets it can change it here.")}
          wrong={change.wrongWith("password")}
        />
      ) : null}
    </Question>
  );
}
