/** Releases brought to the hosts of a cluster: one at a time a cluster, begun by a person, and told while it goes on. */
import { randomUUID } from "node:crypto";
import { nameOf } from "#lib/run/actor.ts";
import type { StagingView } from "#lib/wire/views.ts";
import type { Clock, Driver, Journal, Log } from "#server/orchestrator/ports.ts";
import { addNote } from "./audit.ts";
import { actorOf, type Caller } from "./may.ts";
import { no, yes } from "./reply.ts";
import type { Reply } from "./services.ts";

export type StagingParts = { readonly journal: Journal; readonly clock: Clock; readonly log: Log };

type Staged = { readonly id: string; readonly driver: Pick<Driver, "stage"> };

export type Staging = {
  readonly view: (clusterId: string) => StagingView | null;
  readonly start: (actor: Caller, cluster: Staged, version: string) => Promise<Reply<StagingView>>;
  /** What is under way is given up, and taken up by the next try. */
  readonly stop: () => Promise<void>;
};

export function createStaging({ journal, clock, log }: StagingParts): Staging {
  const views = new Map<string, StagingView>();
  const underWay = new Map<string, Promise<void>>();
  const over = new AbortController();

  async function carryOut(actor: Caller, { id, driver }: Staged, begun: StagingView): Promise<void> {
    let view = begun;
    const set = (change: Partial<StagingView>): void => {
      view = { ...view, ...change };
      views.set(id, view);
    };
    const { version } = begun;
    const answer = await driver
      .stage?.(version, randomUUID(), (hosts) => set({ hosts }), over.signal)
      .catch((error: unknown) => ({ ok: false, why: error instanceof Error ? error.message : String(error) }) as const);
    if (answer === undefined || !answer.ok) {
      const problem = answer?.why ?? "it was taken out of the configuration";
      set({ problem, endedAtMs: clock.now() });
      return await note(actor, id, `could not bring ${version} to the hosts: ${problem}`);
    }
    const failed = answer.value.filter(({ at }) => at !== "done").map(({ host }) => host);
    set({ hosts: answer.value, endedAtMs: clock.now() });
    const done = `${answer.value.length - failed.length} of ${answer.value.length} hosts`;
    await note(actor, id, `brought ${version} to ${done}${failed.length === 0 ? "" : `; not to ${failed.join(", ")}`}`);
  }

  /** That it was begun is written down before it is; how it ended is told by the hosts too. */
  async function note(actor: Caller, id: string, what: string): Promise<void> {
    await addNote(journal, actorOf(actor), what, clock.now(), id).catch((error: unknown) =>
      log.error("How a release was brought to the hosts could not be written to the journal", { clusterId: id, error }),
    );
  }

  return {
    view: (clusterId) => views.get(clusterId) ?? null,
    async start(actor, cluster, version) {
      const { id, driver } = cluster;
      if (driver.stage === undefined)
        return no(
          "refused",
          "The cluster's settings name no packages: put them into a folder here, and name it as install.packages.",
        );
      if (underWay.has(id))
        return no("refused", `${views.get(id)?.version ?? "A release"} is being brought to the hosts already.`);
      await addNote(journal, actorOf(actor), `began to bring ${version} to the hosts`, clock.now(), id);
      const view: StagingView = {
        version,
        by: nameOf(actor),
        startedAtMs: clock.now(),
        endedAtMs: null,
        problem: null,
        hosts: [],
      };
      views.set(id, view);
      underWay.set(
        id,
        carryOut(actor, cluster, view).finally(() => underWay.delete(id)),
      );
      return yes(view);
    },
    async stop() {
      over.abort("over");
      await Promise.all(underWay.values());
    },
  };
}
