import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFeCluster, type FeCluster } from "./testing/cluster.ts";
import { recordedTimeline } from "./testing/recorded.ts";

/**
 * The order of changes, held against what was recorded, with heartbeats of one second instead of five and exits that
 * take three instead of fifteen. Each act leaves the cluster whole for the next.
 */
let cluster: FeCluster;

beforeAll(async () => {
  const conf = ["heartbeat_timeout_second = 1", "min_graceful_exit_time_second = 3"];
  cluster = await startFeCluster(conf, ["4.0.7", "4.0.7", "4.0.7"]);
}, 120_000);

afterAll(async () => {
  await cluster.stop();
});

type Change = Readonly<Record<string, string>>;

/** TabletNum moved in the recordings because of internal statistics; times are not compared. */
const untold = new Set(["TabletNum", "LastStartTime", "StartTime"]);
const told = (change: Change): Change =>
  Object.fromEntries(Object.entries(change).filter(([name]) => !untold.has(name)));

/** What changed in one row after the act, in its order; changes that only move what is not told are named by it. */
function recordedChanges(timeline: string, statement: string, row: string, asked: string): readonly Change[] {
  return recordedTimeline(timeline)
    .filter((entry) => entry.t > 0 && entry.what === statement && entry.asked === asked)
    .flatMap((entry) => {
      const change = told(entry.changed?.[row] ?? {});
      return Object.keys(change).length === 0 ? [] : [change];
    });
}

/** Polls a row and notes its changes until one holds. */
async function watched(
  fe: number,
  statement: string,
  host: string,
  columns: readonly string[],
  done: (row: ReadonlyMap<string, string | null>) => boolean,
): Promise<readonly Change[]> {
  const changes: Change[] = [];
  let before: ReadonlyMap<string, string | null> | null = null;
  await cluster.until(`${statement} to show ${host} as awaited`, async () => {
    const row = (await cluster.rows(fe, statement)).find((each) => each.get("IP") === host);
    if (row === undefined) return false;
    const change = Object.fromEntries(
      columns
        .filter((name) => before !== null && before.get(name) !== row.get(name))
        .map((name) => [name, row.get(name) ?? ""]),
    );
    if (Object.keys(change).length > 0) changes.push(change);
    before = row;
    return done(row);
  });
  return changes;
}

const nodeColumns = ["Alive", "StatusCode", "ErrMsg", "Version"];
const nodeChanges = (host: string, status: string): Promise<readonly Change[]> =>
  watched(1, "SHOW BACKENDS", host, nodeColumns, (row) => row.get("StatusCode") === status);

