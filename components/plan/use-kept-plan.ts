"use client";
/** A plan that is being made is there again after a login or a newer build; else the page begins with a new one. */
import { useMemo } from "react";
import type { ClusterNode } from "#lib/cluster/node.ts";
import { useKeptDraft } from "#components/data/use-kept-draft.ts";
import { fileOfForm } from "./form-as-file.ts";
import type { PlanForm } from "./plan-form.ts";

type Reasons = Readonly<Record<string, string>>;

export function useKeptPlan(
  clusterId: string,
  nodes: readonly ClusterNode[],
  { form, reasons }: { readonly form: PlanForm; readonly reasons: Reasons },
  restore: (form: PlanForm, reasons: Reasons) => void,
): { readonly forget: () => void } {
  return useKeptDraft(
    "plan",
    useMemo(() => ({ form, reasons }), [form, reasons]),
    () => JSON.stringify({ file: fileOfForm(form, clusterId, nodes, form.order), reasons }),
    (text, isUntouched) =>
      void import("./read-kept-plan.ts").then(
        ({ readKeptPlan }) => {
          const kept = readKeptPlan(text, clusterId, nodes);
          if (kept !== null && isUntouched()) restore(kept.form, kept.reasons);
        },
        () => undefined,
      ),
  );
}
