/** Taking a node down: the committed exit, its shortening, its forced end. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { RunOnceResult } from "#server/orchestrator/host.ts";
import type { ExitAct } from "#server/orchestrator/ports.ts";
import { abilitiesOf } from "./abilities.ts";
import { writeExitSetting } from "./exit-settings.ts";
import { isTimeUp, readExitWait, type ExitWait } from "./exit-wait.ts";
import { lacksQuorum } from "./last-look.ts";
import { loopsFor } from "./loans.ts";
import { runAt } from "../shared/run-at.ts";
import { placeOf, runOnceAt, type Place } from "./place.ts";
import { isOfIdentity, killProcess, lookAtProcess, type RunningProcess } from "./process.ts";
import { lacksOption, optionsByVersion, scriptOptions, stopCommand } from "./stop-script.ts";
import { startOfIdentity, type StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

/** What a stop script prints when its time was up; its exit code is 0 then too (facts, 3.2). */
const FORCED = "graceful exit timeout, forced termination of the process";
/** What an FE logs that does not honour `-g`: a majority would not be left without it (facts, 4.1). */
const NO_QUORUM = "cannot match graceful exit condition";

export async function exit(world: World, commandId: string, act: ExitAct, signal: AbortSignal): Promise<Outcome> {
  const node = world.node(act.nodeId);
  if (node === null) return refused(`${act.nodeId} is not in the cluster any more`);
  const place = placeOf(world, node);
  if (!place.ok) return refused(place.why);
  if (node.role === "fe") world.keepAway(node);
  const outcome = await world.alone(node.id, async () => await exitOf(world, commandId, act, place.value, signal));
  // It was not told to leave: then it may be asked things again.
  if (outcome.outcome === "refused") world.leaving.delete(node.id);
  return outcome;
}

async function exitOf(
  world: World,
  commandId: string,
  act: ExitAct,
  place: Place,
  signal: AbortSignal,
): Promise<Outcome> {
  const { node } = place;
  const look = await lookAtProcess(world, node, signal);
  if (!look.ok) return unknown(look.why);
  const { process } = look.value;
  const options = await scriptOptions(place, signal);
  const argv = stopCommand(node, place.dir, act, options);
  if (process === null) {
    // It is gone. Was it this command that ended it? Then its output tells how; nothing is begun.
    const before = await runOnceAt(world, place, commandId, argv, { begin: false, waitMs: 10_000, signal });
    if (before.state === "silent") return unknown(before.why);
    if (before.state === "ended") return await ended(world, place, act, before.stdout, look.value.said, signal);
    return { outcome: "done", evidence: `${node.id} was not running: ${look.value.said}` };
  }
  if (!isOfIdentity(process, act.identity === null ? null : startOfIdentity(act.identity))) {
    return refused(`the process that was to leave is gone; ${process.pid} began after it and is not touched`);
  }
  const asked = await runOnceAt(world, place, commandId, argv, { begin: false, waitMs: 0, signal });
  if (asked.state === "silent") return unknown(asked.why);
  const isBegun = asked.state !== "none";
  if (act.how === "graceful" && !isBegun && optionsByVersion(node).graceful) {
    const isGone = async (): Promise<boolean> => {
      const now = await lookAtProcess(world, node, signal);
      return now.ok && !isSame(now.value.process, process);
    };
    const why = options.graceful ? await lacksQuorum(world, node, isGone, signal) : lacksOption(node, argv);
    // Somebody was faster, as a person who had it killed meanwhile.
    if (why !== null && (await isGone())) {
      return { outcome: "done", evidence: `pid ${process.pid} ended before it was told to leave` };
    }
    if (why !== null) return refused(why);
    // The look takes a while, in which another console may have come to own the cluster: what is not sent yet is not sent.
    if (signal.aborted) return refused("this console was called off before the exit was sent");
  }
  const beganAtMs = world.clock.now();
  const result = await stop(world, place, commandId, argv, process, signal);
  if (result.state === "running") return unknown("the console stopped waiting; the exit goes on");
  if (result.state === "silent") return unknown(result.why);
  if (result.state === "unknown" || result.state === "none") return await afterUnknown(world, place, process, signal);
  const gone = await waitGone(world, node, process, act.limitMs, beganAtMs, signal);
  if (!gone) {
    const said = `${result.stdout}${result.stderr}`.trim();
    // The scripts say 0 too readily and 1 when nothing is there: what counts is the process (facts, 3.1).
    return result.exitCode === 0
      ? unknown(`the stop script ended, but pid ${process.pid} is still there`)
      : refused(
          `the stop script ended with ${result.exitCode}: ${said || "it said nothing"}; pid ${process.pid} runs on`,
        );
  }
  const tookS = ((world.clock.now() - beganAtMs) / 1000).toFixed(1);
  return await ended(world, place, act, result.stdout, `pid ${process.pid} ended after ${tookS} s`, signal);
}

