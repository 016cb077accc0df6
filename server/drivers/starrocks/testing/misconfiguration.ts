/** One thing that is wrong in a cluster that is sound otherwise, and how it must be told. */
import type { Severity } from "#lib/run/check.ts";
import type { PlanRequest } from "#server/orchestrator/ports.ts";
import type { CheckId } from "../check-list.ts";
import { nodeOf, type Site, type SiteNode } from "./site.ts";

export type Misconfiguration = {
  readonly name: string;
  readonly id: CheckId;
  readonly severity: Severity;
  /** Part of the remedy: what is to be pasted. */
  readonly remedy: string;
  /** Part of what is said. */
  readonly says: string;
  readonly plant: (site: Site) => void;
  /** How it stood when the plan was made, where that was otherwise. */
  readonly before?: (site: Site) => void;
  readonly node?: string;
  readonly verdict?: "fail" | "unknown";
  readonly versions?: readonly [from: string, to: string];
  readonly request?: Partial<PlanRequest>;
  /** Found when the node is about to be touched, rather than before the run. */
  readonly at?: string;
  /** What the same mistake shows besides. */
  readonly also?: readonly CheckId[];
};

export const be1 = (site: Site): SiteNode => nodeOf(site, "be-1");

export function down(site: Site, id: string): void {
  Object.assign(nodeOf(site, id), { alive: false, statusCode: "DISCONNECTED", errorMessage: "Connection refused" });
  nodeOf(site, id).host.found = "none";
}
