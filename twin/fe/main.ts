import { beSlow, hangsInExit } from "#twin/faults/here.ts";
import { gracefulExit } from "./graceful-exit.ts";
import type { Fe } from "./fe.ts";
import { startFrontend } from "./frontend.ts";
import { FeHome } from "./home.ts";

/** `main.ts StarRocksFE [--helper host:port]`, with STARROCKS_HOME, TWIN_ROOT and PID_DIR in the environment. */
async function main(): Promise<void> {
  const path = process.env["STARROCKS_HOME"];
  if (path === undefined) throw new Error("STARROCKS_HOME is not set.");
  const home = new FeHome(path, process.env["TWIN_ROOT"] ?? null, process.env["PID_DIR"] ?? null);
  const at = { node: home.node, pid: process.pid };
  home.writePid();
  home.truth({ atMs: Date.now(), what: "started", ...at, version: home.version() });

  let fe: Fe | null = null;
  let ending = false;
  const end = (code: number, how: "graceful" | "time up" | "forcibly", left: number): void => {
    if (ending) return;
    ending = true;
    void unlessHung().then(() => {
      shutdownHook(fe);
      home.truth({ atMs: Date.now(), what: "exited", ...at, how, left });
      home.removePid();
      process.exit(code);
    });
  };
  const unlessHung = async (): Promise<void> => {
    while (hangsInExit(home.node)) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  process.on("SIGUSR1", () => {
    home.truth({ atMs: Date.now(), what: "signal", ...at, signal: "SIGUSR1" });
    if (fe === null || !fe.profile.gracefulExit) return end(255, "forcibly", 0);
    void gracefulExit(fe).then(({ code, how, left }) => end(code, how, left));
  });
  // A JVM runs its shutdown hooks and ends with 128 + 15; nothing is drained.
  process.on("SIGTERM", () => {
    home.truth({ atMs: Date.now(), what: "signal", ...at, signal: "SIGTERM" });
    end(143, "forcibly", fe?.sessions.size ?? 0);
  });
  process.on("uncaughtException", (error) => {
    fe?.log.warn("main", "uncaught", error.stack ?? error.message);
    process.stderr.write(`${error.stack ?? error.message}\n`);
    end(255, "forcibly", fe?.sessions.size ?? 0);
  });

  await beSlow(home.node, "startMs");
  fe = await startFrontend({
    home,
    helper: helperOf(process.argv),
    deposed: () => {
      fe?.log.warn(
        "state-change-executor",
        "StateChangeExecutor.runOneCycle()",
        "transfer FE type from LEADER to UNKNOWN. exit",
      );
      end(255, "forcibly", fe?.sessions.size ?? 0);
    },
  });
}

function shutdownHook(fe: Fe | null): void {
  if (fe === null) return;
  fe.log.info("Thread-1", "StarRocksFEServer.addShutdownHook()", "start to execute shutdown hook");
  fe.log.info(
    "Thread-1",
    "StarRocksFEServer.addShutdownHook()",
    `FE ShutDown! Running Query:${fe.queries.all().length}`,
  );
  fe.log.info("Thread-1", "StarRocksFEServer.addShutdownHook()", "shutdown hook end");
}

function helperOf(argv: readonly string[]): { host: string; editLogPort: number } | null {
  const at = argv.findIndex((each) => each === "--helper" || each === "-helper");
  const [host, port] = (at === -1 ? "" : (argv[at + 1] ?? "")).split(":");
  return host === undefined || host === "" ? null : { host, editLogPort: Number(port ?? 9010) };
}

await main();
