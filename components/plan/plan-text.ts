/** A plan's file as text. The YAML library is read when it is needed, not with every page. */
import type { PlanFile } from "#lib/wire/plan-file.ts";
import { msg, t } from "#components/language/t.ts";

const HEAD = msg("A plan of Sluice: import it on the plan page. Limits and soak in seconds; null is without a limit.");

export async function planText(file: PlanFile): Promise<string> {
  const { Document } = await import("yaml");
  const document = new Document(file);
  document.commentBefore = ` ${t(HEAD)}`;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
