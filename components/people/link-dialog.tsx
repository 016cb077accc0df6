"use client";
import { useState } from "react";
import type { PeopleAnswer, PersonView } from "#lib/wire/accounts.ts";
import { t } from "#components/language/t.ts";
import { LinkMade } from "./link-made.tsx";
import { Question } from "./question.tsx";
import { usePeopleChange } from "./use-people-change.ts";

export function LinkDialog({ person, onClose }: { readonly person: PersonView; readonly onClose: () => void }) {
  const { name } = person;
  const change = usePeopleChange();
  const [made, setMade] = useState<PeopleAnswer["link"]>(null);
  if (made !== null) return <LinkMade name={name} link={made} onClose={onClose} />;
  return (
    <Question
      title={t("Make a one-time link for {name}?", { name })}
      description={t("It lets whoever opens it in as {name}, once. The audit says who made it.", { name })}
      safe={t("Make none")}
      act={t("Make the link")}
      pending={change.pending}
      locked={null}
      refused={change.refused()}
      onAct={() => void change.ask({ do: "link", name }).then((answer) => setMade(answer?.link ?? null))}
      onClose={onClose}
    />
  );
}
