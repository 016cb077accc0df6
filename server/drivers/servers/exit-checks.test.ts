import { describe, expect, it } from "vitest";
import { PHASES, type Phase, type PlannedStep } from "#lib/run/plan.ts";
import { exitChecks, type ExitFacts } from "./exit-checks.ts";
import type { OwnerHabits } from "./owner.ts";

const HABITS: OwnerHabits = {
  stopSignal: "SIGTERM",
  ownLimit: { limitMs: null, said: "nobody kills but the console" },
  undoes: null,
  command: ["node", "server.js"],
  taking: "handles",
  isPidOne: false,
  watchedBy: null,
  said: "pid 7",
};

function aStep(skipped: readonly Phase[], exitLimitMs: number | null): PlannedStep {
  return {
    nodeId: "app-1",
    role: "server",
    address: "10.0.0.7:8080",
    pool: "all",
    phases: PHASES.map((phase) => ({ phase, skip: skipped.includes(phase) ? "so" : null })),
    drainLimitMs: null,
    exitLimitMs,
    exit: "graceful",
    witnesses: ["node", "process"],
    work: { one: "request", many: "requests" },
    forgetsLoans: false,
    startLimitMs: 60_000,
  };
}

type Given = Partial<ExitFacts> & {
  readonly habit?: Partial<OwnerHabits>;
  readonly skipped?: readonly Phase[];
  readonly limitMs?: number | null;
};

/** `fail blocks`, with what it says and what to do. */
function asked(id: string, { habit = {}, skipped = [], limitMs = 30_000, ...rest }: Given): string {
  const facts: ExitFacts = {
    step: aStep(skipped, limitMs),
    habits: { ...HABITS, ...habit },
    ownerKind: "signal",
    bySystem: false,
    noticeMs: null,
    exitWaitMs: null,
    cleanupMs: 1000,
    graceMs: 0,
    ...rest,
  };
  const check = exitChecks(facts).find((each) => each.id === id);
  return check === undefined ? "none" : `${check.verdict} ${check.severity}: ${check.evidence} | ${check.remedy}`;
}

const ALONE: readonly Phase[] = ["isolate", "drain"];

describe("exit times", () => {
  it("nest when nothing but the cleanup is left: off the routes, and empty", () => {
    expect(asked("exit-times", {})).toMatch(/^pass blocks: 1 s to clean up = 1 s; the plan kills after 30 s/);
  });

  it("[S1-10] [S4-12] count the wait of routers and of its own work where it leaves with both", () => {
    const wait = { skipped: ALONE, noticeMs: 4000, exitWaitMs: 20_000 };
    expect(asked("exit-times", wait)).toMatch(
      /^pass blocks: 4 s until routers notice \+ 20 s for its work \+ 1 s to clean up = 25 s/,
    );
    expect(asked("exit-times", { ...wait, limitMs: 25_000 })).toMatch(
      /^fail blocks: .* \| Raise the plan's exit limit above 25 s\.$/,
    );
  });

  it("hold the owner's own limit to be the outer one, where it is shorter", () => {
    const pm2 = { limitMs: 1600, said: "kill_timeout=1600 ms" };
    expect(asked("exit-times", { habit: { ownLimit: pm2 } })).toMatch(/^pass/);
    const busy = asked("exit-times", { habit: { ownLimit: pm2 }, skipped: ALONE, exitWaitMs: 3000 });
    expect(busy).toMatch(
      /^fail blocks: 3 s for its work \+ 1 s to clean up = 4 s; .*kill_timeout=1600 ms \| .*--kill-timeout/,
    );
  });

  it("are not known where nobody says how long its work takes, and a person may answer for that", () => {
    expect(asked("exit-times", { skipped: ALONE })).toMatch(/^unknown needsReason: .* \| Write exitWaitS/);
    expect(asked("exit-times", { habit: { ownLimit: null } })).toMatch(/^unknown needsReason: .*stopLimitS/);
    expect(asked("exit-times", { limitMs: null, skipped: ALONE })).toMatch(/^pass blocks: the plan has no limit/);
  });
});

describe("who undoes an exit", () => {
  it("is a supervisor that was not named as its owner", () => {
    const watchedBy = "systemd, as shop-1.service";
    expect(asked("owner-undoes", { habit: { watchedBy } })).toMatch(
      /^fail blocks: it was started by systemd, as shop-1\.service.*kind: systemd/,
    );
  });

  it("is an owner that restarts, where the system itself is told to leave", () => {
    const habit = { undoes: "Restart=always", said: "dgraph.service" };
    expect(asked("owner-undoes", { habit, bySystem: true })).toMatch(/^fail blocks: .*Restart=always/);
    expect(asked("owner-undoes", { habit, ownerKind: "systemd" })).toMatch(/^pass/);
  });
});

describe("a stop signal", () => {
  it("is not polite for nginx, HAProxy and Apache, whose own one is named", () => {
    const named = [
      [["nginx: master process /usr/sbin/nginx -c x.conf"], "SIGQUIT"],
      [["/usr/sbin/haproxy", "-W"], "SIGUSR1"],
      [["/usr/sbin/apache2"], "SIGWINCH"],
    ] as const;
    for (const [command, polite] of named) {
      expect(asked("polite-signal", { habit: { command } }), polite).toMatch(
        new RegExp(`^fail blocks: .*fast stop.* \\| Stop it with ${polite}`),
      );
      expect(asked("polite-signal", { habit: { command, stopSignal: polite } })).toMatch(/^pass/);
    }
  });

  it("ends a process without a handler at once, and does nothing to one that ignores it", () => {
    expect(asked("polite-signal", { habit: { taking: "dies" } })).toMatch(
      /^fail needsReason: .*no handler for SIGTERM/,
    );
    expect(asked("polite-signal", { habit: { taking: "ignores" } })).toMatch(/^fail needsReason: .*ignores SIGTERM/);
  });

  it("[S4-17] does not arrive behind a wrapper, and does behind an init", () => {
    for (const command of [["npm start"], ["sh", "-c", "node src; true"], ["node", "/usr/bin/npm-cli.js", "start"]]) {
      expect(asked("signal-arrives", { habit: { command } }), command.join(" ")).toMatch(
        /^fail blocks: .*does not pass SIGTERM on.*dumb-init/,
      );
    }
    for (const command of [
      ["node", "src"],
      ["dumb-init", "npm", "start"],
      ["/usr/bin/tini", "--", "sh", "-c", "x"],
    ]) {
      expect(asked("signal-arrives", { habit: { command } }), command.join(" ")).toMatch(/^pass/);
    }
    expect(asked("signal-arrives", { habit: { isPidOne: true, taking: "dies" } })).toMatch(
      /^fail blocks: it is pid 1 .*the kernel drops/,
    );
  });

  it("is not judged where none is sent", () => {
    const habit = { stopSignal: null, command: ["sh", "run.sh"] };
    expect(asked("signal-arrives", { habit })).toMatch(/^pass/);
    expect(asked("polite-signal", { habit: { command: ["nginx"] }, bySystem: true })).toMatch(/^pass/);
  });
});
