"use client";
import { msg, t } from "#components/language/t.ts";
import { Segmented } from "#components/ui/segmented.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { wrongWith, type PasswordWay } from "./cluster-form.ts";
import { classesOf } from "#components/ui/css.ts";
import { FormSection } from "./form-section.tsx";
import styles from "./settings.module.css";
import type { PartProps } from "./where-part.tsx";

const css = classesOf(styles);

const WAYS: readonly { readonly value: PasswordWay; readonly label: string }[] = [
  { value: "typed", label: msg("Type it") },
  { value: "file", label: msg("In a file") },
  { value: "env", label: msg("In the environment") },
  { value: "none", label: msg("None") },
];

const AT = {
  file: [
    msg("File"),
    "/run/credentials/sluice.service/db-password",
    msg("Read anew whenever it is needed, so it may change."),
  ],
  env: [msg("Variable"), "SLUICE_DB_PASSWORD", msg("Of the console's own process.")],
} as const;

export function AccountPart({ form, problems, onChange, mayKeep }: PartProps & { readonly mayKeep: boolean }) {
  const { passwordWay: way } = form;
  const wrong = wrongWith(problems, "account.password");
  const ways = WAYS.map(({ value, label }) => ({ value, label: t(label) }));
  const options = mayKeep ? [{ value: "kept" as const, label: t("Keep it") }, ...ways] : ways;
  return (
    <FormSection
      title={t("Who logs in")}
      hint={t("An account of the console's own. What it may not do is told by the test, with the GRANT that gives it.")}
    >
      <TextField
        label={t("User")}
        mono
        value={form.user}
        onChange={(user) => onChange({ user })}
        placeholder="sluice"
        wrong={wrongWith(problems, "account.user")}
      />
      <div className={css("choice")}>
        <span className={css("choiceLabel")} aria-hidden>
          {t("Password")}
        </span>
        <Segmented
          label={t("Password")}
          value={way}
          options={options}
          onChange={(passwordWay) => onChange({ passwordWay, ...(passwordWay === "typed" ? {} : { password: "" }) })}
        />
      </div>
      {way === "typed" ? (
        <TextField
          label={t("Password, kept by the console")}
          secret
          value={form.password}
          onChange={(password) => onChange({ password })}
          hint={t(
            "Goes into a file that only the console's user can read. It never comes back here, nor into the configuration.",
          )}
          wrong={wrong}
        />
      ) : null}
      {way === "file" || way === "env" ? (
        <TextField
          label={t(AT[way][0])}
          mono
          value={form.passwordAt}
          onChange={(passwordAt) => onChange({ passwordAt })}
          placeholder={AT[way][1]}
          hint={t(AT[way][2])}
          wrong={wrong}
        />
      ) : null}
      {way === "kept" || way === "none" ? <p>{wrong ?? t(SAID[way])}</p> : null}
    </FormSection>
  );
}

const SAID = {
  kept: msg("The password that was typed before stays."),
  none: msg("The account logs in without one."),
} as const;
