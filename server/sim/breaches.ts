/**
 * A breach of each rule, planted where the orchestrator meets the simulated world: they show that the judge
 * would see it if the product did that. Nothing of this is in the product.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Observation } from "#lib/cluster/observation.ts";
import type { Check } from "#lib/run/check.ts";
import type { Facts } from "#lib/run/facts.ts";
import type { Driver, Journal } from "#server/orchestrator/ports.ts";
import { NOTHING_PLANTED, type Plant, type Seam } from "./plant.ts";
import type { Rule } from "./rules.ts";
import { ANN } from "./people.ts";
import { makePlan } from "./scenario.ts";
import { CALM, type Script } from "./script.ts";
import type { VirtualClock } from "./virtual-clock.ts";
import type { World } from "./world.ts";

export type PlantedBreach = {
  readonly what: string;
  readonly plant: Plant;
  /** A history in which it shows, with nothing planted a sound one; null: it shows in any. */
  readonly script: Script | null;
};

const TWO_BACKENDS: Script = {
  shape: [
    { role: "be", count: 2 },
    { role: "fe", count: 3 },
  ],
  workMs: 2000,
  plans: ({ world }) => [
    makePlan(world, { kind: "upgrade", policy: CALM, nodeIds: ["be-1"], drainLimitMs: 30_000, exitLimitMs: 10_000 }),
  ],
  happens: () => undefined,
  healedAfterMs: 60_000,
  // Nobody helps: what is held goes on by itself when its cause is gone.
  help: () => undefined,
};

/** From before the run began, until everything is put right. */
const anotherIsDown: Script = {
  ...TWO_BACKENDS,
  happens: ({ world, clock }) => {
    delayed(world, clock, 40_000);
    clock.after(100, () => world.end(world.at("be-2")));
  },
};

/** Nothing is touched before: what is wrong by then has been so for long. */
function delayed(world: World, clock: VirtualClock, untilMs: number): void {
  world.conditions.decommissionSinceMs = clock.now();
  clock.after(untilMs, () => (world.conditions.decommissionSinceMs = null));
}

const anotherIsNotHeardOf: Script = {
  ...TWO_BACKENDS,
  happens: ({ world, lines, clock }) => {
    delayed(world, clock, 30_000);
    const line = lines.byNode.get("be-2");
    clock.after(3000, () => {
      for (const one of line === undefined ? [] : [line.node, line.process, line.heard]) {
        one.staleUntilMs = clock.now() + 50_000;
      }
    });
  },
};

const theLeaderMoves: Script = {
  ...TWO_BACKENDS,
  workMs: 25_000,
  plans: ({ world }) => [
    makePlan(world, {
      kind: "upgrade",
      policy: CALM,
      nodeIds: ["be-1", "fe-1", "fe-2", "fe-3"],
      drainLimitMs: 60_000,
      exitLimitMs: 10_000,
    }),
  ],
  happens: ({ world, clock }) => clock.after(5000, () => world.lead(world.at("fe-2"))),
};

const twoWithTheSameReplicas: Script = {
  ...TWO_BACKENDS,
  shape: [
    { role: "be", count: 4 },
    { role: "fe", count: 1 },
  ],
  workMs: 10_000,
  plans: ({ world }) => [
    makePlan(world, {
      kind: "upgrade",
      policy: { ...CALM, batch: 2, maxUnavailable: 2 },
      nodeIds: ["be-1", "be-2", "be-3", "be-4"],
      drainLimitMs: 60_000,
      exitLimitMs: 10_000,
    }),
  ],
};

/** The owner is held up for longer than its lease lasts, wakes, and goes on as if nothing had been. */
const anotherTakesOver: Script = {
  ...TWO_BACKENDS,
  workMs: 25_000,
  happens: (stage) => {
    const { clock } = stage;
    clock.after(5000, () => {
      const [first] = stage.consoles;
      if (first === undefined) return;
      first.heldUntilMs = clock.now() + 14_000;
      stage.startConsole();
      clock.after(
        14_000,
        () =>
          void first.orchestrator
            .request(first.orchestrator.activeRun()?.id ?? "", { do: "goOn", nodeId: "be-1" }, ANN)
            .catch(() => null),
      );
    });
  },
};