function health(fe: number): Promise<{ readonly status: number; readonly body: string } | null> {
  return new Promise((resolve) => {
    request({ host: cluster.fe(fe).host, port: 8030, path: "/api/health", agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on("error", () => resolve(null))
      .end();
  });
}

const online = (count: number): string => `{"online_backend_num":${count},"total_backend_num":4,"status":"OK"}`;

async function everyHealth(body: string): Promise<void> {
  await cluster.until(`/api/health of every FE to be ${body}`, async () => {
    const all = await Promise.all([1, 2, 3].map(health));
    return all.every((each) => each?.body === body);
  });
}

async function allAlive(): Promise<void> {
  await cluster.until("everything to be alive", async () => {
    const rows = [...(await cluster.rows(1, "SHOW BACKENDS")), ...(await cluster.rows(1, "SHOW FRONTENDS"))];
    return rows.length === 7 && rows.every((row) => row.get("Alive") === "true");
  });
}

describe("a backend", () => {
  it("that is killed stays Alive until the fourth miss, then is DISCONNECTED, and every FE counts it out", async () => {
    const backend = cluster.backend(4);
    await backend.die();
    expect(await nodeChanges(backend.host, "DISCONNECTED")).toEqual(
      recordedChanges("be-killed", "SHOW BACKENDS", "192.0.2.14", "192.0.2.1"),
    );
    await everyHealth(online(3));
  });

  it("that is started again is OK at the next heartbeat, with a new LastStartTime", async () => {
    const backend = cluster.backend(4);
    const before = await lastStart(backend.host);
    await backend.start();
    expect(await nodeChanges(backend.host, "OK")).toEqual(
      recordedChanges("be-started-again", "SHOW BACKENDS", "192.0.2.14", "192.0.2.1"),
    );
    expect(await lastStart(backend.host)).not.toBe(before);
    await everyHealth(online(4));
  });

  it("[S0-3] [S0-24] that exits with work is SHUTDOWN and counted out at once, and DISCONNECTED only after it is gone", async () => {
    const backend = cluster.backend(2);
    backend.beginExit();
    const first = await nodeChanges(backend.host, "SHUTDOWN");
    await everyHealth(online(3));
    await backend.die();
    const then = await nodeChanges(backend.host, "DISCONNECTED");
    expect([...first, ...then]).toEqual(
      recordedChanges("be-graceful-with-work", "SHOW BACKENDS", "192.0.2.12", "192.0.2.1"),
    );
    await backend.start();
    await allAlive();
  });

  it("that left before any heartbeat told is never SHUTDOWN", async () => {
    const backend = cluster.backend(3);
    await backend.die();
    expect(await nodeChanges(backend.host, "DISCONNECTED")).toEqual(
      recordedChanges("be-graceful-idle-never-told", "SHOW BACKENDS", "192.0.2.13", "192.0.2.1"),
    );
    await backend.start();
    await allAlive();
  });

  it("that was restarted between two heartbeats shows it by LastStartTime alone", async () => {
    const backend = cluster.backend(1);
    const before = await lastStart(backend.host);
    await backend.die();
    await backend.start();
    const changes = await watched(
      1,
      "SHOW BACKENDS",
      backend.host,
      nodeColumns,
      (row) => row.get("LastStartTime") !== before,
    );
    expect(changes).toEqual(recordedChanges("be-fast-restart", "SHOW BACKENDS", "192.0.2.11", "192.0.2.1"));
    expect(changes).toEqual([]);
  });

  it("that hangs looks healthy until its fourth time-out", async () => {
    const backend = cluster.backend(1);
    await backend.hang();
    const [first] = recordedChanges("be-hung", "SHOW BACKENDS", "192.0.2.11", "192.0.2.1");
    expect(await nodeChanges(backend.host, "DISCONNECTED")).toEqual([first]);
    await backend.die();
    await backend.start();
    await allAlive();
  });
});

async function lastStart(host: string): Promise<string | null> {
  const row = (await cluster.rows(1, "SHOW BACKENDS")).find((each) => each.get("IP") === host);
  return row?.get("LastStartTime") ?? null;
}

const frontendColumns = ["Role", "Join", "Alive", "ErrMsg"];
const roles = async (fe: number): Promise<readonly (string | null)[]> =>
  (await cluster.rows(fe, "SHOW FRONTENDS")).map((row) => row.get("Role") ?? null);

/** The number of the FE that leads, as `fe` sees it. */
async function leaderSeenBy(fe: number): Promise<number | null> {
  const row = (await cluster.rows(fe, "SHOW FRONTENDS")).find((each) => each.get("Role") === "LEADER");
  const index = cluster.frontends.findIndex((each) => each.host === row?.get("IP"));
  return index === -1 ? null : index + 1;
}

async function restart(fe: number): Promise<void> {
  cluster.spawnFrontend(fe);
  await cluster.serves(fe);
  await allAlive();
}

/** An FE that neither leads nor is `not`. */
async function bystander(not: number): Promise<number> {
  const leader = await leaderSeenBy(not === 1 ? 2 : 1);
  const found = [1, 2, 3].find((fe) => fe !== not && fe !== leader);
  if (found === undefined) throw new Error("there is no third FE");
  return found;
}

describe("a follower that exits gracefully", () => {
  it("says 500, answers one statement a connection, ends with 0 after its time, and is dead to the others after four misses", async () => {
    const fe = cluster.fe(3);
    fe.process?.kill("SIGUSR1");
    await cluster.until("/api/health to say 500", async () => (await health(3))?.status === 500);
    expect((await health(3))?.body).toBe("");
    expect((await cluster.ask(3, "SHOW FRONTENDS")).kind).toBe("rows");
    const changes = watched(1, "SHOW FRONTENDS", fe.host, frontendColumns, (row) => row.get("Alive") === "false");
    expect(await fe.ended).toBe(0);
    expect(await changes).toEqual(recordedChanges("fe-follower-graceful", "SHOW FRONTENDS", "192.0.2.3", "192.0.2.1"));
    expect(cluster.log(3)).toContain("start to handle graceful exit");
    expect(cluster.log(3)).toContain("handle graceful exit successfully");
    const row = (await cluster.rows(1, "SHOW FRONTENDS")).find((each) => each.get("IP") === fe.host);
    expect(row?.get("StartTime")).toBe("NULL");
  });

  it("with two of three alive ends at once with 255 and says why in its log", async () => {
    const fe = cluster.fe(2);
    fe.process?.kill("SIGUSR1");
    expect(await fe.ended).toBe(255);
    expect(cluster.log(2)).toContain("cannot match graceful exit condition, and can only exit forcefully.");
    cluster.spawnFrontend(2);
    cluster.spawnFrontend(3);
    await cluster.serves(2);
    await cluster.serves(3);
    await allAlive();
  });

  it("that is started again is alive to all with its old name and a new StartTime", async () => {
    const rows = await cluster.rows(3, "SHOW FRONTENDS");
    expect(rows.map((row) => [row.get("Alive"), row.get("Join"), row.get("ErrMsg")])).toEqual(
      Array.from({ length: 3 }, () => ["true", "true", ""]),
    );
  });
});

describe("a leader that exits gracefully", () => {
  it("[S0-8] has no leader for a moment, hands over, answers not ready and forwards until it is gone", async () => {
    const old = (await leaderSeenBy(1)) ?? 0;
    const fe = cluster.fe(old);
    const asked = await bystander(old);
    const watchedRow = watched(
      asked,
      "SHOW FRONTENDS",
      fe.host,
      frontendColumns,
      (row) => row.get("Alive") === "false",
    );
    await cluster.until("the watch to have seen a leader", async () => (await roles(asked)).includes("LEADER"));
    fe.process?.kill("SIGUSR1");
    await cluster.until("another to lead", async () => {
      const leader = await leaderSeenBy(asked);
      return leader !== null && leader !== old;
    });
    await cluster.until("a write by way of the new leader", async () => {
      return (await cluster.ask(asked, "CREATE DATABASE handed_over")).kind !== "error";
    });
    expect(await fe.ended).toBe(0);
    // The old leader's row: it is a FOLLOWER that has not joined, has joined, is dead. Role and Join change in one look or in two.
    expect(flat(await watchedRow)).toEqual(
      flat(recordedChanges("fe-leader-graceful", "SHOW FRONTENDS", "192.0.2.1", "192.0.2.2")),
    );
    const order = [
      "start to handle graceful exit",
      "start to transfer leader",
      "leader is transferred to",
      "handle graceful exit successfully",
    ];
    const places = order.map((line) => cluster.log(old).lastIndexOf(line));
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
    expect(places.every((place) => place >= 0)).toBe(true);
    await restart(old);
    expect(await leaderSeenBy(old)).not.toBe(old);
  });
});

/** Column by column, for two columns may change in one look or in two. ErrMsg is "not ready" or "Connection refused", by the beat. */
function flat(changes: readonly Change[]): Readonly<Record<string, readonly string[]>> {
  const byColumn: Record<string, string[]> = {};
  for (const change of changes)
    for (const [name, value] of Object.entries(change)) {
      if (name === "ErrMsg") continue;
      byColumn[name] = [...(byColumn[name] ?? []), value];
    }
  return byColumn;
}

describe("a leader that is killed", () => {
  it("leaves the others with errors of forwarding, then a new leader, and is shown alive until the fourth miss", async () => {
    const old = (await leaderSeenBy(1)) ?? 0;
    const fe = cluster.fe(old);
    const asked = await bystander(old);
    fe.process?.kill("SIGKILL");
    await fe.ended;
    const seen = await cluster.ask(asked, "SHOW FRONTENDS");
    const errors = recordedTimeline("fe-leader-killed").flatMap((entry) =>
      entry.error?.[0] === 1064 ? [entry.error[1]] : [],
    );
    expect(seen.kind === "error" && seen.code).toBe(1064);
    expect(errors).toContain(seen.kind === "error" ? seen.message : "");
    const changes = watched(asked, "SHOW FRONTENDS", fe.host, frontendColumns, (row) => row.get("Alive") === "false");
    await cluster.until("another to lead", async () => (await leaderSeenBy(asked)) !== null);
    const row = (await cluster.rows(asked, "SHOW FRONTENDS")).find((each) => each.get("IP") === fe.host);
    expect([row?.get("Role"), row?.get("Alive"), row?.get("Join")]).toEqual(["FOLLOWER", "true", "true"]);
    expect(await changes).toEqual([{ Alive: "false", ErrMsg: "Connection refused" }]);
    await restart(old);
  });
});

describe("without a majority", () => {
  it("the leader refuses to write, and goes on when one is back", async () => {
    const leader = (await leaderSeenBy(1)) ?? 0;
    const followers = [1, 2, 3].filter((fe) => fe !== leader);
    for (const fe of followers) cluster.fe(fe).process?.kill("SIGKILL");
    for (const fe of followers) await cluster.fe(fe).ended;
    const refused = await cluster.ask(leader, "CREATE DATABASE nowhere");
    expect(refused).toMatchObject({ kind: "error", code: 1064 });
    for (const fe of followers) cluster.spawnFrontend(fe);
    for (const fe of followers) await cluster.serves(fe);
    await cluster.must(leader, "CREATE DATABASE somewhere");
    expect((await cluster.rows(followers[0] ?? 0, "SHOW DATABASES")).map((row) => row.get("Database"))).toContain(
      "somewhere",
    );
  });
});

describe("a restart", () => {
  it("keeps what is in the journal and loses blacklist and set configuration", async () => {
    const leader = (await leaderSeenBy(1)) ?? 0;
    const fe = [1, 2, 3].find((each) => each !== leader) ?? 0;
    await cluster.must(fe, 'ADMIN SET FRONTEND CONFIG ("disable_balance" = "true")');
    await cluster.must(fe, "ADD BACKEND BLACKLIST 10001");
    cluster.fe(fe).process?.kill("SIGTERM");
    expect(await cluster.fe(fe).ended).toBe(143);
    await restart(fe);
    expect(await cluster.rows(fe, "SHOW BACKEND BLACKLIST")).toEqual([]);
    const value = async (of: number): Promise<string | null | undefined> =>
      (await cluster.rows(of, "ADMIN SHOW FRONTEND CONFIG LIKE 'disable_balance'"))[0]?.get("Value");
    expect([await value(fe), await value(leader)]).toEqual(["false", "true"]);
    expect((await cluster.rows(fe, "SHOW DATABASES")).map((row) => row.get("Database"))).toContain("somewhere");
  });
});
