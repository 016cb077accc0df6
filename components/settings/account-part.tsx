"use client";
import { Segmented } from "#components/ui/segmented.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { wrongWith, type PasswordWay } from "./cluster-form.ts";
import { classesOf } from "#components/ui/css.ts";
import { FormSection } from "./form-section.tsx";
import styles from "./settings.module.css";
import type { PartProps } from "./where-part.tsx";

const css = classesOf(styles);

const WAYS: readonly { readonly value: PasswordWay; readonly label: string }[] = [
  { value: "typed", label: "Type it" },
  { value: "file", label: "In a file" },
  { value: "env", label: "In the environment" },
  { value: "none", label: "None" },
];

const AT = {
  file: ["File", "/run/credentials/sluice.service/db-password", "Read anew whenever it is needed, so it may change."],
  env: ["Variable", "SLUICE_DB_PASSWORD", "Of the console's own process."],
} as const;

export function AccountPart({ form, problems, onChange, mayKeep }: PartProps & { readonly mayKeep: boolean }) {
  const { passwordWay: way } = form;
  const wrong = wrongWith(problems, "account.password");
  return (
    <FormSection
      title="Who logs in"
      hint="An account of the console's own. What it may not do is told by the test, with the GRANT that gives it."
    >
      <TextField
        label="User"
        mono
        value={form.user}
        onChange={(user) => onChange({ user })}
        placeholder="sluice"
        wrong={wrongWith(problems, "account.user")}
      />
      <div className={css("choice")}>
        <span className={css("choiceLabel")} aria-hidden>
          Password
        </span>
        <Segmented
          label="Password"
          value={way}
          options={mayKeep ? [{ value: "kept", label: "Keep it" }, ...WAYS] : WAYS}
          onChange={(passwordWay) => onChange({ passwordWay, ...(passwordWay === "typed" ? {} : { password: "" }) })}
        />
      </div>
      {way === "typed" ? (
        <TextField
          label="Password, kept by the console"
          secret
          value={form.password}
          onChange={(password) => onChange({ password })}
          hint="Goes into a file that only the console's user can read. It never comes back here, nor into the configuration."
          wrong={wrong}
        />
      ) : null}
      {way === "file" || way === "env" ? (
        <TextField
          label={AT[way][0]}
          mono
          value={form.passwordAt}
          onChange={(passwordAt) => onChange({ passwordAt })}
          placeholder={AT[way][1]}
          hint={AT[way][2]}
          wrong={wrong}
        />
      ) : null}
      {way === "kept" || way === "none" ? <p>{wrong ?? SAID[way]}</p> : null}
    </FormSection>
  );
}

const SAID = {
  kept: "The password that was typed before stays.",
  none: "The account logs in without one.",
} as const;