export const BREACHES: Readonly<Record<Rule, PlantedBreach>> = {
  R1: {
    what: "whoever else is out is taken for one that serves",
    plant: { ...NOTHING_PLANTED, facts: (facts, seam) => observed(facts, (one) => serving(one, seam)) },
    script: anotherIsDown,
  },
  R2: {
    what: "a witness that is silent is taken for one that agrees",
    plant: { ...NOTHING_PLANTED, facts: (facts, seam) => observed(facts, (one) => agreed(one, seam)) },
    script: null,
  },
  R3: {
    what: "a node is called verified as soon as it is started, and the next one begins",
    plant: { ...NOTHING_PLANTED, journal: hastily },
    script: null,
  },
  R4: {
    what: "a check that refuses is passed on as one that holds",
    plant: { ...NOTHING_PLANTED, facts: (facts) => ({ ...facts, checks: passing(facts.checks) }) },
    script: null,
  },
  R5: {
    what: "the leader is not read again",
    plant: { ...NOTHING_PLANTED, facts: withFirstRanks },
    script: theLeaderMoves,
  },
  R6: {
    what: "a command is carried out again after a while, as if nobody had asked before",
    plant: { ...NOTHING_PLANTED, driver: forgetful },
    script: null,
  },
  R7: {
    what: "the journal takes the appends of an owner that was replaced",
    plant: { ...NOTHING_PLANTED, journal: unfenced },
    script: anotherTakesOver,
  },
  R8: {
    what: "a loan is called given back, and stands",
    plant: {
      ...NOTHING_PLANTED,
      driver: (driver) => ({
        ...driver,
        giveBack: () => Promise.resolve({ outcome: "returned", how: "so it is said" }),
      }),
    },
    script: null,
  },
  R9: {
    what: "who asked is not kept",
    plant: { ...NOTHING_PLANTED, journal: (journal) => ({ ...journal, append: anonymous(journal) }) },
    script: null,
  },
  R10: {
    what: "what was told long ago is taken for new",
    plant: { ...NOTHING_PLANTED, facts: (facts, seam) => observed(facts, (one) => refreshed(one, seam)) },
    script: anotherIsNotHeardOf,
  },
  R11: {
    what: "the journal says that it keeps an entry before it does, and a console that dies takes it along",
    plant: { ...NOTHING_PLANTED, journal: lossy },
    script: null,
  },
  N: {
    what: "what the replicas refuse beside a node that is out is passed on as proven safe",
    plant: { ...NOTHING_PLANTED, facts: (facts) => ({ ...facts, checks: passing(facts.checks) }) },
    script: twoWithTheSameReplicas,
  },
};

function observed(facts: Facts, change: (one: Observation) => Observation): Facts {
  return { ...facts, observations: new Map([...facts.observations].map(([id, one]) => [id, change(one)])) };
}

/** All others serve, whatever was told. */
function serving(one: Observation, seam: Seam): Observation {
  if (one.nodeId === seam.currentNode()) return one;
  const nowMs = seam.clock.now();
  const told = { witness: "process", asOfMs: nowMs, seenAtMs: nowMs, said: "up" } as const;
  const routing = one.routing.map((route) => ({ ...route, state: "in" as const }));
  return {
    ...one,
    process: [{ ...told, value: "up" }],
    admission: [{ ...told, value: "accepting" }],
    routing,
  };
}

function agreed(one: Observation, seam: Seam): Observation {
  const gone = one.process.find(({ value }) => value === "gone");
  if (gone === undefined) return one;
  const nowMs = seam.clock.now();
  const witnesses = ["controlPlane", "node", "process"] as const;
  return { ...one, process: witnesses.map((witness) => ({ ...gone, witness, asOfMs: nowMs, seenAtMs: nowMs })) };
}

function passing(reports: Facts["checks"]): Facts["checks"] {
  const pass = (check: Check): Check => ({ ...check, verdict: "pass" });
  return new Map([...reports].map(([id, { checks, asOfMs }]) => [id, { checks: checks.map(pass), asOfMs }]));
}

