import { nameOf, type Actor } from "#lib/run/actor.ts";
import { evolve } from "#lib/run/evolve.ts";
import type { Run } from "#lib/run/state.ts";
import { runName } from "#lib/run/run-id.ts";
import type { ClusterView, RunSummary } from "#lib/wire/views.ts";
import { createOrchestrator, type Orchestrator } from "#server/orchestrator/orchestrator.ts";
import type { Clock, Driver, History, Journal, Log, Observer, Transcript } from "#server/orchestrator/ports.ts";
import { readProbe } from "#server/probe/probe-book.ts";
import { addNote, newestFirst, readActs, readNotes } from "./audit.ts";
import { summarise, viewOf } from "./cluster-view.ts";
import { checkedDraft, commandsOf, planFor, rollBackRequest } from "./draft.ts";
import { createClusterTopic, logFeed, runFeed, sentFeed, seriesFeed, type ClusterTopic } from "./feeds.ts";
import { may, type ServiceAct } from "./may.ts";
import { readPast, readSettings } from "./node.ts";
import { createPaceReader, type PaceReader } from "./paces.ts";
import { no, refused, yes } from "./reply.ts";
import type { Feed, Reply, Services, ServicesHealth, Subscribe } from "./services.ts";

export type ClusterParts = {
  readonly id: string;
  /** What people call it, and type to start a run. */
  readonly name: string;
  readonly driver: Driver;
  readonly observer: Observer;
  readonly transcript: Transcript;
};

export type ServicesParts = {
  readonly clusters: readonly ClusterParts[];
  readonly journal: Journal;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
  /** Which console this is, in words, and unlike any other that runs now: "ops-1, process 4711". */
  readonly owner: string;
};

type Cluster = ClusterParts & {
  readonly orchestrator: Orchestrator;
  readonly view: () => ClusterView;
  readonly topic: ClusterTopic;
  readonly paces: PaceReader;
};

const READ_LIMIT_MS = 30_000;
const PREFLIGHT_LIMIT_MS = 120_000;

