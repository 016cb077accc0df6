"use client";
/** A plan that is being made is there again after a login or a newer build; else the page begins with a new one. */
import "#lib/wire/no-eval.ts";
import { useEffect, useRef } from "react";
import { z } from "zod";
import type { ClusterNode } from "#lib/cluster/node.ts";
import { readPlanFile } from "#lib/wire/plan-file.ts";
import { usePerson } from "#components/data/person.tsx";
import { keepText, keptText, wasInterrupted } from "#components/stores/kept.ts";
import { formOfFile } from "./file-form.ts";
import { fileOfForm } from "./form-as-file.ts";
import type { PlanForm } from "./plan-form.ts";

type Reasons = Readonly<Record<string, string>>;

const keptPlan = z.object({ file: z.unknown(), reasons: z.record(z.string(), z.string()) });

export function useKeptPlan(
  clusterId: string,
  nodes: readonly ClusterNode[],
  { form, reasons }: { readonly form: PlanForm; readonly reasons: Reasons },
  restore: (form: PlanForm, reasons: Reasons) => void,
): { readonly forget: () => void } {
  const { name } = usePerson();
  // The way back of a run is another plan than one of its own.
  const keyNow = (): string => `plan of ${clusterId} ${location.search}`;
  const first = useRef(true);
  useEffect(() => {
    const key = keyNow();
    if (!first.current) {
      const file = fileOfForm(form, clusterId, nodes, form.order);
      keepText(sessionStorage, name, key, JSON.stringify({ file, reasons }));
      return;
    }
    first.current = false;
    const kept = wasInterrupted() ? planOf(keptText(sessionStorage, name, key), clusterId, nodes) : null;
    if (kept !== null) restore(kept.form, kept.reasons);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- nodes change every second; what is kept is what a person changed.
  }, [form, reasons, clusterId, name]);
  return { forget: () => keepText(sessionStorage, name, keyNow(), "") };
}

/** Read like any plan's file: an older page may have written it, and nodes may be gone. */
function planOf(
  text: string,
  clusterId: string,
  nodes: readonly ClusterNode[],
): { readonly form: PlanForm; readonly reasons: Reasons } | null {
  if (text === "") return null;
  try {
    const parsed = keptPlan.safeParse(JSON.parse(text));
    const read = parsed.success ? readPlanFile(parsed.data.file) : null;
    if (!parsed.success || read === null || !read.ok) return null;
    const made = formOfFile(read.file, clusterId, nodes);
    return made.ok ? { form: made.form, reasons: parsed.data.reasons } : null;
  } catch {
    return null;
  }
}
