/** All that goes wrong, by seed. Each fault passes: when its time is over, or at the latest when everything is healed. */
import type { Random } from "#lib/run/testing/random.ts";
import { healLines } from "./lines.ts";
import { pick } from "./scenario.ts";
import type { Fate } from "./sim-driver.ts";
import type { Death, Stage } from "./stage.ts";
import type { Hang, WorldNode } from "./world-node.ts";

type Fault = {
  readonly kind: string;
  readonly weight: number;
  readonly strike: (stage: Stage, random: Random) => void;
};

const DEATHS: readonly Death["at"][] = ["beforeWrite", "afterWrite", "beforeDeed", "afterDeed"];

function anyNode({ world }: Stage, random: Random): WorldNode | null {
  return pick<WorldNode | null>(random, [...world.nodes.values()], null);
}

/** The node of the step that is under way, mostly; faults elsewhere are less telling. */
function telling(stage: Stage, random: Random): WorldNode | null {
  const current = stage.currentNode();
  return current !== null && random.chance(0.6) ? stage.world.at(current) : anyNode(stage, random);
}

function trouble(how: Fate["how"], many = 1, answersMs = 500): Fault["strike"] {
  return ({ troubles }, { between }) => {
    for (let n = 0; n < many; n += 1) {
      troubles.push({ arrivesMs: between(10, 500), answersMs: between(10, answersMs), how });
    }
  };
}

function onNode(act: (node: WorldNode, stage: Stage, random: Random) => void): Fault["strike"] {
  return (stage, random) => {
    const node = telling(stage, random);
    if (node === null) return;
    stage.log(`... ${node.id}`);
    act(node, stage, random);
  };
}

