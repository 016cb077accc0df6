/** A real HAProxy on loopback, unprivileged, in front of whatever listens on the given ports. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnEndedWithUs } from "./ended-with-us.ts";
import { freePorts, until } from "#server/testing/ports.ts";

/** Null where it can run; otherwise what is missing. */
export function whatHaproxyLacks(): string | null {
  return spawnSync("haproxy", ["-v"]).error === undefined ? null : "haproxy is not there; install haproxy";
}

export type HaproxyOptions = {
  readonly servers: readonly {
    readonly name: string;
    readonly port: number;
    readonly host?: string;
    /** More words for its line, such as `port 8030`. */
    readonly words?: string;
  }[];
  readonly mode?: "http" | "tcp";
  readonly backend?: string;
  /** What `option` checks by, such as `httpchk GET /health`; null: by connecting. */
  readonly check?: string | null;
  /** Words for `default-server`. */
  readonly defaults?: string;
  /** Lines for the backend. */
  readonly lines?: readonly string[];
  /** A reload takes over what stands in `stateFile`. */
  readonly keepsState?: boolean;
};

export type Haproxy = {
  readonly port: number;
  readonly socket: string;
  /** The same as a TCP address. */
  readonly tcpSocket: string;
  /** One that may only read. */
  readonly weakSocket: string;
  readonly configFile: string;
  readonly stateFile: string;
  /** As SIGUSR2 to its master does it: a new process, which has forgotten what was set in the one before. */
  reload(): Promise<void>;
  stop(): Promise<void>;
};

export async function startHaproxy(options: HaproxyOptions): Promise<Haproxy> {
  const { servers, mode = "http", backend = "web", check = null, lines = [], keepsState = false } = options;
  const folder = mkdtempSync(join(tmpdir(), "haproxy-"));
  const [port = 0, tcpPort = 0] = await freePorts(2);
  const socket = join(folder, "admin.sock");
  const [weakSocket, stateFile] = [join(folder, "weak.sock"), join(folder, "state")];
  const configFile = join(folder, "haproxy.cfg");
  const config = [
    "global",
    `  stats socket ${socket} level admin expose-fd listeners`,
    `  stats socket ipv4@127.0.0.1:${tcpPort} level admin`,
    "  maxconn 500",
    `  stats socket ${weakSocket} level user`,
    ...(keepsState ? [`  server-state-file ${stateFile}`] : []),
    "defaults",
    `  mode ${mode}`,
    "  timeout connect 1s",
    "  timeout client 60s",
    "  timeout server 60s",
    "frontend front",
    `  bind 127.0.0.1:${port}`,
    `  default_backend ${backend}`,
    `backend ${backend}`,
    ...(check === null ? [] : [`  option ${check}`]),
    ...(keepsState ? ["  load-server-state-from-file global"] : []),
    ...lines.map((line) => `  ${line}`),
    `  default-server ${options.defaults ?? "inter 100ms fall 2 rise 2"}`,
    ...servers.map(
      ({ name, port: at, host = "127.0.0.1", words = "" }) => `  server ${name} ${host}:${at} check ${words}`,
    ),
    "",
  ];
  writeFileSync(configFile, config.join("\n"));
  const child = spawnEndedWithUs(["haproxy", "-W", "-f", configFile]);
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const pid = async (): Promise<string> => /^Pid: (\d+)$/m.exec(await askSocket(socket, "show info"))?.[1] ?? "";
  await until("HAProxy answers", async () => {
    if (child.exitCode !== null) throw new Error(`haproxy ended: ${said}`);
    return (await pid()) !== "";
  });
  return {
    port,
    socket,
    tcpSocket: `127.0.0.1:${tcpPort}`,
    weakSocket,
    configFile,
    stateFile,
    async reload() {
      const before = await pid();
      const times = (): number => said.split("Reloading HAProxy").length;
      const timesBefore = times();
      // A master that was just started loses the signal now and then.
      await until("HAProxy is told", async () => {
        if (times() === timesBefore) child.kill("SIGUSR2");
        await new Promise((resolve) => setTimeout(resolve, 200));
        return times() > timesBefore;
      });
      await until("HAProxy was loaded again", async () => !["", before].includes(await pid()));
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What its socket says; "" while nobody listens. */
export async function askSocket(socket: string, command: string): Promise<string> {
  return await new Promise((resolve) => {
    let text = "";
    const connection = connect({ path: socket }, () => connection.write(`${command}\n`));
    connection
      .setEncoding("utf8")
      .on("data", (chunk) => (text += chunk.toString()))
      .on("error", () => resolve(""))
      .on("close", () => resolve(text));
  });
}
