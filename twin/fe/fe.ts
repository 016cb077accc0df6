import { errorAnswer, okAnswer, type Answer } from "#twin/mysql/answers.ts";
import type { Blacklist } from "./blacklist.ts";
import type { Counters } from "./counters.ts";
import type { FeLog } from "./fe-log.ts";
import type { Group } from "./group/group.ts";
import type { FeHome } from "./home.ts";
import type { Live } from "./live.ts";
import type { Transactions } from "./loads/transactions.ts";
import type { Profile } from "./profile.ts";
import type { RunningQueries } from "./query/running.ts";
import type { Role } from "./role.ts";
import type { RuntimeConfig } from "./runtime-config.ts";
import type { Sessions } from "./session.ts";
import type { FrontendRecord } from "./store/records.ts";
import type { Change, Store } from "./store/store.ts";

/** Everything that one FE process is; main puts it together, statements and HTTP actions read it. */
export type Fe = {
  readonly name: string;
  readonly host: string;
  readonly version: string;
  readonly ports: { readonly http: number; readonly query: number; readonly rpc: number; readonly editLog: number };
  readonly profile: Profile;
  readonly home: FeHome;
  readonly log: FeLog;
  readonly config: RuntimeConfig;
  readonly store: Store;
  readonly group: Group;
  readonly role: Role;
  readonly live: Live;
  readonly backendBlacklist: Blacklist;
  readonly computeBlacklist: Blacklist;
  readonly sessions: Sessions;
  readonly queries: RunningQueries;
  readonly counters: Counters;
  readonly transactions: Transactions;
  readonly nowMs: () => number;
};

/** The answer to a statement that is done when the journal has it. */
export async function written(fe: Fe, changes: readonly Change[]): Promise<Answer> {
  if (await fe.group.append(changes)) return okAnswer();
  return errorAnswer(1064, "failed to write the journal: no majority of the frontends took it");
}

export function self(fe: Fe): FrontendRecord | null {
  return fe.store.frontends.get(fe.name) ?? null;
}

export function others(fe: Fe): readonly FrontendRecord[] {
  return [...fe.store.frontends.values()].filter((each) => each.name !== fe.name);
}

/** The next `count` ids of tables, tablets, nodes and jobs, with the change that reserves them. */
export function newIds(fe: Fe, count: number): { readonly first: number; readonly change: Change } {
  const about = fe.store.about;
  if (about === null) throw new Error("a cluster that does not exist yet gives no ids");
  return {
    first: about.nextId,
    change: { table: "cluster", key: "cluster", record: { ...about, nextId: about.nextId + count } },
  };
}
