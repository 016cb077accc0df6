/** The MDEX Engine's Dgraph, as a service among servers: what it tells of itself, and how it is told to leave. */
import type { CommandLine } from "#server/orchestrator/ports.ts";
import type { ServerNode } from "../servers/server-node.ts";
import type { ExitEvidence, Service, ServiceLook } from "../servers/service.ts";
import { checksOf } from "./checks.ts";
import { Deadlines } from "./deadlines.ts";
import { Engine, pathOf, urlOf } from "./engine.ts";
import { closingInWords } from "./error-log.ts";
import { Exits } from "./exit.ts";
import { secondsOf } from "./law.ts";
import { isSince, readLeaving } from "./leaving.ts";
import { Readiness } from "./readiness.ts";
import { startedBy } from "./parent.ts";
import { countConnections } from "./sockets.ts";
import type { MdexWorld } from "./world.ts";

/** From the engine's own limit to the console's kill: time for its closing lines. */
const KILL_AFTER_MS = 3000;

export function createMdexService(world: MdexWorld, exitBy: "engine" | "owner"): Service {
  const engine = new Engine();
  const readiness = new Readiness(world, engine);
  const exits = new Exits(world, engine, readiness, new Deadlines(world));

  /** It tells no count itself. Its host can count connections, where the configuration asks for that. */
  async function workOf(node: ServerNode, signal: AbortSignal): Promise<ServiceLook["work"]> {
    const host = world.hostOf(node.id);
    if (host === null || !world.settingsOf(node.id).countConnections) return null;
    const beganAtMs = engine.nowMs();
    const own = (): ReadonlySet<number> => engine.ownPorts(node, beganAtMs);
    const counted = await countConnections(host, node.port, own, signal);
    return { inFlight: [{ kind: "connection", count: counted.ok ? counted.value : null }], willBeCut: [] };
  }

  const service: Service = {
    system: "mdex",
    name: "MDEX",
    node: { one: "Dgraph", many: "Dgraphs" },
    work: { one: "query", many: "queries" },
    look: async (node, _close, signal): Promise<ServiceLook> => {
      const [told, work] = await Promise.all([readiness.ask(node, signal), workOf(node, signal)]);
      return { ...told, work, counters: null, version: null, startedAtMs: null, memoryPct: null };
    },
    items: async ({ id }) => {
      const counted = world.settingsOf(id).countConnections;
      const gap = counted
        ? "its host counts connections; which queries they carry, a Dgraph does not tell"
        : "a Dgraph tells neither how many queries it runs nor which; its error log counts what a limit cuts";
      return await Promise.resolve({ items: [], source: "", gap });
    },
    checks: async (_plan, step, node, signal) => {
      const told = await readiness.ask(node, signal);
      const own = checksOf(step, world.settingsOf(node.id), told);
      return exitBy === "owner" ? own : [...own, await startedBy(world, node, signal)];
    },
    shorten: async (node, limitMs, signal) => await exits.shorten(node, limitMs, signal),
    force: async (node, signal) => await exits.force(node, signal),
    exitEvidence: async (node, sinceMs, signal): Promise<ExitEvidence | null> => {
      const read = await readLeaving(world, node, signal);
      if (!read.ok || read.value === null || read.value.closing === null || !isSince(read.value, sinceMs)) return null;
      const { closing } = read.value;
      return { forced: closing.how === "cut", said: closingInWords(closing) };
    },
    letGo: (node) => readiness.letGo(node),
    close: async () => await Promise.resolve(readiness.letAllGo()),
  };
  if (exitBy === "owner") return service;
  return {
    ...service,
    killAfterMs: KILL_AFTER_MS,
    // It keeps the limit itself: what still runs then is cut.
    exitWaitMs: (_node, exitLimitMs) => exitLimitMs,
    exit: async (order, signal) => await exits.exit(order, signal),
    exitLines: (node, { exitLimitMs }): readonly CommandLine[] => {
      const exit = exitLimitMs === null ? null : secondsOf(exitLimitMs);
      const text = `curl '${urlOf(node, pathOf(world.settingsOf(node.id), { exit }))}'`;
      const remark =
        exit === null
          ? "no limit: it waits for requests, updates and background merges"
          : `what still runs after ${exit} s is cut`;
      return [{ phase: "exit", where: "sluice$", text, remark: `a plain GET, sent once; ${remark}` }];
    },
  };
}
