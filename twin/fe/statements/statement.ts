import type { Answer } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import type { Profile } from "../profile.ts";
import type { Session } from "../session.ts";

export type SystemPrivilege = "OPERATE" | "NODE" | "BLACKLIST" | "GRANT" | "REPOSITORY";

export type Context = {
  readonly fe: Fe;
  readonly session: Session;
  readonly sql: string;
  readonly queryId: string;
};

export type Statement = {
  readonly pattern: RegExp;
  /** Who answers: this FE, the leader, or the leader where the session asked for it. */
  readonly answeredBy: "here" | "leader";
  /** One of these on SYSTEM; none means that anyone may. */
  readonly needs: readonly SystemPrivilege[];
  readonly run: (context: Context, match: RegExpExecArray) => Answer | Promise<Answer>;
  readonly knownTo?: (profile: Profile) => boolean;
};
