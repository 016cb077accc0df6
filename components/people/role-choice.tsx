"use client";
import { ROLES, type PersonRole } from "#lib/people/role.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { Segmented } from "#components/ui/segmented.tsx";
import { classesOf } from "#components/ui/css.ts";
import { MAY } from "./person-words.ts";
import styles from "./people.module.css";

const css = classesOf(styles);

export function RoleChoice({
  role,
  onChange,
}: {
  readonly role: PersonRole;
  readonly onChange: (role: PersonRole) => void;
}) {
  return (
    <div className={css("choice")}>
      <span className={css("choiceLabel")} aria-hidden>
        {t("Role")}
      </span>
      <Segmented
        label={t("Role")}
        value={role}
        options={ROLES.map((value) => ({ value, label: said(value) }))}
        onChange={onChange}
      />
      <p className={css("hint")}>{t(MAY[role])}</p>
    </div>
  );
}
