import { nameOf } from "#lib/run/actor.ts";
import { rightOf, rightToStart, type Right } from "#lib/people/rights.ts";
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { Run } from "#lib/run/state.ts";
import { runName } from "#lib/run/run-id.ts";
import type { ClusterSummary, RunSummary } from "#lib/wire/views.ts";
import type { Clock, History, Journal, Log } from "#server/orchestrator/ports.ts";
import { readProbe } from "#server/probe/probe-book.ts";
import { attentionFeed } from "./attention.ts";
import { addNote, newestFirst, readActs, readNotes } from "./audit.ts";
import { summarise } from "./cluster-view.ts";
import type { ClusterParts } from "./cluster-parts.ts";
import type { Configuration } from "./configuration.ts";
import { checkedDraft, commandsOf, planFor, rollBackRequest } from "./draft.ts";
import { clustersFeed, logFeed, runFeed, sentFeed, seriesFeed } from "./feeds.ts";
import { createFleet, type Cluster, type Known } from "./fleet.ts";
import { actorOf, whyMayNot, type Caller, type People } from "./may.ts";
import { readPast, readSettings } from "./node.ts";
import { no, refused, yes } from "./reply.ts";
import { createSettings } from "./settings.ts";
import { createStaging } from "./staging.ts";
import type { Feed, Reply, Services, ServicesHealth, Subscribe } from "./services.ts";

export type ServicesParts = {
  readonly clusters: readonly ClusterParts[];
  /** Where clusters are added, changed and removed; without one they stay as they are. */
  readonly configuration?: Configuration;
  readonly journal: Journal;
  readonly history: History;
  readonly people: People;
  readonly clock: Clock;
  readonly log: Log;
  /** Which console this is, in words, and unlike any other that runs now: "ops-1, process 4711". */
  readonly owner: string;
};

const READ_LIMIT_MS = 30_000;
const PREFLIGHT_LIMIT_MS = 120_000;

