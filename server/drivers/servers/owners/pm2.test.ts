import { describe, expect, it } from "vitest";
import { parseApps } from "./pm2-daemon.ts";
import { killTimeoutOf, lastEndOf } from "./pm2.ts";

const LIST = JSON.stringify([
  {
    pid: 4711,
    name: "shop",
    pm_id: 0,
    monit: { memory: 50_000_000, cpu: 1 },
    pm2_env: {
      status: "online",
      restart_time: 2,
      env: { PM2_KILL_TIMEOUT: "9000", TOKEN: "secret" },
      version: "1.0.0",
    },
  },
]);

describe("what pm2 jlist prints", () => {
  it("is read after whatever its client prints first, and without the environment", () => {
    const apps = parseApps(`>>>> In-memory PM2 is out-of-date, do:\n[PM2] something\n${LIST}\n`);
    expect(apps).toMatchObject({ ok: true, value: [{ pid: 4711, pm2_env: { status: "online", autorestart: true } }] });
    expect(JSON.stringify(apps)).not.toContain("secret");
    expect(parseApps("[]\n")).toEqual({ ok: true, value: [] });
    expect(parseApps("command not found")).toMatchObject({ ok: false });
  });

  it("tells its own limit: said for the app, for its daemon, or 1600 ms", () => {
    const apps = parseApps(LIST);
    const [app] = apps.ok ? apps.value : [];
    if (app === undefined) throw new Error("no app");
    expect(killTimeoutOf(app)).toBe(9000);
    expect(killTimeoutOf({ ...app, pm2_env: { ...app.pm2_env, kill_timeout: 3000 } })).toBe(3000);
    expect(killTimeoutOf({ ...app, pm2_env: { ...app.pm2_env, env: {} } })).toBe(1600);
  });
});

describe("the log of the daemon", () => {
  const line = (name: string, code: number, signal: string): string =>
    `2026-11-21T23:27:51: PM2 log: App [${name}:0] exited with code [${code}] via signal [${signal}]`;

  it("tells a kill, which the list shows as a clean end", () => {
    const log = [line("shop", 0, "SIGINT"), line("other", 1, "SIGINT"), line("shop", 0, "SIGKILL")].join("\n");
    expect(lastEndOf(log, { name: "shop", pm_id: 0 })).toMatchObject({
      signal: "SIGKILL",
      timedOut: true,
      exitCode: null,
    });
    expect(lastEndOf(log, { name: "other", pm_id: 0 })).toMatchObject({ exitCode: 1, signal: null });
    expect(lastEndOf(log, { name: "none", pm_id: 0 })).toBeNull();
  });
});
