/** The services of several exhibits as one: whoever knows the cluster or the run answers. */
import type { ClusterSummary } from "#lib/wire/views.ts";
import type { Caller } from "#server/services/may.ts";
import type { Feed, Reply, Services } from "#server/services/services.ts";
import { galleryConfiguration } from "./settings.ts";
import type { Shown } from "./stage.ts";

export type Named = Pick<Shown, "services"> & { readonly id: string };

export function together(shown: readonly Named[]): Services {
  const [first] = shown;
  if (first === undefined) throw new Error("a gallery shows something");
  const of = (clusterId: string): Services => shown.find(({ id }) => id === clusterId)?.services ?? first.services;
  const ofRun = (runId: string): Services => of(runId.slice(0, Math.max(0, runId.indexOf("."))));
  const listed = async (actor: Caller): Promise<readonly ClusterSummary[]> =>
    (await Promise.all(shown.map(({ services }) => services.listClusters(actor)))).flatMap(valuesOf);
  return {
    // What is about no cluster of its own, whoever comes first answers.
    ...first.services,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    health: () => ({ at: "ready", problems: [] }),
    async listClusters(actor) {
      return { ok: true, value: await listed(actor) };
    },
    viewCluster: (actor, id) => of(id).viewCluster(actor, id),
    viewNodePast: (actor, id, nodeId) => of(id).viewNodePast(actor, id, nodeId),
    viewNodeSettings: (actor, id, nodeId) => of(id).viewNodeSettings(actor, id, nodeId),
    listVersions: (actor, id) => of(id).listVersions(actor, id),
    draftPlan: (actor, id, request) => of(id).draftPlan(actor, id, request),
    startRun: (actor, id, request) => of(id).startRun(actor, id, request),
    listRuns: (actor, id) => of(id).listRuns(actor, id),
    viewRun: (actor, id) => ofRun(id).viewRun(actor, id),
    draftRollBack: (actor, id) => ofRun(id).draftRollBack(actor, id),
    viewProbe: (actor, id) => ofRun(id).viewProbe(actor, id),
    viewPaces: (actor, id) => of(id).viewPaces(actor, id),
    viewCommands: (actor, id) => ofRun(id).viewCommands(actor, id),
    requestOfRun: (actor, id, request) => ofRun(id).requestOfRun(actor, id, request),
    querySeries: (actor, id, request) => of(id).querySeries(actor, id, request),
    viewConfiguration: async () => ({ ok: true, value: galleryConfiguration() }),
    audit: (actor, id) => (id === null ? first.services.audit(actor, null) : of(id).audit(actor, id)),
    note: (actor, what) => first.services.note(actor, what),
    openFeed(subscribe, actor) {
      const [kind, id = ""] = subscribe.topic.split("/");
      if (kind === "clusters") return listFeed(() => listed(actor));
      return (kind === "run" ? ofRun(id) : of(id)).openFeed(subscribe, actor);
    },
  };
}

/** Time stands still, so the list is told once. */
function listFeed(list: () => Promise<readonly ClusterSummary[]>): Feed {
  return {
    key: "clusters",
    start: () => () => undefined,
    snapshot: async () => ({ at: 0, message: { type: "clusters", topic: "clusters", seq: 0, clusters: await list() } }),
  };
}

function valuesOf<T>(reply: Reply<readonly T[]>): readonly T[] {
  return reply.ok ? reply.value : [];
}
