import type { Fe } from "./fe.ts";
import type { FeType } from "./role.ts";

/** How long a new leader replays before it serves (0.1 to 0.4 s in the recorded logs). */
const replayMs = 250;

/** Follows the group's elections with the FE's own type, and writes the lines that a real one writes. */
export type TypeChanges = {
  readonly wonElection: () => void;
  readonly following: (leader: string) => void;
  readonly leaderReady: (leader: string) => void;
  readonly lostLeader: () => void;
};

export function typeChanges(fe: () => Fe, became: { leader: () => void; ready: () => void }): TypeChanges {
  const notify = (type: FeType): void =>
    fe().log.warn(
      `${fe().name}(-1)`,
      "StateChangeExecutor.notifyNewFETypeTransfer():63",
      `notify new FE type transfer: ${type}`,
    );
  const transfer = (to: FeType): void => {
    const { role, log } = fe();
    const from = role.type;
    log.info(
      "state-change-executor",
      "StateChangeExecutor.runOneCycle():86",
      `begin to transfer FE type from ${from} to ${to}`,
    );
    if (to === "UNKNOWN" && from !== "INIT")
      log.warn(
        "state-change-executor",
        "GlobalStateMgr.transferToNonLeader():1561",
        `${from} to UNKNOWN, still offer read service`,
      );
    if (to === "LEADER")
      log.info(
        "state-change-executor",
        "GlobalStateMgr.transferToLeader():1353",
        "leader finished to replay journal, can write now.",
      );
    role.type = to;
    log.info(
      "state-change-executor",
      "StateChangeExecutor.runOneCycle():184",
      `finished to transfer FE type from ${from} to ${to}`,
    );
  };
  /** An observer follows, and never votes. */
  const own = (): FeType => fe().store.frontends.get(fe().name)?.role ?? "FOLLOWER";
  return {
    wonElection: () => {
      notify("LEADER");
      if (fe().role.type !== "UNKNOWN") transfer("UNKNOWN");
      fe().role.ready = false;
      setTimeout(() => {
        if (!fe().group.isLeading) return;
        transfer("LEADER");
        fe().role.forwardTo = fe().name;
        fe().role.ready = true;
        fe().group.setReady();
        fe().role.leadsSinceMs = fe().nowMs();
        became.leader();
        became.ready();
      }, replayMs);
    },
    following: () => {
      notify(own());
      if (fe().role.type === "INIT") transfer("UNKNOWN");
    },
    leaderReady: (leader) => {
      if (fe().role.type !== own()) transfer(own());
      fe().role.forwardTo = leader;
      fe().role.ready = true;
      became.ready();
    },
    lostLeader: () => {
      notify("UNKNOWN");
      if (fe().role.type === own()) transfer("UNKNOWN");
    },
  };
}