export const FAULTS: readonly Fault[] = [
  {
    kind: "kill at a write or deed",
    weight: 6,
    strike: (stage, random) => {
      stage.death = { at: pick(random, DEATHS, "afterWrite"), after: random.between(1, 6), heldMs: null };
    },
  },
  {
    kind: "held up at a write or deed",
    weight: 2,
    strike: (stage, random) => {
      const heldMs = random.between(9000, 20_000);
      stage.death = { at: pick(random, DEATHS, "afterWrite"), after: random.between(1, 6), heldMs };
      if (stage.consoles.filter(({ isDead }) => !isDead).length < 2) stage.startConsole();
    },
  },
  { kind: "kill", weight: 2, strike: (stage) => stage.console()?.kill("at some moment") },
  {
    kind: "console held up",
    weight: 2,
    strike: (stage, random) => {
      const console = stage.console();
      if (console === null) return;
      console.heldUntilMs = stage.clock.now() + random.between(2000, 25_000);
      if (stage.consoles.filter(({ isDead }) => !isDead).length < 2) stage.startConsole();
    },
  },
  {
    kind: "second console",
    weight: 1,
    strike: (stage, random) => {
      if (stage.consoles.filter(({ isDead }) => !isDead).length < 2) stage.startConsole(undefined, drawSkew(random));
    },
  },
  {
    kind: "disk full",
    weight: 2,
    strike: (stage, random) => {
      const console = stage.console();
      if (console === null) return;
      console.disk = { untilMs: stage.clock.now() + random.between(500, 8000), keeps: random.chance(0.4) };
    },
  },
  { kind: "requests lost", weight: 3, strike: trouble("lostRequest", 2) },
  { kind: "answers lost", weight: 4, strike: trouble("lostAnswer", 2) },
  { kind: "refusal", weight: 3, strike: trouble("refused") },
  { kind: "driver throws", weight: 1, strike: trouble("throws") },
  { kind: "no answer ever", weight: 1, strike: trouble("silent", 1, 200_000) },
  {
    kind: "slow answers",
    weight: 3,
    strike: ({ troubles }, { between }) => {
      troubles.push({ arrivesMs: between(500, 4000), answersMs: between(1000, 15_000), how: "well" });
    },
  },
  {
    kind: "hangs in its exit",
    weight: 3,
    strike: onNode((node, _stage, random) => {
      node.trouble.hang = pick<Hang>(random, ["untilLimit", "untilKilled"], "untilLimit");
    }),
  },
  { kind: "crash", weight: 3, strike: onNode((node, { world }) => world.end(node)) },
  {
    kind: "comes back by itself",
    weight: 2,
    strike: onNode((node, _stage, random) => {
      node.trouble.comesBackMs = random.between(100, 8000);
    }),
  },
  {
    kind: "starts slowly",
    weight: 2,
    strike: onNode((node, _stage, random) => {
      node.trouble.startMs = random.between(4000, 16_000);
    }),
  },
  {
    kind: "comes up broken",
    weight: 1,
    strike: onNode((node) => {
      node.trouble.neverServes = true;
    }),
  },
  {
    kind: "starts the wrong version",
    weight: 1,
    strike: onNode((node) => {
      node.trouble.wrongVersion = true;
    }),
  },
  {
    kind: "witness silent",
    weight: 4,
    strike: onNode(({ id }, stage, random) => {
      const lines = stage.lines.byNode.get(id);
      if (lines === undefined) return;
      const line = pick(random, [lines.node, lines.process, lines.heard], lines.node);
      line.silentUntilMs = stage.clock.now() + random.between(2000, 25_000);
    }),
  },
  {
    kind: "witness stale",
    weight: 2,
    strike: onNode(({ id }, stage, random) => {
      const lines = stage.lines.byNode.get(id);
      if (lines === undefined) return;
      const line = random.chance(0.5) ? lines.node : lines.heard;
      line.staleUntilMs = stage.clock.now() + random.between(2000, 25_000);
    }),
  },
  {
    kind: "witness contradicts",
    weight: 2,
    strike: onNode(({ id }, stage, random) => {
      const lines = stage.lines.byNode.get(id);
      if (lines === undefined) return;
      const line = pick(random, [lines.node, lines.process, lines.heard], lines.node);
      line.lie = random.chance(0.6) ? "gone" : "up";
      stage.clock.after(random.between(2000, 20_000), () => (line.lie = null), true);
    }),
  },
  {
    kind: "control plane silent",
    weight: 2,
    strike: ({ lines, clock }, random) => {
      const untilMs = clock.now() + random.between(2000, 20_000);
      if (random.chance(0.6)) lines.controlPlane.silentUntilMs = untilMs;
      else lines.controlPlane.staleUntilMs = untilMs;
    },
  },
  {
    kind: "checks unanswered",
    weight: 1,
    strike: ({ lines, clock }, random) => {
      lines.checks.silentUntilMs = clock.now() + random.between(2000, 40_000);
    },
  },
  {
    kind: "FE restarts and forgets",
    weight: 4,
    strike: ({ world }, random) => {
      const fe = pick<WorldNode | null>(random, world.answering(), null);
      if (fe === null) return;
      fe.trouble.comesBackMs = random.between(200, 4000);
      world.end(fe);
    },
  },
  {
    kind: "leader moves",
    weight: 2,
    strike: ({ world }, random) => {
      const next = pick<WorldNode | null>(random, world.answering(), null);
      if (next !== null) world.lead(next);
    },
  },
  {
    kind: "others change a setting",
    weight: 3,
    strike: onNode((node, stage, random) => {
      const { world, clock } = stage;
      const sinceMs = clock.now();
      const value = random.chance(0.5) ? "99" : null;
      if (node.role !== "fe") node.waitS = { value: value ?? "20", by: "others", sinceMs };
      for (const fe of world.answering()) {
        if (random.chance(0.5)) fe.balance = { value: value ?? "false", by: "others", sinceMs };
      }
    }),
  },
  {
    kind: "others take an entry off",
    weight: 2,
    strike: onNode((node, { world }) => {
      for (const fe of world.answering()) fe.blacklist.delete(node.id);
      world.changed(node);
    }),
  },
  {
    kind: "others put an entry on",
    weight: 1,
    strike: (stage, random) => {
      const { world, clock } = stage;
      const node = anyNode(stage, random);
      const isOurs = world.answering().some(({ blacklist }) => node !== null && blacklist.get(node.id)?.by === "us");
      if (node === null || node.role === "fe" || isOurs) return;
      for (const fe of world.answering()) {
        fe.blacklist.set(node.id, { value: "MANUAL", by: "others", sinceMs: clock.now() });
      }
      world.changed(node);
    },
  },
  { kind: "others start it", weight: 2, strike: onNode((node, { world }) => world.begin(node)) },
  {
    kind: "node vanishes",
    weight: 1,
    strike: (stage, random) => {
      const { world, clock } = stage;
      const node = anyNode(stage, random);
      if (node === null || node.role === "fe") return;
      stage.log(`... ${node.id}`);
      world.list(node, false);
      clock.after(random.between(3000, 30_000), () => world.list(node, true), true);
    },
  },
  {
    kind: "decommission",
    weight: 1,
    strike: ({ world, clock }, random) => {
      world.conditions.decommissionSinceMs ??= clock.now();
      clock.after(random.between(3000, 40_000), () => (world.conditions.decommissionSinceMs = null), true);
    },
  },
  {
    kind: "tablets unhealthy",
    weight: 2,
    strike: ({ world, clock }, random) => {
      world.conditions.unwellSinceMs ??= clock.now();
      clock.after(random.between(3000, 40_000), () => (world.conditions.unwellSinceMs = null), true);
    },
  },
  {
    kind: "requests fail",
    weight: 2,
    strike: ({ world }) => {
      world.failures += 2;
    },
  },
  {
    kind: "traffic not counted",
    weight: 1,
    strike: ({ world, clock }, random) => {
      world.countsTraffic = false;
      clock.after(random.between(3000, 20_000), () => (world.countsTraffic = true), true);
    },
  },
];

