/** StarRocks' own documented procedure, as it stands: the work of a backend runs out inside its graceful exit. */
import { expect, test } from "@playwright/test";
import { logIn, openRun, startByApi, verdict } from "./console.ts";
import { figure, seconds } from "./figures.ts";
import { useWorld } from "./fixtures.ts";
import { ANALYST, type LongQuery, longQueryOn } from "./long-queries.ts";
import { upgradePlan } from "./plans.ts";
import { lines, piecesDuring, trueSteps, unwell } from "./truth.ts";
import { firstPhase, firstSaid, type Said, watchScreen } from "./watching.ts";

const NODE = "be-01";
/** A console at a quiet desk is within 2 s; a busy machine gets more, and the figures are printed. */
const AGREES_WITHIN_MS = 10_000;
const HEARTBEAT_MS = 1000;

const world = useWorld({ heartbeatSeconds: 1 });

test(
  "[S0-2] [S0-24] [S0-25] A busy backend drains inside its exit: SHUTDOWN stays while its count falls, then DISCONNECTED, upgrade, restart",
  { tag: "@alone" },
  async ({ page }) => {
    const { twin } = world();
    const said = await watchScreen(page);
    await logIn(page, world());
    const queries: LongQuery[] = [];
    for (const lastsS of [12, 16, 20, 24]) queries.push(await longQueryOn(twin, NODE, lastsS));
    const beganAtMs = Date.now();
    const plan = upgradePlan({ nodeIds: [NODE], policy: { drain: "inside" } });
    await openRun(page, world(), await startByApi(page, world(), plan));
    await expect(verdict(page)).toContainText(/Finished, 0 queries cut|Finished with \d+ loads? cut/, {
      timeout: 180_000,
    });
    await expect(verdict(page)).toContainText("Its node runs 4.0.7.");

    const truth = twin.truth();
    const [step] = trueSteps(truth, beganAtMs, new Map());
    if (step === undefined || step.exitedAtMs === null || step.servingAtMs === null)
      throw new Error(`${NODE} never left`);
    expect(step).toMatchObject({ node: NODE, how: "graceful", version: expect.stringMatching(/^4\.0\.7\b/) });
    const spoiled = unwell(piecesDuring(truth, beganAtMs, Date.now()));
    const aborted = spoiled.filter((line) => isAbortedWithItsCoordinator(line));
    figure(`drain inside: ${aborted.length} stream loads aborted by the leader, as the documented procedure does`);
    expect(spoiled, "nothing but what the procedure itself costs").toEqual(aborted);
    const ends = lines(truth, "ended").filter(({ id }) => queries.some((query) => query.id === id));
    expect(
      ends.map(({ outcome }) => outcome),
      `queries of ${ANALYST}`,
    ).toEqual(queries.map(() => "ok"));

    const whileExiting = said.filter((one) => isShutDown(one) && one.process !== "gone");
    const counts = countsOf(whileExiting);
    figure(
      `drain inside: SHUTDOWN for ${seconds(step.exitedAtMs - step.signalAtMs)} in truth, on the screen while in flight fell ${counts.join(", ")}`,
    );
    expect(counts.length, "the count is seen to fall").toBeGreaterThan(3);
    expect(counts, "and never to rise").toEqual(counts.toSorted((a, b) => b - a));
    expect(said.filter(isBetween(whileExiting)).filter((one) => !isShutDown(one))).toEqual([]);

    const lastEndAtMs = Math.max(...ends.map(({ atMs }) => atMs));
    const compared: readonly (readonly [string, number | null, number | null, number])[] = [
      ["exit begun", firstPhase(said, NODE, ["Exiting"]), step.signalAtMs, AGREES_WITHIN_MS],
      // The control plane hears of it with a heartbeat.
      ["SHUTDOWN", firstSaid(said, NODE, isShutDown), step.signalAtMs, AGREES_WITHIN_MS + HEARTBEAT_MS],
      [
        "empty",
        firstSaid(whileExiting, NODE, ({ inFlight }) => inFlight.startsWith("0")),
        lastEndAtMs,
        AGREES_WITHIN_MS,
      ],
      ["process gone", firstSaid(said, NODE, ({ process }) => process === "gone"), step.exitedAtMs, AGREES_WITHIN_MS],
      ["told to start", firstPhase(said, NODE, ["Restarting"]), step.toldToStartAtMs, AGREES_WITHIN_MS],
      ["serves", firstSaid(said, NODE, saysUpAgain), step.servingAtMs, AGREES_WITHIN_MS],
    ];
    const differences = compared.map(([what, screen, truth]) => `${what} ${(screen ?? NaN) - (truth ?? NaN)} ms`);
    figure(`drain inside, screen against truth: ${differences.join(", ")}`);
    for (const [what, screen, truth, withinMs] of compared)
      expect(Math.abs((screen ?? NaN) - (truth ?? NaN)), `${what}, screen against truth`).toBeLessThanOrEqual(withinMs);

    const disconnectedAtMs = firstSaid(said, NODE, ({ head }) => head.includes("DISCONNECTED"));
    const phases = ["Exiting", "Confirming", "Upgrading", "Restarting", "Verifying"];
    const began = phases.map((phase) => firstPhase(said, NODE, [phase]));
    // Where the control plane said DISCONNECTED by then, confirming is over before a page can draw it.
    const seen = began.filter((atMs, index) => atMs !== null || phases[index] !== "Confirming");
    expect(seen).not.toContain(null);
    expect(seen, phases.join(", ")).toEqual(seen.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    expect(disconnectedAtMs, "DISCONNECTED after it has ended").toBeGreaterThan(step.exitedAtMs);
    // Events come at once, what is seen of nodes a few times a second.
    expect(disconnectedAtMs, "and not long after the upgrade began").toBeLessThan((began[2] ?? NaN) + 500);
  },
);

/**
 * Without isolation, stream loads are still sent to a backend that is about to say SHUTDOWN; once it has, the leader
 * aborts what it coordinates and has not committed (StarRocks 3.3 to 4.0). Only isolating first spares them.
 */
function isAbortedWithItsCoordinator(line: string): boolean {
  return line.startsWith("stream ") && line.includes("coordinate BE is down");
}

function isShutDown({ head }: Said): boolean {
  return head.includes("SHUTDOWN");
}

function saysUpAgain({ phase, node }: Said): boolean {
  return (phase === "Restarting" && node === "up") || phase === "Readmitting" || phase === "Verifying";
}

/** Each count that the screen showed, once; a moment in which it could not tell is none. */
function countsOf(said: readonly Said[]): readonly number[] {
  const counts = said.flatMap(({ inFlight }) => /^\d+/.exec(inFlight)?.[0] ?? []).map(Number);
  return counts.filter((count, index) => count !== counts[index - 1]);
}

function isBetween(span: readonly Said[]): (said: Said) => boolean {
  const fromMs = span.at(0)?.atMs ?? Infinity;
  const toMs = span.at(-1)?.atMs ?? -Infinity;
  return ({ atMs }) => atMs >= fromMs && atMs <= toMs;
}
