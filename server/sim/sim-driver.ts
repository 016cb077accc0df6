/**
 * The driver port over the simulated cluster, as one console holds it. What it sends takes its time, may get lost on the
 * way or on the way back; what was begun under an id is not begun again, whoever asks (that lies with the cluster).
 */
import { isVersion } from "#lib/cluster/version.ts";
import { neutralWords } from "#lib/cluster/words.ts";
import { invariant } from "#lib/util/invariant.ts";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome, Verb } from "#lib/run/command.ts";
import type { WorkItem } from "#lib/cluster/observation.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Driver, LoanOutcome } from "#server/orchestrator/ports.ts";
import { giveBackLoan, surveyWorld, takeLoan } from "./sim-loans.ts";
import { OLD, type World } from "./world.ts";
import type { WorldNode } from "./world-node.ts";

/** What became of each command, by its id, kept where it was carried out. */
export type Host = Map<string, Outcome>;

/** One thing that is about to be carried out in the cluster. */
export type Deed = {
  readonly verb: Verb | "take" | "return";
  readonly nodeId: NodeId | null;
  /** The command's id; a loan's for what is taken and returned. */
  readonly id: string;
  readonly sentAtMs: number;
  /** Nothing was carried out under this id before; of loans, always. */
  readonly isFirst: boolean;
  readonly loan: Loan | null;
};

type Call = Omit<Deed, "sentAtMs" | "isFirst">;

/** What happens to one call. */
export type Fate = {
  readonly arrivesMs: number;
  readonly answersMs: number;
  readonly how: "well" | "lostRequest" | "lostAnswer" | "refused" | "throws" | "silent";
};

/** What a console's calls pass through: its own death among them. */
export interface Wire {
  /** Resolves when the console may send: never, once it is dead. Null: now. */
  held(): Promise<void> | null;
  fate(verb: Deed["verb"]): Fate;
  /** Right before and right after something is carried out: the console may die here. False: it never arrives. */
  before(deed: Deed): boolean;
  after(deed: Deed): void;
}

const UNKNOWN: Outcome = { outcome: "unknown", cause: "no answer came" };
const SCRIPTS: ReadonlySet<Deed["verb"]> = new Set([
  "exit",
  "install",
  "start",
  "restorePrevious",
  "force",
  "shorten",
  "hook",
  "finalize",
]);

/** What is run at most once under an id. */
export function isScript(verb: Deed["verb"]): boolean {
  return SCRIPTS.has(verb);
}