const WEIGHT = FAULTS.reduce((sum, { weight }) => sum + weight, 0);

export function strike(stage: Stage): void {
  const { random } = stage;
  let left = random.between(1, WEIGHT);
  const fault = FAULTS.find(({ weight }) => (left -= weight) <= 0);
  if (fault === undefined) return;
  stage.fault(fault.kind);
  fault.strike(stage, random);
}

/** A console's clock may be wrong: a little, now and then by more than a lease lasts. */
export function drawSkew(random: Random): number {
  if (random.chance(0.7)) return 0;
  return random.chance(0.7) ? random.between(-2000, 2000) : random.between(-15_000, 15_000);
}

/** Nothing more goes wrong, and what is wrong is put right, as far as that is not the run's to do. */
export function heal(stage: Stage): void {
  const { world, lines, clock } = stage;
  stage.log("HEALED");
  stage.death = null;
  stage.troubles.length = 0;
  healLines(lines);
  world.countsTraffic = true;
  world.conditions.decommissionSinceMs = null;
  world.conditions.unwellSinceMs = null;
  for (const console of stage.consoles) {
    console.disk = null;
    console.heldUntilMs = Math.min(console.heldUntilMs, clock.now() + 1);
  }
  for (const node of world.nodes.values()) {
    world.list(node, true);
    node.trouble.neverServes = false;
    node.trouble.wrongVersion = false;
    node.trouble.startMs = null;
    for (const [id, { by }] of node.blacklist) if (by === "others") node.blacklist.delete(id);
    world.changed(node);
  }
  if (world.leader === null) world.loseLeader();
  tendTheDead(stage);
}

/** A colleague starts what is down and is not the run's to start, and restarts what came up broken. */
export function tendTheDead(stage: Stage): void {
  const { world } = stage;
  const run = stage.console()?.orchestrator.activeRun() ?? null;
  const steps = run?.steps ?? [];
  for (const node of world.nodes.values()) {
    const isBroken = node.process !== null && !Number.isFinite(node.process.readyAtMs);
    const isWrong = node.process !== null && node.process.version !== node.disk;
    const progress = steps.find(({ plan }) => plan.nodeId === node.id)?.progress;
    const phase = progress?.at === "phase" ? progress.phase : null;
    const isLeaving = phase === "exit" || phase === "confirm" || phase === "upgrade" || phase === "restart";
    if (isBroken || isWrong || phase === "upgrade") world.end(node);
    if (!isLeaving) world.begin(node);
  }
}
