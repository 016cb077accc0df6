/** A command that is fed a file of this machine: it may take long, and is given up where nothing goes on any more. */
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { unborn } from "./unborn.ts";
import type { SentFile } from "#server/orchestrator/host.ts";

const STALLED_MS = 60_000;

export type Fed = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly cut: "stalled" | "aborted" | "unread" | "missing" | null;
};

export async function feed(
  command: string,
  argv: readonly string[],
  { head, file, signal }: { readonly head: string; readonly file: SentFile; readonly signal: AbortSignal },
): Promise<Fed> {
  return await new Promise((resolve) => {
    const child = spawn(command, argv, { stdio: ["pipe", "pipe", "pipe"] });
    if (child.pid === undefined) {
      unborn(child, (ended) => resolve({ stdout: "", ...ended }));
      return;
    }
    const bytes = createReadStream(file.path, { start: file.fromByte });
    let [stdout, stderr, at] = ["", "", file.fromByte];
    let cut: Fed["cut"] = null;
    const stop = (why: Fed["cut"]) => (): void => {
      cut ??= why;
      bytes.destroy();
      child.kill("SIGKILL");
    };
    let timer = setTimeout(stop("stalled"), STALLED_MS);
    const abort = stop("aborted");
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    // A connection that ended before all was sent tells why in its own words.
    child.stdin.on("error", () => bytes.destroy());
    child.stdin.write(head);
    bytes.on("data", (chunk) => {
      at += chunk.length;
      file.sent(at);
      clearTimeout(timer);
      timer = setTimeout(stop("stalled"), STALLED_MS);
    });
    bytes.on("error", stop("unread"));
    bytes.pipe(child.stdin);
    const done = (exitCode: number | null): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      bytes.destroy();
      resolve({ exitCode, stdout, stderr, cut });
    };
    child.on("error", () => done(null));
    child.on("close", done);
  });
}

export function cutWords(cut: Fed["cut"], to: string, path: string): string {
  switch (cut) {
    case "stalled":
      return `${to} took nothing more of ${path} for ${STALLED_MS / 1000} s`;
    case "aborted":
      return "the console stopped sending";
    case "unread":
      return `${path} cannot be read to its end on the console's machine`;
    case "missing":
      return "the OpenSSH client, ssh, is not there on this machine; install openssh-client";
    case null:
      return `${to} ended before it said how it went`;
    default:
      return cut satisfies never;
  }
}
