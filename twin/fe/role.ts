/**
 * What this FE is to its cluster. The group elects first; the FE's own type follows a moment later, when the journal is
 * replayed, and until then it answers as what it was (log-leader-graceful.txt).
 */
export type FeType = "INIT" | "UNKNOWN" | "FOLLOWER" | "OBSERVER" | "LEADER";

export class Role {
  type: FeType = "INIT";
  /** `/api/bootstrap` says OK. */
  ready = false;
  /** The FE that statements for the leader are sent to; a dead leader stays here until the next one serves. */
  forwardTo: string | null = null;
  exiting = false;
  startedMs = 0;
  leadsSinceMs = 0;

  get leads(): boolean {
    return this.type === "LEADER" && this.ready;
  }
}
