/** What can be wrong with a router before the FEs. What it says of itself is told as it says it. */
import type { RouterFinding } from "#server/routers/router.ts";
import type { CheckId } from "../check-list.ts";
import type { Misconfiguration } from "./misconfiguration.ts";
import type { Site } from "./site.ts";

type Said = { readonly id: CheckId; readonly severity: RouterFinding["severity"]; readonly of: string | null };

/** A router's own finding: it reaches the page with its node, its severity and its remedy. */
function said({ id, severity, of }: Said): Misconfiguration {
  const [evidence, remedy] = [`${id} is not so`, `mend ${id}`];
  return {
    name: `a router that finds: ${id}`,
    id,
    severity,
    says: evidence,
    remedy,
    ...(of === null ? {} : { node: of }),
    plant: (site) => {
      const server = of === null ? null : `mysql/${of}`;
      site.router.findings.push({ id, server, title: id, severity, verdict: "fail", evidence, remedy });
    },
  };
}

const SAID: readonly Said[] = [
  { id: "router-answers", severity: "blocks", of: null },
  { id: "router-knows", severity: "blocks", of: "fe-2" },
  { id: "router-cuts", severity: "needsReason", of: "fe-2" },
  { id: "router-detection", severity: "note", of: "fe-3" },
  { id: "router-keeps-state", severity: "note", of: null },
];

const slow = (site: Site): void => {
  site.router.detectionMs = 20_000;
};
const LEAST = "min_graceful_exit_time_second";

export const ROUTERS: readonly Misconfiguration[] = [
  ...SAID.map(said),
  {
    name: "[S0-6] a router that notices too late, and is not told",
    id: "router-notices",
    severity: "needsReason",
    says: "lb notices within 20 s, and the FE goes on answering for 15 s",
    remedy: `fe-2> ADMIN SET FRONTEND CONFIG ("${LEAST}" = "21");`,
    request: { isolate: false, leaderExit: "graceful" },
    plant: slow,
  },
  {
    name: "[S0-6] a router that notices too late, and is told first",
    id: "router-notices",
    severity: "note",
    says: "it is told before the exit all the same",
    remedy: `("${LEAST}" = "21")`,
    plant: slow,
  },
  {
    name: "a router of which nobody knows how soon it notices",
    id: "router-notices",
    severity: "note",
    verdict: "unknown",
    says: "how soon lb would notice is not known",
    remedy: "Name its configFile",
    plant: (site) => {
      site.router.detectionMs = null;
    },
  },
  {
    name: "[S1-16] another FE that somebody took out of the router",
    id: "others-in-service",
    severity: "blocks",
    node: "fe-2",
    at: "fe-2",
    says: "fe-3 is taken out of lb by hand",
    remedy: "lb> set server mysql/fe-3 state ready",
    plant: (site) => {
      site.router.rows["mysql/fe-3"] = { route: "out", setOut: true, word: "MAINT" };
    },
  },
];
