"use client";
/** Whose page this is, told with it: what they may not do is shown with who can, from the first paint on. */
import { createContext, useContext, type ReactNode } from "react";
import { NOBODY, rightOf, whyNotAllowed, type Right } from "#lib/people/rights.ts";
import type { RunRequest } from "#lib/run/request.ts";
import type { SessionView } from "#lib/wire/views.ts";
import { said } from "#components/language/said.ts";

export type Person = Pick<SessionView, "name" | "role" | "holders" | "buildId">;

/** Until it is told, somebody who may look and nothing else. */
const STRANGER: Person = { name: "", role: "viewer", holders: NOBODY, buildId: "" };
const Context = createContext<Person>(STRANGER);

export function PersonProvider({ person, children }: { readonly person: Person | null; readonly children: ReactNode }) {
  return <Context value={person ?? STRANGER}>{children}</Context>;
}

export function usePerson(): Person {
  return useContext(Context);
}

/** Why this person may not, with who can; null when they may. */
export function useWhyNot(right: Right): string | null {
  const { role, holders } = usePerson();
  return inWords(whyNotAllowed(role, right, holders));
}

export function whyNotAsk({ role, holders }: Person, request: RunRequest): string | null {
  return inWords(whyNotAllowed(role, rightOf(request), holders));
}

function inWords(refused: string | null): string | null {
  return refused === null ? null : said(refused);
}
