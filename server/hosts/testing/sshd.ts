/** A real sshd on loopback with keys of its own, and a way to it that can be cut after any number of bytes. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "#server/testing/ports.ts";

const SSHD = "/usr/sbin/sshd";

/** Null where it can run; otherwise what is missing. */
export function whatSshdLacks(): string | null {
  if (!existsSync(SSHD)) return "sshd is not there; install openssh-server";
  return spawnSync("ssh", ["-V"]).error === undefined ? null : "ssh is not there; install openssh-client";
}

export type Sshd = {
  readonly port: number;
  /** For `ssh -F`: names it `host`, by way of `port`; with its key known, or whatever known hosts are given. */
  configure(options?: { readonly port?: number; readonly knownHosts?: string; readonly identity?: string }): string;
  readonly folder: string;
  /** The line of known_hosts that is true. */
  readonly knownHosts: string;
  stop(): Promise<void>;
};

export async function startSshd(): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), "sshd-"));
  const key = (file: string): string => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, file)]);
    return readFileSync(join(folder, `${file}.pub`), "utf8")
      .split(" ")
      .slice(0, 2)
      .join(" ");
  };
  const hostKey = key("host");
  writeFileSync(join(folder, "authorized"), `${key("operator")}\n`, { mode: 0o600 });
  const port = await freePort();
  const settings = [
    "ListenAddress 127.0.0.1",
    `Port ${port}`,
    `HostKey ${join(folder, "host")}`,
    `AuthorizedKeysFile ${join(folder, "authorized")}`,
    "PidFile none",
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "MaxStartups 100",
  ];
  writeFileSync(join(folder, "sshd_config"), `${settings.join("\n")}\n`);
  // Where it parts its rights; a machine on which it never ran does not have it.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const child = spawn(SSHD, ["-D", "-e", "-f", join(folder, "sshd_config")], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  while (!said.includes("Server listening")) {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    await delay(20);
  }
  const knownHosts = `sluice-test ${hostKey}\n`;
  let written = 0;
  return {
    port,
    folder,
    knownHosts,
    configure({ port: by = port, knownHosts: known = knownHosts, identity = join(folder, "operator") } = {}) {
      written += 1;
      const file = join(folder, `config-${written}`);
      writeFileSync(`${file}-known`, known);
      const lines = [
        "Host host",
        "  HostName 127.0.0.1",
        "  HostKeyAlias sluice-test",
        `  Port ${by}`,
        `  User ${userInfo().username}`,
        `  IdentityFile ${identity}`,
        "  IdentitiesOnly yes",
        "  IdentityAgent none",
        `  UserKnownHostsFile ${file}-known`,
        "  GlobalKnownHostsFile /dev/null",
      ];
      writeFileSync(file, `${lines.join("\n")}\n`);
      return file;
    },
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type CutLine = {
  readonly port: number;
  /** From now on a connection is cut once this many bytes have come back over it; null: none is. */
  cutAfter(bytes: number | null): void;
  /** Cuts what is open now. */
  cut(): void;
  close(): Promise<void>;
};

/** A way to a port that loses its connections where it is told to. */
export async function startCutLine(to: number): Promise<CutLine> {
  let limit: number | null = null;
  const open = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(to, "127.0.0.1");
    const most = limit;
    let back = 0;
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        open.delete(socket);
        end();
      });
    }
    near.pipe(far);
    far.on("data", (chunk: Buffer) => {
      back += chunk.length;
      if (most !== null && back >= most) end();
      else near.write(chunk);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cutAfter(bytes) {
      limit = bytes;
    },
    cut() {
      for (const socket of open) socket.destroy();
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
