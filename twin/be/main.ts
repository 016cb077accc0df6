/** A BE or, with `--cn`, a CN of the twin: `starrocks_be [--cn]`, started by `start_be.sh` or `start_cn.sh`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beSlow, clockOffMs, hangsInExit } from "../faults/here.ts";
import { truthWriter } from "../truth.ts";
import { serveAgent } from "./agent.ts";
import { serveBrpc } from "./brpc.ts";
import { readConf } from "./conf.ts";
import { BackendConfig } from "./config.ts";
import { ExitState, type ExitParts, lookEveryMs, type Part, takeDown, waitForWork } from "./exit.ts";
import { serveHeartbeats } from "./heartbeat.ts";
import { serveHttp } from "./http.ts";
import { openLog } from "./log.ts";
import { type Backend, installedVersion, LeaderAddress } from "./node.ts";
import { backendProfile } from "./profile.ts";
import { reportVersions, sendState, startReports } from "./reports.ts";
import { Tablets } from "./tablets.ts";
import { RunningWork } from "./work.ts";

const home = environment("STARROCKS_HOME");
const role = process.argv.includes("--cn") ? "cn" : "be";
const node = open();
const word = role === "cn" ? "CN" : "BE";
const truth = truthWriter(environment("TWIN_ROOT"));

writeFileSync(join(process.env["PID_DIR"] ?? join(home, "bin"), `${role}.pid`), `${process.pid}\n`);
truth({ what: "started", node: node.name, pid: process.pid, version: node.version });
const signalled = new Promise<NodeJS.Signals>((resolve) => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => heard(signal, resolve));
});
const servers = await start();
truth({ what: "serving", node: node.name, pid: process.pid });
await signalled;
await leave();

function open(): Backend {
  const conf = readConf(join(home, "conf", `${role}.conf`), process.env);
  const version = installedVersion(home);
  const profile = backendProfile(version);
  const config = new BackendConfig(profile, conf);
  const startedAt = new Date();
  const name = basename(home);
  const host = conf.get("twin_host") ?? "127.0.0.1";
  mkdirSync(join(home, "log"), { recursive: true });
  return {
    role,
    name,
    home,
    host,
    ports: {
      be: config.number("be_port"),
      http: config.number("be_http_port"),
      heartbeat: config.number("heartbeat_service_port"),
      brpc: config.number("brpc_port"),
    },
    version,
    profile,
    config,
    work: new RunningWork(() => config.number("twin_second_chance_seconds") * 1000),
    tablets: new Tablets(join(home, "storage")),
    exit: new ExitState(),
    log: openLog(join(home, "log"), role, () => new Date(Date.now() + clockOffMs(name))),
    startedAtMs: startedAt.getTime(),
    leader: new LeaderAddress(host),
  };
}

/** The order of a real start: the heartbeat server last, so that the first heartbeat finds a node that is usable. */
async function start(): Promise<Record<"heartbeat" | "http" | "brpc" | "thrift" | "daemon", () => Promise<void>>> {
  const { log } = node;
  const versions = reportVersions(node.startedAtMs);
  let number = 0;
  const step = (says: string): void => {
    number += 1;
    log.info("starrocks_be.cpp:102", `${word} start step ${number}: ${says} successfully`);
  };
  log.info("starrocks_main.cpp:193", `StarRocks ${word} starting, version: ${node.version}`);
  for (const says of ["daemon threads start", "jdbc driver manager init", "backend network options init"]) step(says);
  for (const says of ["global env init", "global variables init", "cache env init"]) step(says);
  await wait(node.config.number("twin_start_ms"));
  await beSlow(node.name, "startMs");
  for (const says of ["storage engine init", "exec env init", "storage engine start bg threads"]) step(says);
  if (role === "cn") step("staros worker init");
  const thrift = await serveAgent(node, versions);
  step("start thrift server");
  const brpc = await serveBrpc(node);
  step("start brpc server");
  const http = await serveHttp(node);
  step("start http server");
  if (node.profile.arrowFlight) step("start arrow flight sql server");
  const reports = startReports(node, versions);
  const heartbeat = await serveHeartbeats(node);
  step("start heartbeat server");
  log.info("starrocks_be.cpp:240", `${word} started successfully`);
  if (role === "be") void soonAfterFirstHeartbeat(() => sendState(node, versions));
  return {
    heartbeat: () => heartbeat.close(),
    http: () => http.close(),
    brpc: () => brpc.close(),
    thrift: () => thrift.close(),
    daemon: () => Promise.resolve(reports.stop()),
  };
}

async function soonAfterFirstHeartbeat(act: () => Promise<void>): Promise<void> {
  while (node.leader.now() === null) await wait(100);
  await act();
}

function heard(signal: NodeJS.Signals, tell: (signal: NodeJS.Signals) => void): void {
  truth({ what: "signal", node: node.name, pid: process.pid, signal });
  if (!node.exit.signal()) return;
  const name = signal === "SIGTERM" ? "Terminated" : "Interrupt";
  const sender = node.profile.namesSender ? `${process.ppid}(bash)` : `${process.ppid}`;
  node.log.error("daemon.cpp:212", `got signal: ${name} from pid: ${sender}, is going to exit`);
  tell(signal);
}

async function leave(): Promise<void> {
  // The main loop notices at its next look.
  await wait(lookEveryMs - (Math.round(process.uptime() * 1000) % lookEveryMs));
  const parts: ExitParts = { ...node, role: word, state: node.exit, wait: (ms) => wait(ms) };
  const left = await waitForWork(parts);
  const cut = left + node.work.count("stream") + node.work.count("routine") + node.work.count("channel");
  while (node.config.on("twin_hang_in_exit") || hangsInExit(node.name)) await wait(100);
  await takeDown(parts, exitParts());
  truth({ what: "exited", node: node.name, pid: process.pid, how: left === 0 ? "graceful" : "time up", left: cut });
  process.exit(0);
}

/** In the order of a real exit (fact sheet 4.2, d). Whatever still runs is cut where the exec engine is destroyed. */
function exitParts(): readonly Part[] {
  const nothing = (): Promise<void> => Promise.resolve();
  const cutRest = async (): Promise<void> => {
    node.work.cancelAll("Cancelled because of runtime state is cancelled: backend exits");
    // One turn, so that who waits for an answer still gets it while the ports are open.
    await wait(20);
  };
  return [
    { says: "heartbeat server exit", leave: servers.heartbeat },
    ...(node.profile.arrowFlight ? [{ says: "Arrow Flight SQL server exit", leave: nothing }] : []),
    { says: "daemon threads exit", leave: servers.daemon },
    { says: "exec engine destroy", leave: cutRest },
    { says: "storage engine exit", leave: nothing },
    ...(role === "cn" ? [{ says: "staros worker exit", leave: nothing }] : []),
    ...(node.profile.dataCacheExits ? [{ says: "datacache shutdown", leave: nothing }] : []),
    { says: "poco connection pool shutdown", leave: nothing },
    { says: "http server exit", leave: servers.http },
    { says: "brpc server exit", leave: servers.brpc },
    { says: "thrift server exit", leave: servers.thrift },
    { says: "exec env destroy", leave: nothing },
    { says: "global env stop", leave: nothing },
  ];
}

function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set; start this by its start script`);
  return value;
}
