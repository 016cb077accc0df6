/**
 * This driver's service before a simulated Dgraph. The engine's time stands still but for what a test advances it by, and
 * the driver's clock shows the same: nothing waits, and nothing depends on a pace.
 */
import { systemClock } from "#server/clock.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Clock } from "#server/orchestrator/ports.ts";
import { type Reply, type SimulatedDgraph, startDgraph } from "#twin/mdex/harness.ts";
import type { ServerNode } from "../../servers/server-node.ts";
import type { Service } from "../../servers/service.ts";
import { createMdexService } from "../service.ts";
import type { DgraphSettings, MdexWorld } from "../world.ts";

/** What becomes of a request that is under way. */
export type Under = { readonly reply: Promise<Reply> };

export type Stage = {
  readonly engine: SimulatedDgraph;
  readonly node: ServerNode;
  readonly service: Service;
  /** A console that was started anew: it remembers nothing. */
  readonly another: () => Service;
  /** What was sent, as the operator sees it: `curl '...'`. */
  readonly sent: readonly string[];
  readonly exit: (limitS: number | null, commandId?: string) => Promise<Outcome>;
  readonly shorten: (limitS: number) => Promise<Outcome>;
  /** Starts it, and waits until the engine has it. */
  readonly query: (seconds: number) => Promise<Under>;
  readonly update: (seconds: number) => Promise<Under>;
  readonly advance: (seconds: number) => Promise<void>;
  /** When it ended, in seconds after the first exit was asked of it, and how. */
  readonly end: () => Promise<{ readonly afterS: number; readonly how: string }>;
  readonly close: () => Promise<void>;
};

const { signal } = new AbortController();

export async function stage(flags: readonly string[] = [], given: Partial<DgraphSettings> = {}): Promise<Stage> {
  const engine = await startDgraph(["--sim-second-ms", "manual", "--sim-query-s", "0", "--threads", "50", ...flags]);
  const { host, port, errorLog, home } = engine;
  let nowMs = (await engine.state()).nowMs;
  const clock: Clock = { now: () => nowMs, wait: async (ms, stop) => await systemClock.wait(ms, stop) };
  const sent: string[] = [];
  const settings: DgraphSettings = {
    query: "/graph?node=0",
    admin: "/admin",
    errorLog,
    onExit: "refuse",
    countConnections: false,
    ...given,
  };
  const world: MdexWorld = {
    clock,
    tell: (_node, _where, text) => void sent.push(text),
    settingsOf: () => settings,
    hostOf: () => createLocalHost({ name: "here", prefix: [], clock }),
  };
  const another = (): Service => createMdexService(world, "engine");
  const service = another();
  const node = { id: "mdex-1", address: `${host}:${port}`, host, port, pool: "all", machine: "here", home };
  let ids = 0;
  let taken = 0;
  const take = async (reply: Promise<Reply>): Promise<Under> => {
    taken += 1;
    await engine.hasTaken(taken);
    return { reply };
  };
  return {
    engine,
    node,
    service,
    another,
    sent,
    exit: async (limitS, commandId) => {
      ids += 1;
      const id = commandId ?? `exit-${ids}`;
      const limitMs = limitS === null ? null : limitS * 1000;
      return called(await service.exit?.({ commandId: id, node, limitMs, how: "graceful" }, signal));
    },
    shorten: async (limitS) => called(await service.shorten?.(node, limitS * 1000, signal)),
    query: async (seconds) => await take(engine.query(seconds)),
    update: async (seconds) => await take(engine.ask(`/admin?op=update&sim-s=${seconds}`)),
    advance: async (seconds) => {
      await engine.advance(seconds);
      nowMs += seconds * 1000;
    },
    end: async () => {
      await engine.ended();
      const truth = engine.truth();
      const asked = truth.find(({ what }) => what === "exitAsked");
      const ended = truth.findLast((one) => one.what === "ended");
      if (asked === undefined || ended?.what !== "ended") throw new Error("it did not leave");
      return { afterS: Math.round((ended.atMs - asked.atMs) / 1000), how: ended.how };
    },
    close: async () => {
      await service.close();
      await engine.stop();
    },
  };
}

function called(outcome: Outcome | undefined): Outcome {
  if (outcome === undefined) throw new Error("this service does not do that itself");
  return outcome;
}