const firstRanks = new WeakMap<Seam, Map<NodeId, Facts["nodes"]>>();

function withFirstRanks(facts: Facts, seam: Seam): Facts {
  const known = firstRanks.get(seam) ?? new Map<NodeId, Facts["nodes"]>([["", facts.nodes]]);
  if (facts.nodes !== null && (known.get("") ?? null) === null) known.set("", facts.nodes);
  firstRanks.set(seam, known);
  const first = new Map((known.get("") ?? []).map((node) => [node.id, node]));
  return { ...facts, nodes: facts.nodes?.map((node) => first.get(node.id) ?? node) ?? null };
}

function refreshed(one: Observation, seam: Seam): Observation {
  const nowMs = seam.clock.now();
  const anew = <T extends { readonly asOfMs: number; readonly seenAtMs: number }>(fact: T): T => ({
    ...fact,
    asOfMs: nowMs,
    seenAtMs: nowMs,
  });
  return { ...one, process: one.process.map(anew), admission: one.admission.map(anew) };
}

/** With its files in place the step is over: whether the node comes up is nobody's business. */
function hastily(journal: Journal): Journal {
  return {
    ...journal,
    append: (stream, expectedSeq, fence, atMs, drafts) => {
      const told = drafts.flatMap((draft) => {
        const { event } = draft;
        if (!isTyped(event) || event.type !== "PhaseBegan" || event.phase !== "restart") return [draft];
        const over: unknown = { type: "StepEnded", nodeId: event.nodeId, result: "verified", evidence: "" };
        return isAlike(event, over) ? [draft, { ...draft, event: over }] : [draft];
      });
      return journal.append(stream, expectedSeq, fence, atMs, told);
    },
  };
}

function isTyped<E>(
  event: E,
): event is E & { readonly type: string; readonly phase?: string; readonly nodeId?: string } {
  return typeof event === "object" && event !== null && "type" in event;
}

/** Both go into the same stream. */
function isAlike<E>(event: E, other: unknown): other is E {
  return typeof event === typeof other;
}

/** What was done under an id is forgotten at once, and every start is sent a second time. */
function forgetful(driver: Driver, { host }: Seam): Driver {
  return {
    ...driver,
    start: async (id, nodeId, signal) => {
      const first = await driver.start(id, nodeId, signal);
      host.delete(id);
      await driver.start(id, nodeId, signal);
      return first;
    },
  };
}

function unfenced(journal: Journal, seam: Seam): Journal {
  return {
    ...journal,
    append: (stream, expectedSeq, fence, atMs, drafts) => {
      const newest = fence === null ? null : { ...fence, epoch: seam.newestEpoch() };
      return journal.append(stream, expectedSeq, newest, atMs, drafts);
    },
    renew: () => Promise.resolve(true),
  };
}

function anonymous(journal: Journal): Journal["append"] {
  return (stream, expectedSeq, fence, atMs, drafts) => {
    const nobody = { kind: "rule", rule: "" } as const;
    const unnamed = drafts.map((draft) => (draft.actor.kind === "person" ? { ...draft, actor: nobody } : draft));
    return journal.append(stream, expectedSeq, fence, atMs, unnamed);
  };
}

/** The newest entries are kept in memory alone, until something else is asked of the journal. */
function lossy(journal: Journal): Journal {
  let keep: (() => Promise<unknown>) | null = null;
  const kept = async (): Promise<void> => {
    const last = keep;
    keep = null;
    await last?.();
  };
  return {
    ...journal,
    append: async (stream, expectedSeq, fence, atMs, drafts) => {
      await kept();
      keep = () => journal.append(stream, expectedSeq, fence, atMs, drafts);
      const events = drafts.map(({ actor, event }, index) => ({ seq: expectedSeq + index + 1, atMs, actor, event }));
      return { result: "appended", events };
    },
    read: async (...given) => {
      await kept();
      return journal.read(...given);
    },
    renew: async (...given) => {
      await kept();
      return journal.renew(...given);
    },
  };
}