/** How long a stop script may take from the end of the process to its own. */
const SCRIPT_TAIL_MS = 5000;

/** An exit takes minutes, in which the way to its host may break: it goes on there, and is found again. */
const SILENCE_MS = 60_000;

/**
 * The stop script, until it ends. Where nobody reaps what has ended, as in containers without an init, a zombie keeps the
 * script waiting for ever (facts, 3.4): then the process decides.
 */
async function stop(
  world: World,
  place: Place,
  commandId: string,
  argv: readonly string[],
  process: RunningProcess,
  signal: AbortSignal,
): Promise<RunOnceResult> {
  let goneAtMs: number | null = null;
  let silentSinceMs: number | null = null;
  for (let begin = true; ;) {
    const result = await runOnceAt(world, place, commandId, argv, { begin, waitMs: 2000, signal });
    if (result.state === "silent") {
      silentSinceMs ??= world.clock.now();
      if (signal.aborted || world.clock.now() - silentSinceMs > SILENCE_MS) return result;
      await world.clock.wait(500, signal);
      continue;
    }
    [begin, silentSinceMs] = [false, null];
    if (result.state !== "running" || signal.aborted) return result;
    const look = await lookAtProcess(world, place.node, signal);
    const nowMs = world.clock.now();
    const isGone = look.ok && !isSame(look.value.process, process);
    goneAtMs = isGone ? (goneAtMs ?? nowMs) : null;
    if (goneAtMs !== null && nowMs - goneAtMs > SCRIPT_TAIL_MS) {
      return { state: "ended", exitCode: 0, stdout: "", stderr: "" };
    }
  }
}

function isSame(found: RunningProcess | null, process: RunningProcess): boolean {
  return found !== null && found.pid === process.pid && found.startTicks === process.startTicks;
}

async function ended(
  world: World,
  place: Place,
  act: ExitAct,
  stdout: string,
  said: string,
  signal: AbortSignal,
): Promise<Outcome> {
  if (stdout.includes(FORCED))
    return { outcome: "done", forced: true, evidence: `${said}; the script said: ${FORCED}` };
  if (act.how !== "graceful") return { outcome: "done", evidence: said };
  if (place.node.role === "fe") {
    const line = await lastGracefulLine(world, place, signal);
    if (line?.includes(NO_QUORUM) === true) {
      return { outcome: "done", forced: true, evidence: `${said}; it did not wait, fe.log: ${line}` };
    }
    return { outcome: "done", evidence: line === null ? said : `${said}; fe.log: ${line}` };
  }
  const waits = waitsOf(world, act);
  world.shortened.delete(act.nodeId);
  const wait = await readExitWait(world, place, signal);
  const { waitCanBeSet } = abilitiesOf(place.node.role, place.node.version);
  const own = waitCanBeSet || wait === null || wait.ownLoops === null ? [] : [wait.ownLoops];
  const isUp = wait !== null && isTimeUp(wait, [...own, ...waits]);
  if (!isUp) return { outcome: "done", evidence: `${said}${withoutWait(place.node, wait)}` };
  const cut = `its log: after ${wait.seconds} s of waiting ${wait.running} fragment(s) were still running`;
  return { outcome: "done", forced: true, evidence: `${said}, its time being up; ${cut}` };
}

/** Before 3.4.2 a BE waits only where its conf says so: what ran when it was told to leave was cut (facts, 4.2). */
function withoutWait(node: StarRocksNode, wait: ExitWait | null): string {
  if (abilitiesOf(node.role, node.version).waitCanBeSet || (wait?.seconds ?? 0) > 0) return "";
  return `; ${node.version ?? "this version"} does not wait for its work when it leaves`;
}

