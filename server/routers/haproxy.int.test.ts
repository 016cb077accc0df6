/** What is HAProxy's own: checks that go on while it drains, reloads that forget, sessions that are cut. */
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { answersOf, rowOf } from "./router.contract.ts";
import type { Router } from "./router.ts";
import { askSocket, whatHaproxyLacks, type Haproxy } from "./testing/haproxy.ts";
import { until } from "#server/testing/ports.ts";
import { routerFor, withHaproxy } from "./testing/under-test.ts";
import { press, whatWrkLacks } from "./testing/wrk.ts";

const lacks = whatHaproxyLacks();
const signal = new AbortController().signal;
const servers = { one: "web/one", other: "web/other" };

const routerTo = ({ socket, configFile }: Haproxy, sent: string[] = []): Router =>
  routerFor({ name: "lb", kind: "haproxy", socket, configFile, servers }, sent);

const isIn = async (router: Router, server: string): Promise<boolean> => (await rowOf(router, server)).route === "in";

describe.skipIf(lacks !== null)(`HAProxy${lacks === null ? "" : `: ${lacks}`}`, () => {
  it("a server that is let in before it is well gets nothing: its checks went on, and are waited for", async () => {
    await withHaproxy({}, async ({ haproxy, one }) => {
      const sent: string[] = [];
      const router = routerTo(haproxy, sent);
      await router.takeOut("web/one", signal);
      await one.stop();
      await until("its checks see it down", async () => (await rowOf(router, "web/one")).word === "DRAIN (DOWN)");
      expect(await rowOf(router, "web/one")).toMatchObject({ route: "out", setOut: true, healthy: false });

      const letIn = router.letIn("web/one", signal);
      expect([...(await answersOf(`http://127.0.0.1:${haproxy.port}/`))]).toEqual(["other"]);
      expect(sent).toEqual(["set server web/one state drain"]);
      await one.start();
      expect(await letIn).toEqual({
        outcome: "done",
        evidence: expect.stringMatching(/^lb: set server web\/one state ready, read back as UP, L7OK 200/),
      });
    });
  });

  const noWrk = whatWrkLacks();
  it.skipIf(noWrk !== null)(
    `[S4-14] servers that are taken out, stopped, started and let in one after the other fail no request of kept connections at full speed${noWrk === null ? "" : `: ${noWrk}`}`,
    async () => {
      await withHaproxy({}, async ({ haproxy, one, other }) => {
        const router = routerTo(haproxy);
        const pressed = press(`http://127.0.0.1:${haproxy.port}/`, 6);
        for (const [name, web] of [["web/one", one] as const, ["web/other", other] as const]) {
          expect(await router.takeOut(name, signal)).toMatchObject({ outcome: "done" });
          await until("nothing of it is left", async () => (await rowOf(router, name)).sessions === 0);
          await web.stop();
          await web.start();
          expect(await router.letIn(name, signal)).toMatchObject({ outcome: "done" });
        }
        const { requests, non2xx, errors } = await pressed;
        expect({ non2xx, errors }).toEqual({ non2xx: 0, errors: 0 });
        expect(requests).toBeGreaterThan(1000);
      });
    },
    30_000,
  );

  it("a server in maintenance is somebody else's: it is left so, and never made ready from there (UP 1/3 at once)", async () => {
    await withHaproxy({}, async ({ haproxy }) => {
      const sent: string[] = [];
      const router = routerTo(haproxy, sent);
      await askSocket(haproxy.socket, "set server web/one state maint");
      expect(await rowOf(router, "web/one")).toMatchObject({
        route: "out",
        setOut: true,
        word: "MAINT",
        healthy: null,
      });
      expect(await router.letIn("web/one", signal)).toMatchObject({ outcome: "refused" });
      expect(await router.takeOut("web/one", signal)).toMatchObject({ outcome: "done" });
      expect(sent).toEqual([]);
    });
  });

  it("[S4-7] a server that fails its readiness is out when its checks say so, no later than the file tells", async () => {
    await withHaproxy({ defaults: "inter 150ms fall 4 rise 2" }, async ({ haproxy, one }) => {
      const router = routerTo(haproxy);
      expect(await router.detectionMs("web/one", signal)).toEqual({ ok: true, value: 600 });
      await until("it was seen well", async () => (await rowOf(router, "web/one")).healthy === true);
      one.becomeIll(500);
      await until("it is out", async () => !(await isIn(router, "web/one")));
      expect(await rowOf(router, "web/one")).toMatchObject({ setOut: false, healthy: false, word: "DOWN" });
      one.becomeIll(200);
      await until("it is in again", async () => await isIn(router, "web/one"));
    });
  });

  it("404 by its readiness keeps new work away, and nobody set it so (NOLB)", async () => {
    await withHaproxy({ lines: ["http-check disable-on-404"] }, async ({ haproxy, one }) => {
      const router = routerTo(haproxy);
      await until("it was seen well", async () => (await rowOf(router, "web/one")).healthy === true);
      one.becomeIll(404);
      await until("it is out", async () => !(await isIn(router, "web/one")));
      expect(await rowOf(router, "web/one")).toMatchObject({ setOut: false, word: "NOLB", healthy: false });
    });
  });

  it("a reload forgets who was taken out: it is seen in again, with the reason, and is taken out again", async () => {
    await withHaproxy({}, async ({ haproxy }) => {
      const router = routerTo(haproxy);
      await router.takeOut("web/one", signal);
      await haproxy.reload();
      const row = await rowOf(router, "web/one");
      expect(row).toMatchObject({ route: "in", setOut: false });
      expect(row.remark).toContain("lb was loaded again");
      expect(await router.takeOut("web/one", signal)).toMatchObject({ outcome: "done" });
      expect(await isIn(router, "web/one")).toBe(false);
    });
  });

  it("what the process before a reload still carries is not counted, and never 0", async () => {
    await withHaproxy({}, async ({ haproxy, one }) => {
      const router = routerTo(haproxy);
      await router.takeOut("web/other", signal);
      const held = fetch(`http://127.0.0.1:${haproxy.port}/slow`).then(async (answer) => await answer.text());
      await until("it is held", () => one.held() === 1);
      await router.takeOut("web/one", signal);
      expect(await rowOf(router, "web/one")).toMatchObject({ sessions: 1 });
      await haproxy.reload();
      expect(await rowOf(router, "web/one")).toMatchObject({
        sessions: null,
        remark: expect.stringContaining("what the process before carries is not counted"),
      });
      expect(await rowOf(router, "web/other")).toMatchObject({ sessions: 0 });
      one.letGo();
      expect(await held).toBe("one");
    });
  });

  it("a reload that keeps its state is found by the preflight, and keeps the server out", async () => {
    await withHaproxy({ keepsState: true }, async ({ haproxy }) => {
      const router = routerTo(haproxy);
      const keeps = (await router.findings(["web/one"], signal)).find(({ id }) => id === "router-keeps-state");
      expect(keeps).toMatchObject({ verdict: "pass" });
      await router.takeOut("web/one", signal);
      writeFileSync(haproxy.stateFile, await askSocket(haproxy.socket, "show servers state"));
      await haproxy.reload();
      expect(await rowOf(router, "web/one")).toMatchObject({ route: "out", setOut: true });
    });
  });

  it("its sessions are the drain's work: counted while they last, and cut when that is asked for", async () => {
    await withHaproxy({}, async ({ haproxy, one }) => {
      const router = routerTo(haproxy);
      await router.takeOut("web/other", signal);
      const held = fetch(`http://127.0.0.1:${haproxy.port}/slow`).then((answer) => answer.status);
      await until("it is held", () => one.held() === 1);
      await router.takeOut("web/one", signal);
      expect(await rowOf(router, "web/one")).toMatchObject({ route: "out", sessions: 1, queued: 0 });
      expect(await router.endSessions?.("web/one", signal)).toMatchObject({ outcome: "done" });
      await until("none is left", async () => (await rowOf(router, "web/one")).sessions === 0);
      expect(await held.catch(() => "cut")).not.toBe(200);
    });
  });

  it("what fails is counted once, and a typo is not: requests by the router, failures by what it answered", async () => {
    await withHaproxy({ defaults: "inter 1h fall 2 rise 2", lines: ["retries 0"] }, async ({ haproxy, one }) => {
      const router = routerTo(haproxy);
      await router.takeOut("web/other", signal);
      const url = `http://127.0.0.1:${haproxy.port}/`;
      await answersOf(url, 5);
      const held = fetch(`${url}slow`).then((answer) => answer.status);
      await until("it is held", () => one.held() === 1);
      await one.kill();
      expect(await held).toBe(502);
      expect((await fetch(url, { headers: { connection: "close" } })).status).toBe(503);
      expect((await rowOf(router, "web/one")).totals).toEqual({ requests: 7, failures: 2, p99Ms: null });
    });
  });

  it("what a run should know is read from its file: cuts when a check fails, states lost, its level", async () => {
    await withHaproxy({ defaults: "inter 1s fall 2 rise 2 on-marked-down shutdown-sessions" }, async ({ haproxy }) => {
      const findings = await routerTo(haproxy).findings(["web/one"], signal);
      const verdicts = findings.map(({ id, verdict, severity }) => `${id} ${verdict} ${severity}`);
      expect(verdicts).toEqual([
        "router-answers pass blocks",
        "router-knows pass blocks",
        "router-detection pass note",
        "router-cuts fail needsReason",
        "router-keeps-state fail note",
      ]);
    });
  });

  it("a socket without the right to change anything is found before the run, and refuses", async () => {
    await withHaproxy({}, async ({ haproxy }) => {
      const router = routerFor({ name: "lb", kind: "haproxy", socket: haproxy.weakSocket, servers });
      const answers = (await router.findings([], signal)).find(({ id }) => id === "router-answers");
      expect(answers).toMatchObject({ verdict: "fail", remedy: expect.stringContaining("level admin") });
      expect(await router.takeOut("web/one", signal)).toMatchObject({ outcome: "refused" });
    });
  });
});