export function createSimDriver(world: World, host: Host, wire: Wire): Driver {
  const { clock } = world;

  /** Sends one thing, and tells what came back; `how` says what was lost. */
  async function send<T>(
    call: Call,
    signal: AbortSignal,
    act: () => T,
    lost: T,
    refused: T | null,
    why: () => T | null = () => null,
  ): Promise<T> {
    const held = wire.held();
    if (held !== null) await held;
    const sentAtMs = clock.now();
    const fate = wire.fate(call.verb);
    if (signal.aborted) return lost;
    // What was sent is on its way: nobody can call it back.
    await clock.wait(fate.arrivesMs);
    if (fate.how === "lostRequest") return lost;
    if (fate.how === "throws") throw new Error("the driver has a bug");
    if (fate.how === "refused" && refused !== null) return refused;
    // What the cluster itself refuses is not done, and nothing that has to be judged.
    const no = why();
    if (no !== null) return no;
    const deed = { ...call, sentAtMs, isFirst: !host.has(call.id) };
    if (!wire.before(deed)) return lost;
    const result = act();
    wire.after(deed);
    await clock.wait(fate.answersMs, signal);
    return fate.how === "lostAnswer" || fate.how === "silent" ? lost : result;
  }

  /** Runs something once for an id: asked again, what it said then is said again. */
  async function run(
    verb: Verb,
    nodeId: NodeId,
    id: string,
    signal: AbortSignal,
    act: (node: WorldNode) => Outcome,
    refuses: (node: WorldNode) => string | null = () => null,
  ): Promise<Outcome> {
    const why = (): Outcome | null => {
      const reason = host.has(id) ? null : refuses(world.at(nodeId));
      return reason === null ? null : refused(reason);
    };
    const once = (): Outcome => {
      const before = host.get(id);
      if (before !== undefined) return before;
      const outcome = act(world.at(nodeId));
      host.set(id, outcome);
      return outcome;
    };
    return send({ verb, nodeId, id, loan: null }, signal, once, UNKNOWN, refused("not now"), why);
  }

  return {
    system: "simulator",
    words: { ...neutralWords({ one: "query", many: "queries" }), name: "Simulator" },
    readCluster: () => notAsked("readCluster"),
    readNode: () => notAsked("readNode"),
    work: () => notAsked("work"),
    readLog: () => notAsked("readLog"),
    versions: () => notAsked("versions"),
    plan: () => notAsked("plan"),
    commandLines: () => [],
    preflight: () => Promise.resolve([]),
    baseline: () => Promise.resolve({ ok: true, value: {} }),
    checks: () => notAsked("checks"),
    gates: () => notAsked("gates"),
    async outcomes(_nodeId, items, signal) {
      await clock.wait(wire.fate("take").arrivesMs, signal);
      return { ok: true, value: items.map((item) => ended(item)) };
    },

    async survey(what, signal) {
      await clock.wait(wire.fate("take").arrivesMs, signal);
      const loans = surveyWorld(world, what);
      return loans === null ? { ok: false, why: "it does not answer" } : { ok: true, value: loans };
    },
    // All at once, as StarRocks' driver does it: whoever is held up in between sends nothing later.
    async take(loans, signal) {
      const taking = loans.map((loan) => {
        const call: Call = { verb: "take", nodeId: loan.nodeId, id: loan.id, loan };
        const act = (): Outcome => (takeLoan(world, loan) ? done("read back") : UNKNOWN);
        return send(call, signal, act, UNKNOWN, refused("not now"));
      });
      const outcomes = await Promise.all(taking);
      return outcomes.find(({ outcome }) => outcome !== "done") ?? done("read back");
    },
    giveBack(loan, signal) {
      const lost: LoanOutcome = { outcome: "unknown", cause: "no answer came" };
      const call: Call = { verb: "return", nodeId: loan.nodeId, id: loan.id, loan };
      return send<LoanOutcome>(call, signal, () => giveBackLoan(world, loan), lost, null);
    },

    async exit(id, { nodeId, limitMs, how, identity }, signal) {
      const told = await run(
        "exit",
        nodeId,
        id,
        signal,
        (node) => {
          if (node.process === null) return done("it was not running");
          if (how === "plain") world.end(node);
          else world.beginExit(node, limitMs);
          return done("told to leave");
        },
        (node) => (isAnother(node, identity) ? "the process began after the one that was to leave" : null),
      );
      if (told.outcome !== "done") return told;
      const node = world.at(nodeId);
      if (node.process !== null && !isAnother(node, identity)) await untilGone(node, signal);
      return signal.aborted ? UNKNOWN : done("it left");
    },
    shorten: (id, nodeId, limitMs, _identity, signal) =>
      run("shorten", nodeId, id, signal, (node) => {
        world.shorten(node, limitMs);
        return done("its limit is nearer");
      }),
    force: (id, nodeId, identity, signal) =>
      run(
        "force",
        nodeId,
        id,
        signal,
        (node) => {
          if (node.process === null) return { outcome: "done", forced: false, evidence: "it was not running" };
          world.end(node);
          return { outcome: "done", forced: true, evidence: "killed" };
        },
        (node) => (isAnother(node, identity) ? "the process began after the one that was to be ended" : null),
      ),
    install: (id, nodeId, version, signal) =>
      run(
        "install",
        nodeId,
        id,
        signal,
        (node) => {
          if (node.disk !== version) node.previous = node.disk;
          node.disk = version;
          return done("in place");
        },
        isRunning,
      ),
    start: (id, nodeId, signal) =>
      run("start", nodeId, id, signal, (node) => {
        world.begin(node);
        return done("its process is there");
      }),
    restorePrevious: (id, nodeId, version, signal) =>
      run(
        "restorePrevious",
        nodeId,
        id,
        signal,
        (node) => {
          if (version !== null && isVersion(node.disk, version)) return done("it lies there still");
          node.disk = node.previous ?? OLD;
          return done("as before");
        },
        isRunning,
      ),
    hook: (id, nodeId, _when, argv, _limitMs, signal) =>
      run("hook", nodeId, id, signal, () => (argv[0] === "fails" ? refused("exit status 1") : done("exit status 0"))),
    finalize: (id, nodeId, signal) =>
      run("finalize", nodeId, id, signal, (node) => {
        node.previous = null;
        return done("the old files are gone");
      }),
    close: () => Promise.resolve(),
  };
}

function untilGone(node: WorldNode, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      node.onGone.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    node.onGone.add(wake);
    signal.addEventListener("abort", wake);
  });
}

function isRunning({ process }: WorldNode): string | null {
  return process === null ? null : "it is running";
}

/** A process that is not the one that the console knew; one it knew nothing of is taken for it. */
function isAnother({ process }: WorldNode, identity: string | null): boolean {
  return process !== null && identity !== null && process.identity !== identity;
}

function ended({ id, what, user, startedAtMs }: WorkItem): LedgerRow {
  const known = { listedAtMs: 0, endedAtMs: null, evidence: "", again: null };
  return { id, kind: "query", what, user, startedAtMs, outcome: "finished", ...known };
}

function done(evidence: string): Outcome {
  return { outcome: "done", evidence };
}

function refused(reason: string): Outcome {
  return { outcome: "refused", reason };
}

function notAsked(what: string): Promise<never> {
  invariant(false, `the simulator's consoles do not ask ${what}`);
  return Promise.reject(new Error(what));
}