/** Which waits it may have been told of: the one for its limit, and a shorter one that came in time. */
function waitsOf(world: World, act: ExitAct): readonly number[] {
  const shortened = world.shortened.get(act.nodeId);
  return [loopsFor(act.limitMs), ...(shortened === undefined ? [] : [shortened])];
}

/** The command left no trace of its end. SIGUSR1 is never sent twice: look, wait for what was begun, and say so. */
async function afterUnknown(
  world: World,
  place: Place,
  process: RunningProcess,
  signal: AbortSignal,
): Promise<Outcome> {
  if (await waitGone(world, place.node, process, 5000, world.clock.now(), signal)) {
    return { outcome: "done", evidence: `pid ${process.pid} has ended; how its stop script ended is not known` };
  }
  return unknown(`whether ${place.node.id} was told to leave is not known; pid ${process.pid} is still there`);
}

/** Some stop scripts return before the process has ended: stop_cn.sh up to 3.4.5 and 3.5.1 (facts, 3.4). */
async function waitGone(
  world: World,
  node: StarRocksNode,
  process: RunningProcess,
  limitMs: number | null,
  sinceMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const look = await lookAtProcess(world, node, signal);
    if (look.ok && !isSame(look.value.process, process)) return true;
    const over = limitMs !== null && world.clock.now() - sinceMs > limitMs + 10_000;
    if (over || signal.aborted) return false;
    await world.clock.wait(250, signal);
  }
}

async function lastGracefulLine(world: World, place: Place, signal: AbortSignal): Promise<string | null> {
  const answer = await runAt(world, place, ["tail", "-n", "400", `${place.dir}/log/fe.log`], {
    shown: `tail -n 400 ${place.dir}/log/fe.log`,
    signal,
  });
  if (!answer.ok) return null;
  const lines = answer.stdout.split("\n").filter((line) => /graceful exit/.test(line));
  return lines.at(-1)?.trim() ?? null;
}

/**
 * A BE reads how long it waits when it begins to leave, so that a later setting changes nothing there (exec_env.cpp,
 * January 2026); it is told all the same, for versions that look again. What makes the limit true is the console's own
 * clock: when it is over, `force` follows.
 */
export async function shorten(world: World, nodeId: NodeId, limitMs: number, signal: AbortSignal): Promise<Outcome> {
  const node = world.node(nodeId);
  if (node === null) return refused(`${nodeId} is not in the cluster any more`);
  const limitS = Math.ceil(limitMs / 1000);
  if (node.role === "fe") return { outcome: "done", evidence: `killed in ${limitS} s, unless it leaves before` };
  const loops = Math.max(1, Math.ceil(limitS / 10));
  world.shortened.set(nodeId, loops);
  const written = await writeExitSetting(world, node, "loop_count_wait_fragments_finish", String(loops), signal);
  const told = written.ok ? `told the node to wait ${loops}0 s` : `the node could not be told (${written.why})`;
  return { outcome: "done", evidence: `${told}; killed in ${limitS} s, unless it leaves before` };
}

/** SIGKILL, to the very process that was to leave and to no other. */
export async function force(
  world: World,
  nodeId: NodeId,
  identity: string | null,
  signal: AbortSignal,
): Promise<Outcome> {
  const node = world.node(nodeId);
  if (node === null) return refused(`${nodeId} is not in the cluster any more`);
  const place = placeOf(world, node);
  if (!place.ok) return refused(place.why);
  const look = await lookAtProcess(world, node, signal);
  if (!look.ok) return unknown(look.why);
  const { process } = look.value;
  if (process === null) return { outcome: "done", evidence: `${nodeId} is not running: ${look.value.said}` };
  if (!isOfIdentity(process, identity === null ? null : startOfIdentity(identity))) {
    return refused(`the process that was to leave is gone; ${process.pid} began after it and is not killed`);
  }
  const killed = await killProcess(world, node, process);
  if (!killed.ok) return unknown(killed.why);
  const gone = await waitGone(world, node, process, 10_000, world.clock.now(), signal);
  if (!gone) return unknown(`kill -9 was sent to ${process.pid}, and it is still there`);
  return { outcome: "done", forced: true, evidence: `pid ${process.pid} was killed (${killed.value})` };
}

function refused(reason: string): Outcome {
  return { outcome: "refused", reason };
}

function unknown(cause: string): Outcome {
  return { outcome: "unknown", cause };
}
