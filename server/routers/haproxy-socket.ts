/**
 * HAProxy's runtime API: commands on one line, the answer ends when the connection does. Success and failure differ only
 * by the text (facts, 4.5).
 */
import { connect } from "node:net";
import type { Host } from "#server/orchestrator/host.ts";
import type { Answer } from "#server/orchestrator/ports.ts";

export interface HaproxySocket {
  /** Several commands in one connection are one look: nothing happens between them. */
  ask(commands: readonly string[]): Promise<Answer<string>>;
}

const LIMIT_MS = 2000;
const MOST_CHARACTERS = 8_000_000;

const isPath = (socket: string): boolean => socket.startsWith("/");

export function socketFromHere(socket: string): HaproxySocket {
  return { ask: async (commands) => await overNet(socket, `${commands.join(";")}\n`) };
}

async function overNet(socket: string, line: string): Promise<Answer<string>> {
  const colon = socket.lastIndexOf(":");
  const target = isPath(socket)
    ? { path: socket }
    : { host: socket.slice(0, colon), port: Number(socket.slice(colon + 1)) };
  return await new Promise((resolve) => {
    const connection = connect(target);
    let text = "";
    connection.setEncoding("utf8");
    const end = (answer: Answer<string>): void => {
      clearTimeout(timer);
      connection.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(silent(`${socket} gave no answer within ${LIMIT_MS / 1000} s`)), LIMIT_MS);
    connection.on("connect", () => connection.write(line));
    connection.on("data", (chunk) => {
      text += chunk.toString();
      if (text.length > MOST_CHARACTERS) end(silent(`${socket} answered more than is read`));
    });
    connection.on("error", (error) => end(whyNot(socket, "code" in error ? String(error.code) : "", error.message)));
    connection.on("close", () => end({ ok: true, value: text }));
  });
}

const silent = (why: string): Answer<string> => ({ ok: false, why, silent: true });

function whyNot(socket: string, code: string, message: string): Answer<string> {
  if (code === "ENOENT")
    return silent(`there is no ${socket}: is HAProxy running, with "stats socket ${socket} level admin" under global?`);
  if (code === "ECONNREFUSED") return silent(`nobody listens on ${socket}: is HAProxy running?`);
  if (code === "EACCES" || code === "EPERM")
    return { ok: false, why: `${socket} may not be opened: let this account's group have it ("mode 660 group …")` };
  return silent(`${socket}: ${message}`);
}

/** $1 the line, $2 the socket as socat writes it, the rest as nc does; a constant, so that no text of ours is read by a shell. */
const ASK = `
line=$1 address=$2; shift 2
if command -v socat >/dev/null 2>&1; then printf '%s\\n' "$line" | socat -t 2 - "$address"; exit $?; fi
if command -v nc >/dev/null 2>&1; then printf '%s\\n' "$line" | nc "$@"; exit $?; fi
echo "neither socat nor nc is there" >&2; exit 127
`;

/** The socket of another machine, by a command there: it needs `socat` or `nc`. */
export function socketThrough(host: Host, socket: string): HaproxySocket {
  const colon = socket.lastIndexOf(":");
  const ways = isPath(socket)
    ? [`UNIX-CONNECT:${socket}`, "-U", socket]
    : [`TCP:${socket}`, socket.slice(0, colon), socket.slice(colon + 1)];
  return {
    async ask(commands) {
      const argv = ["/bin/sh", "-c", ASK, "sluice-haproxy", commands.join(";"), ...ways];
      const answer = await host.run(argv, { timeoutMs: 10_000 });
      if (!answer.ok) return silent(`${host.name}: ${answer.why}`);
      if (answer.exitCode === 127)
        return { ok: false, why: `${host.name}: ${answer.stderr.trim()}: install socat there, or name its TCP socket` };
      if (answer.exitCode !== 0) return silent(`${host.name}: ${answer.stderr.trim() || `${socket} did not answer`}`);
      return { ok: true, value: answer.stdout };
    },
  };
}
