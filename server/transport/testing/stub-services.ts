import type { Services } from "#server/services/services.ts";

const nothing = async () => ({ ok: false, because: "notFound", refusal: { reason: "None.", already: null } }) as const;
/** A console over nothing; what is noted goes to the list. */
export function stubServices(noted: string[] = []): Services {
  return {
    start: async () => undefined,
    stop: async () => undefined,
    health: () => ({ at: "ready", problems: [] }),
    listClusters: async () => ({ ok: true, value: [] }),
    viewCluster: nothing,
    viewNodePast: nothing,
    viewNodeSettings: nothing,
    viewPaces: nothing,
    viewCommands: nothing,
    listVersions: nothing,
    stageRelease: nothing,
    viewStaging: nothing,
    draftPlan: nothing,
    startRun: nothing,
    listRuns: nothing,
    viewRun: nothing,
    viewProbe: nothing,
    draftRollBack: nothing,
    requestOfRun: nothing,
    querySeries: nothing,
    audit: nothing,
    viewConfiguration: nothing,
    testConnection: nothing,
    confirmHostKey: nothing,
    addCluster: nothing,
    changeCluster: nothing,
    removeCluster: nothing,
    onClusterChange: () => () => undefined,
    note: async (actor, what) => void noted.push(`${actor.kind === "person" ? actor.id : ""} ${what}`),
    openFeed: () => ({ refused: "There is no such topic." }),
  };
}
