"use client";
import { useState } from "react";
import type { PersonView } from "#lib/wire/accounts.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { toast } from "#components/stores/toasts.ts";
import { Question } from "./question.tsx";
import { RoleChoice } from "./role-choice.tsx";
import { usePeopleChange } from "./use-people-change.ts";

export function RoleDialog({ person, onClose }: { readonly person: PersonView; readonly onClose: () => void }) {
  const { name } = person;
  const change = usePeopleChange();
  const [role, setRole] = useState(person.role);
  const kept = role === person.role || person.kept === null ? null : said(person.kept);
  const ask = async (): Promise<void> => {
    if ((await change.ask({ do: "role", name, role })) === null) return;
    toast(t("{name} is {role} now.", { name, role: said(role) }));
    onClose();
  };
  return (
    <Question
      title={t("What may {name} do?", { name })}
      description={t("Their sessions end with the change, and open again by a login.")}
      safe={t("Leave it as it is")}
      act={t("Change the role")}
      pending={change.pending}
      locked={kept ?? (role === person.role ? t("Nothing is changed yet.") : null)}
      refused={change.refused()}
      onAct={() => void ask()}
      onClose={onClose}
    >
      <RoleChoice role={role} onChange={setRole} />
    </Question>
  );
}
