import { self, type Fe } from "./fe.ts";
import { isSharedData } from "./warehouses.ts";

const thread = "graceful-exit";
const handler = "StarRocksFEServer.lambda$handleGracefulExit$0()";
/** Closing the group's environment took 1.8 s (log-leader-graceful.txt); until then the old leader answers as one. */
const closeGroupMs = 1700;

export type ExitHow = {
  readonly code: number;
  readonly how: "graceful" | "time up" | "forcibly";
  readonly left: number;
};

/** SIGUSR1 (facts, 4.1). Says how the process has to end; the caller ends it. */
export async function gracefulExit(fe: Fe): Promise<ExitHow> {
  if (!mayLeave(fe)) {
    fe.log.info(
      thread,
      `${handler}:250`,
      "The current number of FEs that are alive cannot match graceful exit condition, and can only exit forcefully.",
    );
    return { code: 255, how: "forcibly", left: fe.sessions.size };
  }
  const beganMs = performance.now();
  fe.log.info(thread, `${handler}:228`, "start to handle graceful exit");
  fe.role.exiting = true;
  if (fe.role.type === "LEADER" && fe.profile.transfersLeader) await transferLeader(fe, beganMs);
  return drain(fe, beganMs);
}

/** (Alive followers, the leader among them) - 1 must still be a majority: three voters, all alive. */
function mayLeave(fe: Fe): boolean {
  const voters = [...fe.store.frontends.values()].filter((each) => each.role === "FOLLOWER");
  const alive = voters.filter((each) => each.alive || each.name === self(fe)?.name).length;
  return alive - 1 >= Math.floor(voters.length / 2) + 1;
}

async function transferLeader(fe: Fe, beganMs: number): Promise<void> {
  const { log } = fe;
  log.info(thread, "StarRocksFEServer.transferLeader():273", "start to transfer leader");
  log.info(thread, "BDBEnvironment.close():518", "start to close epoch database");
  log.info(thread, "BDBEnvironment.close():527", "close epoch database end");
  log.info(thread, "BDBEnvironment.close():529", "start to close replicated environment");
  fe.group.leave();
  fe.transactions.forget();
  const closedMs = beganMs + closeGroupMs;
  const stuck = isSharedData(fe) && !fe.profile.closesStarManager;
  const done = (): boolean => !stuck && performance.now() >= closedMs && fe.group.successorReady;
  while (!done() && !isOver(fe, beganMs)) await pause(50);
  log.info(thread, "BDBEnvironment.close():539", "close replicated environment end");
  fe.role.type = "UNKNOWN";
  fe.role.ready = false;
  fe.role.forwardTo = fe.group.leader;
  const successor = fe.store.frontends.get(fe.group.leader ?? "");
  if (successor !== undefined)
    log.info(
      thread,
      "StarRocksFEServer.transferLeader():307",
      `leader is transferred to /${successor.host}:${successor.editLogPort}`,
    );
}

const isOver = (fe: Fe, beganMs: number): boolean =>
  performance.now() - beganMs > 1000 * fe.config.number("max_graceful_exit_time_second");

async function drain(fe: Fe, beganMs: number): Promise<ExitHow> {
  const leastMs = 1000 * fe.config.number("min_graceful_exit_time_second");
  for (;;) {
    closeIdle(fe);
    const connections = fe.sessions.size;
    if (connections === 0 && performance.now() - beganMs >= leastMs) {
      fe.log.info(thread, `${handler}:247`, "handle graceful exit successfully");
      return { code: 0, how: "graceful", left: 0 };
    }
    if (connections > 0)
      fe.log.info(thread, "StarRocksFEServer.waitForDraining():351", `waiting for ${connections} connections to drain`);
    if (isOver(fe, beganMs)) {
      fe.log.warn(thread, handler, "graceful exit timeout");
      return { code: 255, how: "time up", left: connections };
    }
    const untilLeast = beganMs + leastMs - performance.now();
    await pause(untilLeast > 0 ? Math.min(1000, untilLeast) : 1000);
  }
}

/** Idle for a second, and at least one statement done: one that never asked anything holds the drain to its end. */
function closeIdle(fe: Fe): void {
  for (const session of fe.sessions.all()) {
    const idle = session.command === "Sleep" && session.statements > 0 && fe.nowMs() - session.sinceMs > 1000;
    if (idle) session.close?.();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
