/**
 * Taking a node down. Its owner is asked, or the node itself where that is its system's way; the console watches for the
 * end, and kills at the limit. A limit may be absent: then it takes as long as it takes, until a person sets the first one.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { ExitAct } from "#server/orchestrator/ports.ts";
import type { ServersConfig } from "./config.ts";
import type { LastEnd, OwnerLook } from "./owner.ts";
import { notThere, type Server, type ServersWorld } from "./world.ts";

const LOOK_EVERY_MS = 200;
/** An exit takes minutes, in which the way to its host may break: it goes on there, and is found again. */
const SILENCE_MS = 60_000;
const KILLED_MS = 10_000;
/** What ends at a word of its own tells how it ended: so long before the kill. */
const WORD_MS = 3000;

export async function exit(
  world: ServersWorld,
  commandId: string,
  act: ExitAct,
  signal: AbortSignal,
): Promise<Outcome> {
  const server = world.server(act.nodeId);
  if (server === null) return refused(notThere(act.nodeId));
  return await world.alone(act.nodeId, async () => await exitOf(world, commandId, act, server, signal));
}

async function exitOf(
  world: ServersWorld,
  commandId: string,
  act: ExitAct,
  server: Server,
  signal: AbortSignal,
): Promise<Outcome> {
  const { node, owner } = server;
  const before = await world.lookNow(server, signal);
  if (!before.ok) return unknown(before.why);
  const leaving = before.value;
  if (leaving.state === "gone") return ended(world, server, leaving, `${node.id} does not run: ${leaving.said}`, false);
  if (isAnother(leaving, act.identity)) return refused(another(leaving, "is not touched"));
  world.service.letGo?.(node);
  const beganAtMs = world.clock.now();
  const order = { commandId, limitMs: act.limitMs, how: act.how };
  const told =
    world.service.exit === undefined
      ? await owner.stop({ ...order, running: leaving.running }, signal)
      : await world.service.exit({ ...order, node }, signal);
  if (told.outcome === "refused") return told;
  // Whether it was told is not known: then it is watched for a moment, and asked again under the same id.
  const sendLimitMs = told.outcome === "unknown" ? 5000 : null;
  world.deadlines.set(node.id, act.limitMs === null ? null : beganAtMs + act.limitMs);
  const graceMs = world.service.killAfterMs ?? 0;
  try {
    const end = await watch(world, server, leaving, { beganAtMs, sendLimitMs, graceMs }, signal);
    const tookS = ((world.clock.now() - beganAtMs) / 1000).toFixed(1);
    switch (end.how) {
      case "gone":
        return await howItEnded(
          world,
          server,
          end.look,
          beganAtMs,
          `${identityOf(leaving)} ended after ${tookS} s`,
          signal,
        );
      case "killed":
        return {
          outcome: "done",
          forced: true,
          evidence: `${identityOf(leaving)} was killed after ${tookS} s, its time being up: ${end.evidence}`,
        };
      case "unknown":
        return unknown(told.outcome === "unknown" ? `${told.cause}; ${end.cause}` : end.cause);
      default:
        return end satisfies never;
    }
  } finally {
    world.deadlines.delete(node.id);
  }
}

type End =
  | { readonly how: "gone"; readonly look: OwnerLook }
  | { readonly how: "killed"; readonly evidence: string }
  | { readonly how: "unknown"; readonly cause: string };

type Times = {
  readonly beganAtMs: number;
  /** How long to watch where it is not known whether the node was told. */
  readonly sendLimitMs: number | null;
  /** From the limit to the kill. */
  readonly graceMs: number;
};

