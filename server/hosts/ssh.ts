/**
 * A machine reached by the OpenSSH client, with the operator's own configuration: agent, jump hosts and known hosts are
 * theirs. The console adds that it never asks, never believes a host key that nobody vouched for, and notices a dead peer.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Host, HostAnswer } from "#server/orchestrator/host.ts";
import type { Clock } from "#server/orchestrator/ports.ts";
import { cutWords, feed } from "./feed.ts";
import { changedWords, type HostKeys } from "./host-keys.ts";
import { runOnce } from "./run-once.ts";
import { isAboutKey, isKnownTrouble, newKeyWords, sshTrouble } from "./ssh-trouble.ts";
import { unborn } from "./unborn.ts";

export type SshHostOptions = {
  readonly name: string;
  /** As after `ssh`: `be-01.example.net`, `starrocks@10.0.0.4`, or a Host of the configuration. */
  readonly destination: string;
  /** Another configuration than the operator's own, for `ssh -F`. */
  readonly configFile: string | null;
  /** Put before every command there: `["sudo", "-n", "-u", "starrocks"]`. */
  readonly prefix: readonly string[];
  /** A directory that only the console may enter, for the sockets of shared connections; null: each command has its own. */
  readonly socketDir: string | null;
  /** The keys that were confirmed to the console, beside the operator's own; absent: there are none. */
  readonly keys?: HostKeys;
  readonly clock: Clock;
};

/**
 * What the login shell there is given: a constant. The command comes over standard input, its arguments parted by NUL, so
 * that no shell ever reads one. The last line tells the exit code: without it nobody knows whether it ran.
 */
const REMOTE = `exec xargs -0 -x /bin/sh -c 'end=$1; shift; "$@"; printf "\\n%s %s\\n" "$end" "$?" >&2' sluice`;

/** The same where a file follows: the command is its first line, which `read` takes without a byte of what comes after. */
const REMOTE_SEND = `exec /bin/sh -c 'IFS= read -r words; exec 3<&0; printf %s "$words" | base64 -d | xargs -0 -x /bin/sh -c "end=\\$1; shift; \\"\\$@\\" <&3 3<&-; printf \\"\\\\n%s %s\\\\n\\" \\"\\$end\\" \\"\\$?\\" >&2" sluice'`;

const CONNECT_S = 8;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** A shared connection stays for a while after its last command; one that cannot be made is not tried all the time. */
const SHARED_S = 60;
const SHARE_AGAIN_MS = 15_000;
const SHARE_BROKEN_MS = 1000;
const NEVER = Number.NEGATIVE_INFINITY;

export function createSshHost(options: SshHostOptions): Host {
  const { name, prefix, clock, socketDir, keys } = options;
  let sharedAtMs = NEVER;

  /** Commands go over it once it stands, and by themselves until then: they tell what is wrong. */
  function share(more: readonly string[]): void {
    if (socketDir === null || clock.now() - sharedAtMs < SHARE_AGAIN_MS) return;
    sharedAtMs = clock.now();
    const master = ["-f", "-N", "-o", "ControlMaster=auto", "-o", `ControlPersist=${SHARED_S}`];
    spawn("ssh", [...master, ...connection(options, more)], { stdio: "ignore" })
      .on("error", () => undefined)
      .unref();
  }

  const run: Host["run"] = async (argv, { timeoutMs, signal }) => {
    const more = (await keys?.settings(options)) ?? [];
    share(more);
    const end = randomUUID();
    const words = [end, ...prefix, ...argv];
    if (argv.length === 0 || words.some((word) => word.includes("\0"))) {
      return { ok: false, why: "the command is empty, or an argument holds a NUL, which no command can be given" };
    }
    const told = await execute([...connection(options, more), REMOTE], `${words.join("\0")}\0`, timeoutMs, signal);
    const answer = answerOf(told, end, options, timeoutMs);
    // What broke off took the shared one along: the next command makes another.
    if (!answer.ok && answer.brokeOff === true && clock.now() - sharedAtMs > SHARE_BROKEN_MS) sharedAtMs = NEVER;
    return answer.ok || keys === undefined || !isAboutKey(told.stderr) ? answer : await aboutKey(keys, options, answer);
  };
  const send: Host["send"] = async (argv, file, signal) => {
    const more = (await keys?.settings(options)) ?? [];
    const end = randomUUID();
    const words = Buffer.from(`${[end, ...prefix, ...argv].join("\0")}\0`).toString("base64");
    // A connection of its own: what is long in coming holds up no other command.
    const way = [...connection({ ...options, socketDir: null }, more), REMOTE_SEND];
    const told = await feed("ssh", way, { head: `${words}\n`, file, signal });
    const exitCode = exitCodeIn(told.stderr, end);
    if (exitCode !== null) return { ok: true, ...exitCode, stdout: told.stdout };
    if (told.cut !== null) return { ok: false, why: cutWords(told.cut, options.destination, file.path) };
    return lostBy(options.destination, told.stderr);
  };
  return { name, run, send, runOnce: async (id, argv, wanted) => await runOnce(run, clock, id, argv, wanted) };
}

