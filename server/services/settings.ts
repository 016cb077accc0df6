/** Clusters added, tried, changed and removed by people. Who may is `may.ts`'s to say; each act stands in the audit. */
import { nameOf, type Actor } from "#lib/run/actor.ts";
import type { ConfigurationView } from "#lib/wire/configuration.ts";
import type { Clock, Journal, Log } from "#server/orchestrator/ports.ts";
import { createQueue } from "#server/orchestrator/turn.ts";
import { addNote } from "./audit.ts";
import type { Configuration, FileChange, Wish } from "./configuration.ts";
import type { Fleet } from "./fleet.ts";
import { actorOf, whyMayNot, type Caller, type People } from "./may.ts";
import { invalid, no, yes } from "./reply.ts";
import type { Reply, Services } from "./services.ts";

export type SettingsParts = {
  readonly fleet: Fleet;
  readonly configuration: Configuration | null;
  readonly journal: Journal;
  readonly people: People;
  readonly clock: Clock;
  readonly log: Log;
};

type Settings = Pick<
  Services,
  "viewConfiguration" | "testConnection" | "confirmHostKey" | "addCluster" | "changeCluster" | "removeCluster"
>;

const FIXED = "The clusters of this console were given to it when it was started, and are not changed here.";
const FILE: Actor = { kind: "rule", rule: "configuration file" };

export function createSettings({ fleet, configuration, journal, people, clock, log }: SettingsParts): Settings {
  const oneAtATime = createQueue();
  configuration?.onChange((change) => {
    if (change.byHand) void noteByHand(change);
  });

  /** Nobody logged in for it: the file itself is named. */
  async function noteByHand({ clusters }: FileChange): Promise<void> {
    for (const { id, how, fields } of clusters) {
      const what = `${how} cluster ${id} in the file${fields.length === 0 || how === "added" ? "" : `: ${fields.join(", ")}`}`;
      await addNote(journal, FILE, what, clock.now(), id).catch((error: unknown) =>
        log.error("A change of the configuration could not be written to the journal", { clusterId: id, error }),
      );
    }
  }

  function allowed(actor: Caller, clusterId: string | null): Reply<Configuration> {
    const mayNot = whyMayNot(actor, "configure", clusterId, people);
    if (mayNot !== null) return no("notAllowed", mayNot);
    return configuration === null ? no("refused", FIXED) : yes(configuration);
  }

  /** Checked, told to the journal, written, carried out. What cannot be written down is not done. */
  function change(actor: Caller, wish: Wish): Promise<Reply<{ readonly id: string }>> {
    return oneAtATime(async () => {
      const found = allowed(actor, wish.do === "add" ? null : wish.id);
      if (!found.ok) return found;
      const busy = wish.do === "add" ? null : fleet.busy(wish.id);
      if (busy !== null) return no("refused", busy);
      const prepared = found.value.prepare(wish);
      if (!prepared.ok) {
        return prepared.because === "invalid" ? invalid(prepared.problems) : no(prepared.because, prepared.why);
      }
      const { id, fields } = prepared;
      const why = await told(actor, id, inWords(wish, id, fields)).then(() => prepared.commit(), notWritten);
      if (why !== null) {
        prepared.discard();
        await told(actor, id, `could not do so: ${why}`).catch(() => undefined);
        return no("refused", why);
      }
      log.info("The clusters were changed", { actor: nameOf(actor), act: wish.do, clusterId: id });
      await fleet.follow();
      if (!fleet.waiting().has(id)) prepared.forgetOld();
      return yes({ id });
    });
  }

  function told(actor: Caller, id: string, what: string): Promise<void> {
    return addNote(journal, actorOf(actor), what, clock.now(), id);
  }

  return {
    async viewConfiguration(actor) {
      const mayNot = whyMayNot(actor, "see", null, people);
      if (mayNot !== null) return no("notAllowed", mayNot);
      if (configuration === null) return no("refused", FIXED);
      return yes(viewOf(configuration, fleet));
    },
    async testConnection(actor, wish, signal) {
      const found = allowed(actor, null);
      if (!found.ok) return found;
      const tested = await found.value.test(wish, signal);
      return tested.ok ? yes(tested.report) : invalid(tested.problems);
    },
    confirmHostKey: (actor, wish) =>
      oneAtATime(async () => {
        const found = allowed(actor, null);
        if (!found.ok) return found;
        const prepared = await found.value.prepareHostKey(wish);
        if (!prepared.ok)
          return prepared.because === "invalid" ? invalid(prepared.problems) : no("refused", prepared.why);
        const { clusterId, shown, name, destination } = prepared;
        const known = name === destination ? "" : ` as ${name}`;
        const why = await told(actor, clusterId, `confirmed the host key of ${destination}${known}: ${shown}`).then(
          () => prepared.commit(nameOf(actor)),
          notWritten,
        );
        if (why !== null) {
          await told(actor, clusterId, `could not do so: ${why}`).catch(() => undefined);
          return no("refused", why);
        }
        log.info("The key of a host was confirmed", { actor: nameOf(actor), destination, name, shown });
        return yes({ host: wish.host, shown });
      }),
    addCluster: (actor, wish) => change(actor, { do: "add", ...wish }),
    changeCluster: (actor, id, wish) => change(actor, { do: "change", id, ...wish }),
    async removeCluster(actor, id, { confirm, revision }) {
      const cluster = fleet.get(id);
      if (cluster === null) return no("notFound", `This console knows no cluster "${id}".`);
      if (confirm !== cluster.name) return no("refused", `Type the cluster's name, ${cluster.name}, to remove it.`);
      return change(actor, { do: "remove", id, revision });
    },
  };
}

function viewOf(configuration: Configuration, fleet: Fleet): ConfigurationView {
  const { sections, ...standing } = configuration.standing();
  const waiting = fleet.waiting();
  const named = new Set(sections.map(({ id }) => id));
  return {
    ...standing,
    clusters: sections.map((section) => ({
      ...section,
      waiting: waiting.get(section.id) ?? null,
      held: fleet.busy(section.id),
    })),
    leaving: [...waiting].flatMap(([id, why]) => (named.has(id) ? [] : [{ id, why }])),
    removed: fleet.past().map(({ id, runs }) => ({ id, runCount: runs().length })),
  };
}

function inWords(wish: Wish, id: string, fields: readonly string[]): string {
  const password = wish.do !== "remove" && wish.password !== null ? ", the password typed anew" : "";
  switch (wish.do) {
    case "add":
      return `added cluster ${id}`;
    case "change":
      return `changed cluster ${id}: ${fields.join(", ") || "nothing"}${password}`;
    case "remove":
      return `removed cluster ${id}`;
    default:
      return wish satisfies never;
  }
}

function notWritten(error: unknown): string {
  return `The journal cannot be written, and nothing is changed without it: ${messageOf(error)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
