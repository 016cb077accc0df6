import { randomInt, randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { FeLog } from "./fe-log.ts";
import { ask, helloSchema, type Hello } from "./group/wire.ts";
import type { FeHome } from "./home.ts";
import { newFrontend } from "./statements/new-records.ts";
import type { JournalFile } from "./store/journal-file.ts";
import type { FrontendRecord } from "./store/records.ts";
import { put, type Store } from "./store/store.ts";

const identitySchema = z.object({ name: z.string() });

export type Place = { readonly host: string; readonly editLogPort: number };

/** Finds out who this FE is: from `meta`, from a helper that knows it, or as the first of a new cluster. */
export async function identify(
  home: FeHome,
  place: Place,
  helper: Place | null,
  rootPassword: string,
  store: Store,
  journal: JournalFile,
  log: FeLog,
): Promise<string> {
  const file = home.meta("identity.json");
  if (existsSync(file)) {
    journal.load(store);
    return identitySchema.parse(JSON.parse(readFileSync(file, "utf8"))).name;
  }
  const name =
    helper === null ? firstOfCluster(place, rootPassword, store, journal) : await joined(place, helper, store, log);
  writeFileSync(file, JSON.stringify({ name }));
  return name;
}

/** FE ids begin at 2 and all others at 10001, as on the real one. */
function firstOfCluster(place: Place, rootPassword: string, store: Store, journal: JournalFile): string {
  const frontend: FrontendRecord = {
    ...newFrontend(2, place.host, place.editLogPort, "FOLLOWER", Date.now()),
    joined: true,
    alive: true,
  };
  const about = {
    clusterId: randomInt(100_000_000, 2_000_000_000),
    token: randomUUID(),
    nextId: 10001,
    nextFrontendId: 3,
    nextTransactionId: 1,
  };
  const root = {
    name: "root",
    password: rootPassword,
    systemPrivileges: [],
    roles: ["root"],
    defaultRoles: ["root"],
    tablePrivileges: [],
  };
  store.apply([
    put("cluster", "cluster", about),
    put("frontends", frontend.name, frontend),
    put("users", "root", root),
    put("databases", "information_schema", { id: 1, name: "information_schema" }),
    put("databases", "sys", { id: 100, name: "sys" }),
    put("databases", "_statistics_", { id: 101, name: "_statistics_" }),
  ]);
  journal.writeImage({ id: 1, term: 0, changes: [...store.dump()] });
  return frontend.name;
}

/** Waits until ALTER SYSTEM ADD FOLLOWER has named this FE, as a real one does. */
async function joined(place: Place, helper: Place, store: Store, log: FeLog): Promise<string> {
  for (;;) {
    const question = { ask: "hello", host: place.host, port: place.editLogPort } as const;
    const answer = await ask({ host: helper.host, port: helper.editLogPort }, place.host, question, helloSchema, 2000);
    if (answer !== null && answer.member !== null) {
      seedPeers(store, answer, answer.member);
      return answer.member.name;
    }
    log.info(
      "UNKNOWN|1",
      "NodeMgr.getFeNodeTypeAndNameFromHelpers()",
      "current node is not added to the group. please add it first.",
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Just enough to find the leader, which sends everything else. */
function seedPeers(store: Store, hello: Hello, member: FrontendRecord): void {
  store.apply([
    put("frontends", member.name, member),
    ...hello.others.map((peer) =>
      put("frontends", peer.name, { ...newFrontend(0, peer.host, peer.port, "FOLLOWER", 0), name: peer.name }),
    ),
  ]);
}