/** Sockets have short names: a data folder that lies deep holds none, and every command has a connection of its own. */
export function socketDirIn(dataDir: string): string | null {
  const directory = join(dataDir, "ssh");
  if (directory.length > MOST_SOCKET_PATH - HASH_AND_MORE) return null;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}
/** `sun_path` holds 108 bytes; ssh adds a hash of 40 and, while it makes the socket, 17 more. */
const MOST_SOCKET_PATH = 107;
const HASH_AND_MORE = 1 + 40 + 17;

/** What it is about the key, with its fingerprint: nothing was run there. */
async function aboutKey(
  keys: HostKeys,
  at: SshHostOptions,
  answer: Extract<HostAnswer, { readonly ok: false }>,
): Promise<HostAnswer> {
  const looked = await keys.look(at);
  if (!looked.ok) return { ok: false, why: looked.why };
  // Somebody vouched for it just now.
  if (looked.state === "known") return answer;
  const { name, type, fingerprint } = looked.key;
  const key = { state: looked.state, name, type, fingerprint };
  const { destination } = at;
  const why =
    looked.state === "changed" ? changedWords(destination, looked.key, looked.where) : newKeyWords(destination, key);
  return { ok: false, why, key };
}

function connection(
  { configFile, destination, socketDir }: SshHostOptions,
  more: readonly string[],
): readonly string[] {
  const settings = [
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "LogLevel=ERROR",
    "ForwardAgent=no",
    "ClearAllForwardings=yes",
    `ConnectTimeout=${CONNECT_S}`,
    "ServerAliveInterval=5",
    "ServerAliveCountMax=3",
    socketDir === null ? "ControlPath=none" : `ControlPath=${socketDir}/%C`,
    ...more,
  ];
  const configured = configFile === null ? [] : ["-F", configFile];
  return ["-T", ...configured, ...settings.flatMap((setting) => ["-o", setting]), "--", destination];
}

type Told = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it did not come to its end here; null: it did. */
  readonly cut: "time" | "aborted" | "size" | "missing" | null;
};

async function execute(argv: readonly string[], input: string, timeoutMs: number, signal?: AbortSignal): Promise<Told> {
  return await new Promise((resolve) => {
    const child = spawn("ssh", argv, { stdio: ["pipe", "pipe", "pipe"] });
    if (child.pid === undefined) {
      unborn(child, (ended) => resolve({ stdout: "", ...ended }));
      return;
    }
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    let bytes = 0;
    let cut: Told["cut"] = null;
    const stop = (why: Told["cut"]) => (): void => {
      cut ??= why;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(stop("time"), timeoutMs);
    const abort = stop("aborted");
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) abort();
    const keep =
      (chunks: Buffer[]) =>
      (chunk: Buffer): void => {
        bytes += chunk.length;
        if (bytes > MAX_OUTPUT_BYTES) stop("size")();
        else chunks.push(chunk);
      };
    child.stdout.on("data", keep(stdout));
    child.stderr.on("data", keep(stderr));
    // A connection that ended before it was read tells why in its own words.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const done = (exitCode: number | null): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), cut });
    };
    child.on("error", () => done(null));
    child.on("close", done);
  });
}

function exitCodeIn(stderr: string, end: string): { readonly exitCode: number; readonly stderr: string } | null {
  const at = stderr.lastIndexOf(`\n${end} `);
  const exitCode = at < 0 ? Number.NaN : Number(stderr.slice(at + end.length + 2).trim());
  return Number.isInteger(exitCode) ? { exitCode, stderr: stderr.slice(0, at) } : null;
}

function lostBy(destination: string, stderr: string): HostAnswer {
  const lost = { ok: false, why: sshTrouble(destination, stderr), lost: true } as const;
  return isKnownTrouble(stderr) ? lost : { ...lost, brokeOff: true };
}

function answerOf(told: Told, end: string, { destination }: SshHostOptions, timeoutMs: number): HostAnswer {
  const { stdout, stderr, cut } = told;
  // It ended there, and said so: how the connection went after that does not matter.
  const ended = exitCodeIn(stderr, end);
  if (ended !== null) return { ok: true, ...ended, stdout };
  switch (cut) {
    case "time":
      return { ok: false, why: `${destination} did not answer within ${timeoutMs / 1000} s; what ran there may go on` };
    case "aborted":
      return { ok: false, why: "the console stopped waiting" };
    case "size":
      return { ok: false, why: `${destination} answered with more than ${MAX_OUTPUT_BYTES / 1024 / 1024} MB` };
    case "missing":
      return { ok: false, why: "the OpenSSH client, ssh, is not there on this machine; install openssh-client" };
    case null:
      return lostBy(destination, stderr);
    default:
      return cut satisfies never;
  }
}
