/** A plan's file as text. The YAML library is read when it is needed, not with every page. */
import type { PlanFile } from "#lib/wire/plan-file.ts";

const HEAD = "A plan of Sluice: import it on the plan page. Limits and soak in seconds; null is without a limit.";

export async function planText(file: PlanFile): Promise<string> {
  const { Document } = await import("yaml");
  const document = new Document(file);
  document.commentBefore = ` ${HEAD}`;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