export function createServices(parts: ServicesParts): Services {
  const { journal, history, people, clock, log } = parts;
  const { configuration = null } = parts;
  const fleet = createFleet({ ...parts, configuration });
  const settings = createSettings({ fleet, configuration, journal, people, clock, log });
  const staging = createStaging(parts);
  let life: ServicesHealth["at"] = "starting";

  /** The cluster, if the actor may do this there. */
  function clusterFor(actor: Caller, right: Right, clusterId: string): Reply<Cluster> {
    const cluster = fleet.get(clusterId);
    const mayNot = whyMayNot(actor, right, clusterId, people);
    if (mayNot !== null) return no("notAllowed", mayNot);
    if (cluster !== null) return yes(cluster);
    const past = fleet.known(clusterId);
    if (past !== null) return no("refused", past.view().readOnly ?? "");
    return no("notFound", `This console knows no cluster "${clusterId}".`);
  }

  /** The same for what is only read, of a cluster of before too. */
  function knownFor(actor: Caller, clusterId: string): Reply<Known> {
    const past = fleet.get(clusterId) === null ? fleet.known(clusterId) : null;
    return past !== null && whyMayNot(actor, "see", clusterId, people) === null
      ? yes(past)
      : clusterFor(actor, "see", clusterId);
  }

  function summaryFor(runId: string): { readonly clusterId: string; readonly summary: RunSummary } | null {
    for (const { id: clusterId, runs } of [...fleet.clusters(), ...fleet.past()]) {
      const summary = runs().find(({ id }) => id === runId || runName(id) === runId);
      if (summary !== undefined) return { clusterId, summary };
    }
    return null;
  }

  /** The cluster of a run and the run's summary; the run may be named as people read it. */
  function runFor(actor: Caller, right: Right, runId: string): Reply<{ cluster: Cluster; summary: RunSummary }> {
    const found = summaryFor(runId);
    if (found === null) return no("notFound", `There is no run "${runId}".`);
    const allowed = clusterFor(actor, right, found.clusterId);
    return allowed.ok ? yes({ cluster: allowed.value, summary: found.summary }) : allowed;
  }

  /** To be read only: the run may be one of a cluster of before. */
  function runToRead(actor: Caller, runId: string): Reply<{ cluster: Known; summary: RunSummary }> {
    const found = summaryFor(runId);
    if (found === null) return no("notFound", `There is no run "${runId}".`);
    const allowed = knownFor(actor, found.clusterId);
    return allowed.ok ? yes({ cluster: allowed.value, summary: found.summary }) : allowed;
  }

  function visible(actor: Caller): readonly Cluster[] {
    return fleet.clusters().filter(({ id }) => whyMayNot(actor, "see", id, people) === null);
  }

  function summaries(actor: Caller): readonly ClusterSummary[] {
    return visible(actor).map(({ view, orchestrator }) => summarise(view(), orchestrator.activeRun(), clock.now()));
  }

  function open(subscribe: Subscribe, actor: Caller): Feed | { readonly refused: string } {
    if (subscribe.topic === "attention")
      return attentionFeed({ clusters: () => visible(actor), onChange: (listener) => fleet.onChange(listener) }, clock);
    const [kind, ...rest] = subscribe.topic.split("/");
    const id = kind === "log" ? (rest[0] ?? "") : rest.join("/");
    if (kind === "run") {
      const found = runToRead(actor, id);
      if (!found.ok) return { refused: found.refusal.reason };
      const { cluster, summary } = found.value;
      return runFeed(subscribe.topic, summary.id, { read: cluster.readRun, onEvents: cluster.onRunEvents });
    }
    if (subscribe.topic === "clusters") {
      return clustersFeed(
        () => summaries(actor),
        () => fleet.edition(),
        (listener) => fleet.onNews(listener),
        clock,
      );
    }
    if (kind === "cluster" && fleet.get(id) === null) {
      const past = knownFor(actor, id);
      return past.ok ? past.value.topic.feed : { refused: past.refusal.reason };
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
        return seriesFeed(wanted, { history, observer, clock, log });
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
      await fleet.start();
      if (life === "starting") life = "ready";
    },
    async stop() {
      life = "stopping";
      await staging.stop();
      await fleet.stop();
    },
    health() {
      const problems = fleet.clusters().flatMap(({ id, orchestrator }) => {
        const { problem } = orchestrator.state();
        return problem === null || fleet.unfolded(id) ? [] : [{ clusterId: id, problem }];
      });
      return { at: life, problems };
    },

    async listClusters(actor) {
      return yes(summaries(actor));
    },
    async viewCluster(actor, clusterId) {
      const found = knownFor(actor, clusterId);
      return found.ok ? yes(found.value.view()) : found;
    },
    async viewNodePast(actor, clusterId, nodeId) {
      const found = knownFor(actor, clusterId);
      if (!found.ok) return found;
      const { runs, readRun } = found.value;
      return yes(await readPast(nodeId, runs(), (runId) => readRun(runId, 0)));
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
    async stageRelease(actor, clusterId, { version }) {
      const found = clusterFor(actor, "start", clusterId);
      return found.ok ? await staging.start(actor, found.value, version) : found;
    },
    async viewStaging(actor, clusterId) {
      const found = clusterFor(actor, "see", clusterId);
      return found.ok ? yes(staging.view(clusterId)) : found;
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
      const found = clusterFor(actor, rightToStart(request.policy), clusterId);
      if (!found.ok) return found;
      const { name, driver, observer, orchestrator } = found.value;
      const { readOnly } = orchestrator.state();
      if (readOnly !== null) return no("refused", readOnly);
      if (confirm !== name) return no("refused", `Type the cluster's name, ${name}, to start.`);
      const signal = AbortSignal.timeout(PREFLIGHT_LIMIT_MS);
      const plan = await planFor(driver, request, observer.observed().listed, signal);
      if (!plan.ok) return no("refused", plan.why);
      if (plan.value.steps.length === 0) return no("refused", "There is no node that this plan would touch.");
      const started = await orchestrator.startRun(plan.value, overrides, actorOf(actor));
      return "runId" in started ? yes(started) : refused(started);
    },
    async listRuns(actor, clusterId) {
      const found = knownFor(actor, clusterId);
      return found.ok ? yes(found.value.runs()) : found;
    },
    async viewRun(actor, runId) {
      const found = runToRead(actor, runId);
      if (!found.ok) return found;
      const { cluster, summary } = found.value;
      return yes({ summary, events: await cluster.readRun(summary.id, 0) });
    },
    async viewProbe(actor, runId) {
      const found = runToRead(actor, runId);
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
      const found = runFor(actor, rightOf(request), runId);
      if (!found.ok) return found;
      const { cluster, summary } = found.value;
      const answer = await cluster.orchestrator.request(summary.id, request, actorOf(actor));
      return "seq" in answer ? yes(answer) : refused(answer);
    },
    async querySeries(actor, clusterId, { names, fromMs, toMs, stepMs }) {
      const found = knownFor(actor, clusterId);
      if (!found.ok) return found;
      const points = names.map(
        async (name) => [name, await history.query(clusterId, name, fromMs, toMs, stepMs)] as const,
      );
      return yes(Object.fromEntries(await Promise.all(points)));
    },
    async audit(actor, clusterId) {
      const found = clusterId === null ? null : knownFor(actor, clusterId);
      if (found !== null && !found.ok) return found;
      const shown = found === null ? [...visible(actor), ...fleet.past()] : [found.value];
      const acts = await Promise.all(shown.map(({ runs, readRun }) => readActs(runs(), (runId) => readRun(runId, 0))));
      const notes = (await readNotes(journal)).filter((note) => clusterId === null || note.clusterId === clusterId);
      return yes(newestFirst([...acts.flat(), ...notes]));
    },
    ...settings,
    onClusterChange: (listener) => fleet.onChange(listener),
    async note(actor, what) {
      log.info("Noted", { actor: nameOf(actor), what });
      await addNote(journal, actorOf(actor), what, clock.now());
    },
    openFeed: open,
  };
}
