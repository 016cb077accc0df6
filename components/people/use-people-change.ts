"use client";
/** One change asked of the console: pending until it answers, and what it says against it beside its field. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { PeopleAnswer, PeopleRequest } from "#lib/wire/accounts.ts";
import { whyNot } from "#components/data/client.ts";
import { changePeople } from "#components/data/mutations.ts";
import { peopleQuery } from "#components/data/queries.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";

type Wrong = { readonly field: string | null; readonly why: string };

export type PeopleChange = {
  readonly pending: boolean;
  /** Why it was not done, of this field. */
  readonly wrongWith: (field: string) => string | null;
  /** And of none of these. */
  readonly refused: (...fields: readonly string[]) => string | null;
  /** Null: it was not done. */
  readonly ask: (request: PeopleRequest) => Promise<PeopleAnswer | null>;
};

export function usePeopleChange(): PeopleChange {
  const cache = useQueryClient();
  const [pending, setPending] = useState(false);
  const [wrong, setWrong] = useState<Wrong | null>(null);
  return {
    pending,
    wrongWith: (field) => (wrong?.field === field ? wrong.why : null),
    refused: (...fields) => (wrong === null || fields.includes(wrong.field ?? "") ? null : wrong.why),
    async ask(request) {
      setPending(true);
      setWrong(null);
      const answer = await changePeople(request);
      setPending(false);
      await cache.invalidateQueries({ queryKey: peopleQuery().queryKey });
      if (answer.ok) return answer.value;
      const field = answer.because === "problem" ? answer.problem.field : null;
      setWrong({
        field,
        why:
          answer.because === "problem"
            ? sentences([said(answer.problem.error), said(answer.problem.remedy)])
            : whyNot(answer),
      });
      return null;
    },
  };
}
