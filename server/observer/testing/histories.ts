/**
 * What may become of a node, and what its witnesses tell meanwhile: the truth stands beside the second from which it
 * holds. Times are those of StarRocks (heartbeat every 5 s, given up after the fourth that fails).
 */
import type { Status, StepSide } from "#lib/cluster/status.ts";
import { nodeOf, type NodeScript, type Scene } from "./starrocks-scene.ts";

export type Moment = {
  readonly atS: number;
  /** What happens, and what is told from then on. */
  readonly does: ((scene: Scene, nowMs: number) => void) | null;
  /** What is so. Several: nobody can know more. */
  readonly is: readonly Status[];
  /** Whether its process lives: then it is never shown as gone, not for one poll. */
  readonly lives: boolean;
  readonly step?: StepSide;
  /** Polls after which it must be shown so; two, but who is silent takes two seconds to say so, twice. */
  readonly within?: number;
  /** Witnesses contradict each other, and that is shown. */
  readonly contradicts?: true;
};

export type History = {
  readonly name: string;
  readonly of: "be-1" | "fe-2";
  readonly untilS: number;
  readonly moments: readonly Moment[];
};

const person = { kind: "person", id: "ann", via: "browser" } as const;

function inPhase(phase: "drain" | "exit" | "confirm", forced = false): StepSide {
  const forceAskedBy = forced ? person : null;
  return {
    progress: { at: "phase", phase, sinceMs: 0 },
    exit: { beganAtMs: 0, deadlineAtMs: null, forceAskedBy, endedAtMs: null, forced: false },
  };
}

type Told = Partial<NodeScript>;

const tells =
  (change: Told, id = "be-1") =>
  (scene: Scene): void => {
    Object.assign(nodeOf(scene, id), change);
  };
const fe2 = (change: Told): ((scene: Scene) => void) => tells(change, "fe-2");
const answers =
  (how: Scene["frontends"][string], ids = ["fe-1"]) =>
  (scene: Scene): void => {
    for (const id of ids) scene.frontends[id] = how;
  };
const all =
  (...parts: readonly ((scene: Scene, nowMs: number) => void)[]) =>
  (scene: Scene, nowMs: number): void => {
    for (const part of parts) part(scene, nowMs);
  };

const ALL_FES = ["fe-1", "fe-2", "fe-3"];
/** It ends, in an instant; the host knows, the FE does not yet. */
const DEAD: Told = { beats: false, health: "refused", requests: null, process: "none" };
const HUNG: Told = { beats: false, health: "silent", requests: null };
const OFF: Told = { ...HUNG, process: "unreachable" };
const REFUSED = "java.net.ConnectException: Connection refused";
const DISCONNECTED: Told = { alive: false, code: "DISCONNECTED", errorMessage: REFUSED };
const SHUTDOWN: Told = { alive: false, code: "SHUTDOWN", errorMessage: "BE is shutting down" };
const WELL: Told = { health: "ok", requests: 0, process: "up", beats: true, alive: true, code: "OK", errorMessage: "" };

function back(scene: Scene, nowMs: number): void {
  tells({ ...WELL, startedAtMs: nowMs, lastBeatMs: nowMs })(scene);
}
function beatsAgain(scene: Scene, nowMs: number): void {
  tells({ beats: true, lastBeatMs: nowMs, alive: true, code: "OK", errorMessage: "" })(scene);
}

const serving = (atS: number, does: Moment["does"] = null): Moment => ({ atS, does, is: ["serving"], lives: true });
const gone = (atS: number, does: Moment["does"] = null): Moment => ({ atS, does, is: ["gone"], lives: false });
const broken = (atS: number, does: Moment["does"] = null): Moment => ({ atS, does, is: ["broken"], lives: true });
const exiting = (atS: number, does: Moment["does"] = null): Moment => ({ atS, does, is: ["exiting"], lives: true });
/** The leader's word is old, and the node says nothing of whether it takes work. */
const atMost = (atS: number, does: Moment["does"]): Moment => ({ atS, does, is: ["serving", "unknown"], lives: true });
const hangs = (atS: number, does: Moment["does"]): Moment => ({
  atS,
  does,
  is: ["unknown", "broken"],
  lives: true,
  within: 5,
});
const contradicted = (moment: Moment): Moment => ({ ...moment, contradicts: true });
const inStep = (step: StepSide, moment: Moment): Moment => ({ ...moment, step });

const START = serving(0);
const EXIT = inPhase("exit");
const CONFIRM = inPhase("confirm");

function about(name: string, untilS: number, ...moments: readonly Moment[]): History {
  return { name, of: "be-1", untilS, moments };
}

