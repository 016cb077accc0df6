"use client";
/** A plan that is being made is there again after a login or a newer build; else the page begins with a new one. */
import { useEffect, useRef } from "react";
import type { ClusterNode } from "#lib/cluster/node.ts";
import { usePerson } from "#components/data/person.tsx";
import { keepText, keptText, wasInterrupted } from "#components/stores/kept.ts";
import { fileOfForm } from "./form-as-file.ts";
import type { PlanForm } from "./plan-form.ts";

type Reasons = Readonly<Record<string, string>>;

export function useKeptPlan(
  clusterId: string,
  nodes: readonly ClusterNode[],
  { form, reasons }: { readonly form: PlanForm; readonly reasons: Reasons },
  restore: (form: PlanForm, reasons: Reasons) => void,
): { readonly forget: () => void } {
  const { name } = usePerson();
  // The way back of a run is another plan than one of its own.
  const keyNow = (): string => `plan/${clusterId}${location.search}`;
  const first = useRef(true);
  const changed = useRef(false);
  useEffect(() => {
    const key = keyNow();
    if (!first.current) {
      changed.current = true;
      const file = fileOfForm(form, clusterId, nodes, form.order);
      keepText(sessionStorage, name, key, JSON.stringify({ file, reasons }));
      return;
    }
    first.current = false;
    const text = wasInterrupted() ? keptText(sessionStorage, name, key) : "";
    if (text === "") return;
    void import("./read-kept-plan.ts").then(
      ({ readKeptPlan }) => {
        const kept = readKeptPlan(text, clusterId, nodes);
        // What somebody has begun to change meanwhile is newer.
        if (kept !== null && !changed.current) restore(kept.form, kept.reasons);
      },
      () => undefined,
    );
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- nodes change every second; what is kept is what a person changed.
  }, [form, reasons, clusterId, name]);
  return { forget: () => keepText(sessionStorage, name, keyNow(), "") };
}
