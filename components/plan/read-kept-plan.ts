/** Reads a plan as an older page left it. Fetched only where one was left: what reads files is a third of a page. */
import "#lib/wire/no-eval.ts";
import { z } from "zod";
import type { ClusterNode } from "#lib/cluster/node.ts";
import { readPlanFile } from "#lib/wire/plan-file.ts";
import { formOfFile } from "./file-form.ts";
import type { PlanForm } from "./plan-form.ts";

const keptPlan = z.object({ file: z.unknown(), reasons: z.record(z.string(), z.string()) });

/** Read like any plan's file: an older page may have written it, and nodes may be gone. Null: it is none. */
export function readKeptPlan(
  text: string,
  clusterId: string,
  nodes: readonly ClusterNode[],
): { readonly form: PlanForm; readonly reasons: Readonly<Record<string, string>> } | null {
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