export const HISTORIES: readonly History[] = [
  about("nothing happens", 30, START),

  // ------------------------------------------------------------------------------------------------------- it ends
  about(
    "killed: its host and its port tell at once, the leader repeats itself for 20 s",
    40,
    START,
    gone(6, tells(DEAD)),
    gone(26, tells(DISCONNECTED)),
  ),
  about(
    "its machine is switched off: nobody tells until the leader gives it up",
    45,
    START,
    { ...gone(6, tells(OFF)), is: ["unknown"], within: 5 },
    gone(26, tells(DISCONNECTED)),
  ),
  about("its pid was given to another program", 40, START, gone(6, tells({ ...DEAD, process: "other" }))),
  about(
    "another program answers on its port",
    40,
    START,
    { ...gone(6, tells({ ...DEAD, health: "foreign" })), within: 6 },
    gone(26, tells(DISCONNECTED)),
  ),
  about(
    "killed and started by its supervisor before the leader noticed",
    40,
    START,
    gone(6, tells(DEAD)),
    broken(10, tells({ process: "up" })),
    serving(16, back),
  ),
  about(
    "it starts slowly after the leader gave it up: its process is there, its port not yet",
    70,
    START,
    gone(6, tells(DEAD)),
    gone(26, tells(DISCONNECTED)),
    broken(35, tells({ process: "up" })),
    serving(50, back),
  ),
  about(
    "restarted within a second: never not alive, only its start time changes",
    30,
    START,
    serving(6, tells({ requests: 0 })),
    serving(11, (scene, nowMs) => tells({ startedAtMs: nowMs - 5000, lastBeatMs: nowMs })(scene)),
  ),

  // ----------------------------------------------------------------------------------------------- it hangs, or is cut off
  about(
    "it hangs: the leader finds it well for 20 s, its own port does not answer",
    60,
    START,
    hangs(6, tells(HUNG)),
    contradicted(broken(26, tells(DISCONNECTED))),
    { ...serving(45, back), within: 5 },
  ),
  about("it hangs just after a heartbeat", 30, START, hangs(11, tells(HUNG))),
  about(
    "the console cannot reach it, the cluster can: heartbeats go on",
    60,
    START,
    atMost(6, tells({ health: "silent", requests: null, process: "unreachable" })),
    serving(18),
    serving(40, tells({ health: "ok", requests: 5000, process: "up" })),
  ),
  about(
    "the leader cannot reach it, the console can: it lives, and takes no work",
    60,
    START,
    atMost(6, tells({ beats: false })),
    contradicted(broken(26, tells(DISCONNECTED))),
    serving(40, beatsAgain),
  ),
  about(
    "its heartbeats come late, by two rounds",
    40,
    START,
    atMost(6, tells({ beats: false })),
    serving(18, beatsAgain),
  ),
  about(
    "DISCONNECTED while its process lives and answers",
    30,
    START,
    contradicted(broken(6, tells({ beats: false, ...DISCONNECTED }))),
  ),
  about(
    "heard of never again by anybody: leader, port and host are silent",
    60,
    START,
    atMost(6, all(answers("hangs", ALL_FES), tells(OFF))),
    { atS: 22, does: null, is: ["unknown"], lives: true },
  ),

  // ------------------------------------------------------------------------------------------------- what we were told wrong
  about(
    "the configuration names the wrong host for it: its process is never found, and it serves",
    30,
    contradicted(broken(0, tells({ process: "none" }))),
  ),
  about(
    "wrong host and wrong port in the configuration: heartbeats prove that it lives",
    40,
    {
      atS: 0,
      does: tells({ process: "none", health: "refused", requests: null }),
      is: ["broken", "gone"],
      lives: false,
    },
    contradicted(broken(12)),
  ),
  about("its counters stand still: it is idle, and serves", 20, START, serving(6, tells({ requests: 1000 }))),
  about("its metrics do not answer, its health does", 20, START, serving(6, tells({ requests: null }))),
  about(
    "the leader's clock is half a minute ahead: a hang is told all the same",
    40,
    serving(0, (scene) => (scene.leaderAheadMs = 30_000)),
    hangs(11, tells(HUNG)),
  ),
  about(
    "the leader's clock is a minute behind: what serves is not stale",
    30,
    serving(0, (scene) => (scene.leaderAheadMs = -60_000)),
  ),

  // ------------------------------------------------------------------------------------------------------------- the FEs
  about(
    "the leader is killed: rows stand still until the next one has sent its first round",
    50,
    START,
    atMost(
      6,
      all((scene) => (scene.hasLeader = false), answers("refused"), tells(DEAD, "fe-1")),
    ),
    serving(
      14,
      all(
        (scene) => (scene.hasLeader = true),
        tells({ leadership: "FOLLOWER", alive: false }, "fe-1"),
        fe2({ leadership: "LEADER" }),
      ),
    ),
  ),
  about("the FE that was asked hangs: another one tells", 40, START, serving(6, answers("hangs"))),
  about(
    "the FE that was asked restarts: another one tells",
    40,
    START,
    serving(6, answers("refused")),
    serving(20, answers("rows")),
  ),
  about(
    "all FEs hang, and the node dies meanwhile",
    50,
    START,
    atMost(6, answers("hangs", ALL_FES)),
    { ...gone(20, tells(DEAD)), within: 5 },
    gone(35, all(answers("rows", ALL_FES), tells(DISCONNECTED))),
  ),
  about("an FE answers half of what it is asked", 30, START, serving(6, answers("half"))),
  about(
    "an FE answers with columns that nobody knows, for a while",
    40,
    START,
    atMost(6, answers("garbage")),
    serving(20, answers("rows")),
  ),
  about(
    "an FE that has just started lists no backends, once",
    20,
    START,
    serving(6, answers("empty")),
    serving(7, answers("rows")),
  ),

  // ------------------------------------------------------------------------------------------------------------- it leaves
  about(
    "it leaves by hand: SHUTDOWN, then gone, then alive again",
    60,
    START,
    exiting(8, tells(SHUTDOWN)),
    gone(20, tells(DEAD)),
    serving(35, back),
  ),
  about(
    "SHUTDOWN, and its supervisor has it back before the leader gave it up",
    40,
    START,
    exiting(8, tells(SHUTDOWN)),
    serving(14, back),
  ),
  about(
    "our exit: its HTTP server stops before its process does",
    50,
    START,
    inStep(EXIT, exiting(6)),
    inStep(EXIT, exiting(10, tells(SHUTDOWN))),
    inStep(EXIT, exiting(16, tells({ health: "refused", requests: null, beats: false }))),
    inStep(CONFIRM, gone(22, tells(DEAD))),
  ),
  about(
    "it crashes in our exit, before the leader heard of it",
    40,
    START,
    inStep(EXIT, exiting(6)),
    inStep(EXIT, gone(8, tells(DEAD))),
    inStep(CONFIRM, gone(28, tells(DISCONNECTED))),
  ),
  about(
    "it hangs in our exit: it is not gone until it is",
    70,
    START,
    inStep(EXIT, exiting(6, tells(SHUTDOWN))),
    inStep(EXIT, exiting(12, tells(HUNG))),
    inStep(EXIT, exiting(32, tells(DISCONNECTED))),
    { ...inStep(inPhase("exit", true), exiting(45)), is: ["forcing"] },
    inStep(inPhase("confirm", true), gone(50, tells(DEAD))),
  ),
  about(
    "it drains off every route, and hangs there",
    40,
    START,
    {
      ...inStep(
        inPhase("drain"),
        serving(6, (scene) => (scene.blacklist = "MANUAL")),
      ),
      is: ["draining"],
    },
    inStep(inPhase("drain"), hangs(16, tells(HUNG))),
  ),
  about(
    "a colleague puts it on the blacklist, and takes it off",
    30,
    START,
    { ...serving(6, (scene) => (scene.blacklist = "MANUAL")), is: ["sidelined"] },
    serving(16, (scene) => (scene.blacklist = null)),
  ),

  // ------------------------------------------------------------------------------------------------------------- an FE
  {
    name: "an FE was told to leave: its health says so, and it is gone when its process is",
    of: "fe-2",
    untilS: 50,
    moments: [
      START,
      exiting(6, fe2({ health: "leaving" })),
      gone(16, all(answers("refused", ["fe-2"]), fe2(DEAD))),
      gone(36, fe2({ alive: false, errorMessage: "Connection refused" })),
    ],
  },
  {
    name: "an FE hangs: its port is silent, the leader repeats itself",
    of: "fe-2",
    untilS: 40,
    moments: [START, hangs(6, all(answers("hangs", ["fe-2"]), fe2(HUNG)))],
  },
  {
    name: "an FE restarts: not ready, then well",
    of: "fe-2",
    untilS: 50,
    moments: [
      START,
      gone(6, fe2(DEAD)),
      broken(16, fe2({ process: "up", alive: false, errorMessage: "not ready" })),
      serving(30, (scene, nowMs) => fe2({ ...WELL, startedAtMs: nowMs, lastBeatMs: nowMs })(scene)),
    ],
  },
];