export function createServices(parts: ServicesParts): Services {
  const { journal, history, clock, log } = parts;
  const clusters = new Map(parts.clusters.map((cluster) => [cluster.id, assemble(cluster, parts)]));
  const unfolded = new Set(clusters.keys());
  let life: ServicesHealth["at"] = "starting";

  /** The cluster, if the actor may do this there. */
  function clusterFor(actor: Actor, act: ServiceAct, clusterId: string): Reply<Cluster> {
    const cluster = clusters.get(clusterId);
    if (!may(actor, act, clusterId)) return no("notAllowed", `${nameOf(actor)} may not do this on ${clusterId}.`);
    return cluster === undefined ? no("notFound", `This console knows no cluster "${clusterId}".`) : yes(cluster);
  }

  /** The cluster of a run and the run's summary; the run may be named as people read it. */
  function runFor(actor: Actor, act: ServiceAct, runId: string): Reply<{ cluster: Cluster; summary: RunSummary }> {
    for (const cluster of clusters.values()) {
      const summary = cluster.orchestrator.state().runs.find(({ id }) => id === runId || runName(id) === runId);
      if (summary === undefined) continue;
      const allowed = clusterFor(actor, act, cluster.id);
      return allowed.ok ? yes({ cluster, summary }) : allowed;
    }
    return no("notFound", `There is no run "${runId}".`);
  }

  function visible(actor: Actor): readonly Cluster[] {
    return [...clusters.values()].filter(({ id }) => may(actor, "see", id));
  }

  function open(subscribe: Subscribe, actor: Actor): Feed | { readonly refused: string } {
    const [kind, ...rest] = subscribe.topic.split("/");
    const id = kind === "log" ? (rest[0] ?? "") : rest.join("/");
    if (kind === "run") {
      const found = runFor(actor, "see", id);
      if (!found.ok) return { refused: found.refusal.reason };
      const { cluster, summary } = found.value;
      const { orchestrator } = cluster;
      return runFeed(subscribe.topic, summary.id, {
        read: (runId, afterSeq) => orchestrator.readRun(runId, afterSeq),
        onEvents: (listener) => orchestrator.onRunEvents(listener),
      });
    }
    const found = clusterFor(actor, "see", id);
    if (!found.ok) return { refused: found.refusal.reason };
    const { observer, topic, transcript } = found.value;
    switch (kind) {
      case "cluster":
        return topic.feed;
      case "series": {
        const wanted = {
          clusterId: id,
          names: subscribe.names ?? [],
          fromMs: subscribe.fromMs ?? null,
          stepMs: subscribe.stepMs ?? 1000,
        };
        return seriesFeed(wanted, history, observer, clock);
      }
      case "log": {
        const nodeId = rest.slice(1).join("/");
        const isKnown = observer.observed().nodes[nodeId] !== undefined;
        return isKnown ? logFeed(id, nodeId, observer) : { refused: `Cluster ${id} has no node "${nodeId}".` };
      }
      case "sent":
        return sentFeed(id, transcript);
      default:
        return { refused: `There is no topic "${subscribe.topic}".` };
    }
  }

  return {
    async start() {
      await Promise.all(
        [...clusters.values()].map(async ({ id, observer, orchestrator }) => {
          observer.start();
          await orchestrator.start();
          unfolded.delete(id);
        }),
      );
      if (life === "starting") life = "ready";
    },
    async stop() {
      life = "stopping";
      await Promise.all([...clusters.values()].map(({ orchestrator }) => orchestrator.stop()));
      await Promise.all([...clusters.values()].map(({ observer }) => observer.stop()));
    },
    health() {
      const problems = [...clusters.values()].flatMap(({ id, orchestrator }) => {
        const { problem } = orchestrator.state();
        return problem === null || unfolded.has(id) ? [] : [{ clusterId: id, problem }];
      });
      return { at: life, problems };
    },

    async listClusters(actor) {
      return yes(visible(actor).map(({ view }) => summarise(view(), clock.now())));
    },
    async viewCluster(actor, clusterId) {
      const found = clusterFor(actor, "see", clusterId);
      return found.ok ? yes(found.value.view()) : found;
    },
    async viewNodePast(actor, clusterId, nodeId) {
      const found = clusterFor(actor, "see", clusterId);
      if (!found.ok) return found;
      const { orchestrator } = found.value;
      return yes(await readPast(nodeId, orchestrator.state().runs, (runId) => orchestrator.readRun(runId, 0)));
    },
    async viewNodeSettings(actor, clusterId, nodeId) {
      const found = clusterFor(actor, "see", clusterId);
      return found.ok ? yes(await readSettings(found.value.driver, nodeId, clock)) : found;
    },
    async viewPaces(actor, clusterId) {
      const found = clusterFor(actor, "see", clusterId);
      return found.ok ? yes(await found.value.paces(found.value.orchestrator.state().runs)) : found;
    },
    async listVersions(actor, clusterId) {
      const found = clusterFor(actor, "see", clusterId);
      if (!found.ok) return found;
      const answer = await found.value.driver.versions(AbortSignal.timeout(READ_LIMIT_MS));
      return answer.ok ? yes(answer.value) : no("failed", answer.why);
    },
    async draftPlan(actor, clusterId, request) {
      const found = clusterFor(actor, "plan", clusterId);
      if (!found.ok) return found;
      const { driver, observer } = found.value;
      const signal = AbortSignal.timeout(PREFLIGHT_LIMIT_MS);
      const plan = await planFor(driver, request, observer.observed().listed, signal);
      if (!plan.ok) return no("refused", plan.why);
      return yes(await checkedDraft(driver, plan.value, clock.now(), signal));
    },
    async startRun(actor, clusterId, { request, confirm, overrides }) {
      const found = clusterFor(actor, "start", clusterId);
      if (!found.ok) return found;
      const { name, driver, observer, orchestrator } = found.value;
      const { readOnly } = orchestrator.state();
      if (readOnly !== null) return no("refused", readOnly);
      if (confirm !== name) return no("refused", `Type the cluster's name, ${name}, to start.`);
      const signal = AbortSignal.timeout(PREFLIGHT_LIMIT_MS);
      const plan = await planFor(driver, request, observer.observed().listed, signal);
      if (!plan.ok) return no("refused", plan.why);
      if (plan.value.steps.length === 0) return no("refused", "There is no node that this plan would touch.");
      const started = await orchestrator.startRun(plan.value, overrides, actor);
      return "runId" in started ? yes(started) : refused(started);
    },
    async listRuns(actor, clusterId) {
      const found = clusterFor(actor, "see", clusterId);
      return found.ok ? yes(found.value.orchestrator.state().runs) : found;
    },
    async viewRun(actor, runId) {
      const found = runFor(actor, "see", runId);
      if (!found.ok) return found;
      const { cluster, summary } = found.value;
      return yes({ summary, events: await cluster.orchestrator.readRun(summary.id, 0) });
    },
    async viewProbe(actor, runId) {
      const found = runFor(actor, "see", runId);
      return found.ok ? yes(await readProbe(journal, found.value.summary.id)) : found;
    },
    async viewCommands(actor, runId) {
      const found = runFor(actor, "see", runId);
      if (!found.ok) return found;
      const { cluster, summary } = found.value;
      const run = (await cluster.orchestrator.readRun(summary.id, 0)).reduce<Run | null>(evolve, null);
      return run === null ? no("notFound", `There is no run "${runId}".`) : yes(commandsOf(cluster.driver, run.plan));
    },
    async draftRollBack(actor, runId) {
      const found = runFor(actor, "plan", runId);
      if (!found.ok) return found;
      const { driver, observer, orchestrator } = found.value.cluster;
      const run = (await orchestrator.readRun(found.value.summary.id, 0)).reduce<Run | null>(evolve, null);
      if (run === null) return no("notFound", `There is no run "${runId}".`);
      const request = rollBackRequest(run);
      if (!request.ok) return no("refused", request.why);
      const signal = AbortSignal.timeout(PREFLIGHT_LIMIT_MS);
      const plan = await planFor(driver, request.value, observer.observed().listed, signal);
      if (!plan.ok) return no("refused", plan.why);
      const draft = await checkedDraft(driver, plan.value, clock.now(), signal);
      return yes({ request: request.value, draft, endsRun: run.life.at !== "ended" });
    },
    async requestOfRun(actor, runId, request) {
      const found = runFor(actor, "ask", runId);
      if (!found.ok) return found;
      const { cluster, summary } = found.value;
      const answer = await cluster.orchestrator.request(summary.id, request, actor);
      return "seq" in answer ? yes(answer) : refused(answer);
    },
    async querySeries(actor, clusterId, { names, fromMs, toMs, stepMs }) {
      const found = clusterFor(actor, "see", clusterId);
      if (!found.ok) return found;
      const points = names.map(
        async (name) => [name, await history.query(clusterId, name, fromMs, toMs, stepMs)] as const,
      );
      return yes(Object.fromEntries(await Promise.all(points)));
    },
    async audit(actor, clusterId) {
      const found = clusterId === null ? null : clusterFor(actor, "see", clusterId);
      if (found !== null && !found.ok) return found;
      const shown = found === null ? visible(actor) : [found.value];
      const acts = await Promise.all(
        shown.map(({ orchestrator }) => readActs(orchestrator.state().runs, (runId) => orchestrator.readRun(runId, 0))),
      );
      const notes = clusterId === null ? await readNotes(journal) : [];
      return yes(newestFirst([...acts.flat(), ...notes]));
    },
    async note(actor, what) {
      log.info("Noted", { actor: nameOf(actor), what });
      await addNote(journal, actor, what, clock.now());
    },
    openFeed: open,
  };
}

function assemble(cluster: ClusterParts, parts: ServicesParts): Cluster {
  const { id, name, driver, observer } = cluster;
  const { journal, clock, log, owner } = parts;
  const orchestrator = createOrchestrator({ clusterId: id, owner, driver, observer, journal, clock, log });
  const view = (): ClusterView =>
    viewOf({ id, name, system: driver.system }, observer.observed(), orchestrator.state());
  const topic = createClusterTopic(id, view, clock);
  observer.onChange(() => topic.changed());
  orchestrator.onChange(() => topic.changed());
  const paces = createPaceReader((runId) => orchestrator.readRun(runId, 0));
  return { ...cluster, orchestrator, view, topic, paces };
}