async function watch(
  world: ServersWorld,
  server: Server,
  leaving: OwnerLook,
  { beganAtMs, sendLimitMs, graceMs }: Times,
  signal: AbortSignal,
): Promise<End> {
  const { clock } = world;
  let silentSinceMs: number | null = null;
  for (;;) {
    const look = await world.lookNow(server, signal);
    const nowMs = clock.now();
    if (look.ok && hasEnded(look.value, leaving)) return { how: "gone", look: look.value };
    if (signal.aborted) return { how: "unknown", cause: "the console stopped waiting; the exit goes on" };
    if (!look.ok) silentSinceMs ??= nowMs;
    else silentSinceMs = null;
    if (!look.ok && silentSinceMs !== null && nowMs - silentSinceMs > SILENCE_MS)
      return { how: "unknown", cause: look.why };
    if (sendLimitMs !== null && nowMs - beganAtMs > sendLimitMs) return { how: "unknown", cause: "it is still there" };
    const limitAtMs = world.deadlines.get(server.node.id) ?? null;
    const deadlineMs = limitAtMs === null ? null : limitAtMs + graceMs;
    if (deadlineMs !== null && nowMs >= deadlineMs) return await kill(world, server, leaving, signal);
    await clock.wait(Math.min(LOOK_EVERY_MS, Math.max(1, (deadlineMs ?? nowMs + LOOK_EVERY_MS) - nowMs)), signal);
  }
}

async function kill(world: ServersWorld, server: Server, leaving: OwnerLook, signal: AbortSignal): Promise<End> {
  const killed = await server.owner.kill(leaving.running, signal);
  if (killed.outcome === "refused") return { how: "unknown", cause: killed.reason };
  const sinceMs = world.clock.now();
  while (!signal.aborted && world.clock.now() - sinceMs < KILLED_MS) {
    const look = await world.lookNow(server, signal);
    if (look.ok && hasEnded(look.value, leaving)) {
      return { how: "killed", evidence: killed.outcome === "done" ? killed.evidence : killed.cause };
    }
    await world.clock.wait(LOOK_EVERY_MS / 2, signal);
  }
  return { how: "unknown", cause: "a kill was sent, and it is still there" };
}

/** Another process in its place means that the one that was to leave has ended. */
function hasEnded(now: OwnerLook, leaving: OwnerLook): boolean {
  if (now.state === "gone") return true;
  return now.identity !== null && leaving.identity !== null && now.identity !== leaving.identity;
}

async function howItEnded(
  world: ServersWorld,
  server: Server,
  look: OwnerLook,
  beganAtMs: number,
  words: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const evidence = (await world.service.exitEvidence?.(server.node, beganAtMs, signal)) ?? null;
  const said = evidence === null ? words : `${words}; ${evidence.said}`;
  return ended(world, server, look, said, evidence?.forced === true);
}

/** By force, or not; and whether it was a good end: codes that are clean are configuration (4.1 of the facts on systems). */
function ended(world: ServersWorld, server: Server, look: OwnerLook, words: string, forced: boolean): Outcome {
  const { lastEnd } = look;
  if (lastEnd !== null) world.lastEnds.set(server.node.id, lastEnd);
  else world.lastEnds.delete(server.node.id);
  const said = lastEnd === null ? words : `${words}; ${lastEnd.said}`;
  if (forced || (lastEnd !== null && wasForced(lastEnd))) {
    return { outcome: "done", forced: true, evidence: `${said}: by force, not by itself` };
  }
  const unclean = lastEnd === null ? null : whyUnclean(world.config, lastEnd);
  return { outcome: "done", evidence: unclean === null ? said : `${said}: ${unclean}` };
}

/** 137 is how a shell tells SIGKILL. */
export function wasForced({ signal, exitCode, timedOut }: LastEnd): boolean {
  return signal === "SIGKILL" || exitCode === 137 || timedOut === true;
}

/** Null: it was a good end. */
export function whyUnclean({ cleanExit }: Pick<ServersConfig, "cleanExit">, end: LastEnd): string | null {
  if (wasForced(end)) return "by force, not by itself";
  const { exitCode, signal } = end;
  const isClean = cleanExit.some((clean) => clean === exitCode || clean === signal);
  if (isClean || (exitCode === null && signal === null)) return null;
  return `not a clean end (clean are ${cleanExit.join(", ")})`;
}

/**
 * The console's own clock is what makes it true, and a system that can be told is told. A limit only comes closer: one that
 * would not is refused, and nothing is sent.
 */
