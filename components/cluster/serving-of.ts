import type { ClusterSummary } from "#lib/wire/views.ts";
import { t } from "#components/language/t.ts";

/** "8 of 9". Nobody has listed its nodes yet: that is not none of none. */
export function servingOf({ servingCount, nodeCount, polledAtMs }: ClusterSummary): string {
  return polledAtMs === null && nodeCount === 0
    ? t("not known")
    : t("{serving} of {total}", { serving: servingCount, total: nodeCount });
}
