import { describe, expect, it } from "vitest";
import type { Work } from "#lib/cluster/observation.ts";
import type { PlanRequest } from "#server/orchestrator/ports.ts";
import { whyUnclean, wasForced } from "./exit.ts";
import { endOf } from "./owners/signal.ts";
import { watcherOf } from "./owners/watcher.ts";
import { choose, skipsOf, type Found } from "./plan.ts";
import { workOf } from "./read.ts";
import { runningRelease } from "./releases.ts";
import { restartOf } from "./testing/plans.ts";

const WORK: Work = { inFlight: [{ kind: "requests", count: 0 }], willBeCut: [], notCollected: 0, asOfMs: 0 };

type Shape = {
  readonly id?: string;
  readonly version?: string | null;
  readonly routed?: boolean;
  readonly isUp?: boolean;
  readonly work?: Work | null;
};

/** As much of a server as a plan looks at. */
function found({ id = "app-1", version = "1.0.0", routed = true, isUp = true, work = WORK }: Shape): Found {
  const server = { node: { id }, routes: routed ? [{ name: "front" }] : [] };
  return JSON.parse(JSON.stringify({ server, isUp, version, work, rank: 0 }));
}

const upgrade = (targetVersion: string | null): PlanRequest => ({ ...restartOf(), kind: "upgrade", targetVersion });

describe("which nodes are steps", () => {
  it("leaves out what runs the version already, and refuses the wrong way and no way at all", () => {
    const nodes = [found({}), found({ id: "app-2", version: "1.1.0" })];
    expect(choose(nodes, upgrade("1.1.0"))).toMatchObject({
      ok: true,
      value: {
        steps: [{ server: { node: { id: "app-1" } } }],
        leftOut: [{ nodeId: "app-2", reason: "already on 1.1.0" }],
      },
    });
    expect(choose(nodes, upgrade("1.0.0"))).toMatchObject({
      ok: false,
      why: "app-2 runs 1.1.0, which is newer than 1.0.0",
    });
    expect(choose([found({})], upgrade("1.0.0"))).toMatchObject({
      ok: false,
      why: "every chosen node runs 1.0.0 already",
    });
    expect(choose(nodes, { ...upgrade("1.0.5"), kind: "downgrade" })).toMatchObject({ ok: false });
    expect(choose(nodes, upgrade(null))).toMatchObject({ ok: false });
    expect(choose(nodes, restartOf("app-9"))).toMatchObject({ ok: false, why: "app-9 is not in the configuration" });
  });

  it("lets versions that are no numbers, such as commits, go either way", () => {
    expect(choose([found({ version: "9f3c" })], upgrade("2ab1"))).toMatchObject({ ok: true });
  });
});

describe("which phases are left out", () => {
  it("none, where a router stands in front and the work is counted", () => {
    expect(skipsOf(found({}), upgrade("1.1.0"), {})).toEqual({});
  });

  it("isolate and drain without a router; the drain where nobody counts", () => {
    expect(Object.keys(skipsOf(found({ routed: false }), upgrade("1.1.0"), {}))).toEqual([
      "isolate",
      "drain",
      "readmit",
    ]);
    expect(skipsOf(found({ work: null }), upgrade("1.1.0"), {}).drain).toMatch(/cannot be counted/);
    const blind = { ...WORK, inFlight: [{ kind: "requests", count: null }] };
    expect(Object.keys(skipsOf(found({ work: blind }), upgrade("1.1.0"), {}))).toEqual(["drain"]);
  });

  it("what the plan asks for, and what the system itself cannot do", () => {
    expect(skipsOf(found({}), { ...upgrade("1.1.0"), isolate: false }, {}).isolate).toMatch(/switched off/);
    const inside = { ...upgrade("1.1.0"), policy: { ...upgrade("").policy, drain: "inside" } } as const;
    expect(skipsOf(found({}), inside, {}).drain).toMatch(/inside the exit/);
    expect(skipsOf(found({}), upgrade("1.1.0"), { verify: "it tells nothing" }).verify).toBe("it tells nothing");
    expect(skipsOf(found({ isUp: false }), upgrade("1.1.0"), {}).isolate).toBe("it is down already");
  });
});

describe("work", () => {
  const service = { service: { work: { one: "request", many: "requests" } } };
  const count = (own: number | null, sessions: number | null): number | null | undefined => {
    const look = { work: { inFlight: [{ kind: "requests", count: own }], willBeCut: [] } };
    return workOf(JSON.parse(JSON.stringify(service)), look, [{ sessions, queued: 1 }], 0)?.inFlight[0]?.count;
  };

  it("is the greater of the node's own count and its router's, and what only one tells", () => {
    expect([count(0, 4), count(9, 4), count(null, 4), count(3, null), count(null, null)]).toEqual([5, 9, 5, 3, null]);
  });

  it("is the router's where the node counts nothing, and unknown where nobody does", () => {
    const world = JSON.parse(JSON.stringify(service));
    expect(workOf(world, { work: null }, [{ sessions: 2, queued: null }], 0)?.inFlight).toEqual([
      { kind: "requests", count: 2 },
    ]);
    expect(workOf(world, { work: null }, [], 0)).toBeNull();
    expect(workOf(world, { work: null }, [{ sessions: null, queued: null }], 0)).toBeNull();
  });
});

describe("an end", () => {
  const clean = { cleanExit: [0, 143, "SIGTERM" as const] };

  it("[S1-2] is clean by what is configured: 0, 143, killed by TERM", () => {
    expect([endOf(0), endOf(143)].map((end) => whyUnclean(clean, end))).toEqual([null, null]);
    expect(whyUnclean(clean, { exitCode: null, signal: "SIGTERM", timedOut: false, said: "" })).toBeNull();
    expect(whyUnclean(clean, endOf(1))).toMatch(/not a clean end/);
    expect(whyUnclean({ cleanExit: [0, 3] }, endOf(3))).toBeNull();
  });

  it("[S1-5] by SIGKILL or 137 is forced, whatever is configured", () => {
    expect(wasForced(endOf(137))).toBe(true);
    expect(whyUnclean({ cleanExit: [137] }, endOf(137))).toMatch(/by force/);
    expect(wasForced({ exitCode: 0, signal: null, timedOut: true, said: "" })).toBe(true);
    expect(wasForced(endOf(143))).toBe(false);
  });
});

describe("what the kernel tells of a process", () => {
  it("names who else watches it", () => {
    const cgroup = "0::/system.slice/shop-1.service";
    expect(watcherOf({ cgroup, parentArgs: "/sbin/init" })).toBe("systemd, as shop-1.service");
    expect(watcherOf({ cgroup: "0::/user.slice/user-0.slice/session-4.scope", parentArgs: "sh" })).toBeNull();
    expect(watcherOf({ cgroup: "0::/system.slice/ssh.service", parentArgs: "sshd" })).toBeNull();
    expect(watcherOf({ cgroup, parentArgs: "PM2 v7.0.4: God Daemon (/root/.pm2) " })).toMatch(/^PM2/);
  });

  it("shows which release it runs, by the folder that it runs in", () => {
    const install = { strategy: "symlink", releases: "/srv/releases", link: "current" } as const;
    expect(runningRelease(install, "/srv/releases/1.1.0/bin")).toBe("1.1.0");
    expect(runningRelease(install, "/srv/releases-old/1.1.0")).toBeNull();
    expect(runningRelease(install, null)).toBeNull();
    expect(runningRelease(undefined, "/srv/releases/1.1.0")).toBeNull();
  });
});