export async function shorten(
  world: ServersWorld,
  commandId: string,
  nodeId: NodeId,
  limitMs: number,
  identity: string | null,
  signal: AbortSignal,
): Promise<Outcome> {
  const server = world.server(nodeId);
  if (server === null) return refused(notThere(nodeId));
  const look = await world.lookNow(server, signal);
  if (!look.ok) return unknown(look.why);
  if (look.value.state === "gone") return { outcome: "done", evidence: `${nodeId} has ended: ${look.value.said}` };
  if (isAnother(look.value, identity)) return refused(another(look.value, "is not touched"));
  const before = world.shortened.get(commandId);
  if (before !== undefined) return before;
  const nowMs = world.clock.now();
  const atMs = nowMs + limitMs;
  const known = world.deadlines.get(nodeId) ?? null;
  if (known !== null && atMs >= known) {
    const leftS = Math.max(0, Math.ceil((known - nowMs) / 1000));
    return refused(`its limit is over in ${leftS} s already, and a limit only comes closer: nothing was sent`);
  }
  const outcome = await shortenTo(world, server, limitMs, signal);
  world.deadlines.set(nodeId, atMs);
  world.shortened.set(commandId, outcome);
  return outcome;
}

async function shortenTo(world: ServersWorld, server: Server, limitMs: number, signal: AbortSignal): Promise<Outcome> {
  const words = `killed in ${Math.ceil(limitMs / 1000)} s, unless it leaves before`;
  const told = await world.service.shorten?.(server.node, limitMs, signal);
  if (told === undefined) return { outcome: "done", evidence: words };
  if (told.outcome === "done") return { outcome: "done", evidence: `${told.evidence}; ${words}` };
  const why = told.outcome === "refused" ? told.reason : told.cause;
  return { outcome: "done", evidence: `it could not be told (${why}); ${words}` };
}

/** The very process that was to leave, and no other. */
export async function force(
  world: ServersWorld,
  nodeId: NodeId,
  identity: string | null,
  signal: AbortSignal,
): Promise<Outcome> {
  const server = world.server(nodeId);
  if (server === null) return refused(notThere(nodeId));
  const look = await world.lookNow(server, signal);
  if (!look.ok) return unknown(look.why);
  if (look.value.state === "gone") return { outcome: "done", evidence: `${nodeId} does not run: ${look.value.said}` };
  if (isAnother(look.value, identity)) return refused(another(look.value, "is not killed"));
  const told = await world.service.force?.(server.node, signal);
  const wordMs = told?.outcome === "done" ? WORD_MS : 0;
  const beganAtMs = world.clock.now();
  const end = await killAfter(world, server, look.value, wordMs, signal);
  const who = identityOf(look.value);
  switch (end.how) {
    case "killed":
      return { outcome: "done", forced: true, evidence: `${who} was killed: ${end.evidence}` };
    case "gone": {
      const evidence = (await world.service.exitEvidence?.(server.node, beganAtMs, signal)) ?? null;
      const said = evidence === null ? "" : `; ${evidence.said}`;
      return { outcome: "done", forced: true, evidence: `${who} ended at a word, without a kill${said}` };
    }
    case "unknown":
      return unknown(end.cause);
    default:
      return end satisfies never;
  }
}

async function killAfter(
  world: ServersWorld,
  server: Server,
  leaving: OwnerLook,
  afterMs: number,
  signal: AbortSignal,
): Promise<End> {
  const sinceMs = world.clock.now();
  while (!signal.aborted && world.clock.now() - sinceMs < afterMs) {
    const look = await world.lookNow(server, signal);
    if (look.ok && hasEnded(look.value, leaving)) return { how: "gone", look: look.value };
    await world.clock.wait(LOOK_EVERY_MS / 2, signal);
  }
  return await kill(world, server, leaving, signal);
}

function isAnother({ identity: now }: OwnerLook, identity: string | null): boolean {
  return identity !== null && now !== null && now !== identity;
}

function another(look: OwnerLook, what: string): string {
  return `the process that was to leave is gone; ${identityOf(look)} is another one and ${what}`;
}

function identityOf({ identity, running, said }: OwnerLook): string {
  return running === null ? (identity ?? said) : `pid ${running.pid}`;
}

function refused(reason: string): Outcome {
  return { outcome: "refused", reason };
}

function unknown(cause: string): Outcome {
  return { outcome: "unknown", cause };
}
