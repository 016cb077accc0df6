/**
 * As clouds hand out their tokens: a command that prints an ExecCredential (client.authentication.k8s.io/v1). It is asked
 * again when what it printed expires, or is not known any more. What it prints is never shown; what it complains of is.
 */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { z } from "zod";
import type { Answer, Clock } from "#server/orchestrator/ports.ts";

export const execPlugin = z.object({
  apiVersion: z.string(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
});
export type ExecPlugin = z.infer<typeof execPlugin>;

const credential = z.object({
  kind: z.literal("ExecCredential"),
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});

export type Printed = {
  readonly token: string | undefined;
  readonly clientCertificateData: string | undefined;
  readonly clientKeyData: string | undefined;
  readonly expiresAtMs: number | null;
};

export interface Plugins {
  /** `folder`: that of the kubeconfig, which a command with a slash in it is relative to. */
  ask(plugin: ExecPlugin, folder: string): Promise<Answer<Printed>>;
  forget(): void;
}

const LIMIT_MS = 20_000;
/** A credential is not used up to its last moment: clocks differ, and requests take their time. */
const BEFORE_EXPIRY_MS = 10_000;

export function createPlugins(clock: Clock): Plugins {
  const printed = new Map<string, Printed>();
  return {
    async ask(plugin, folder) {
      const key = JSON.stringify(plugin);
      const known = printed.get(key);
      if (known !== undefined && known.expiresAtMs !== null && clock.now() < known.expiresAtMs)
        return { ok: true, value: known };
      const answer = await run(plugin, folder);
      if (answer.ok) printed.set(key, answer.value);
      return answer;
    },
    forget: () => printed.clear(),
  };
}

async function run(plugin: ExecPlugin, folder: string): Promise<Answer<Printed>> {
  const { apiVersion, args, env } = plugin;
  const command = plugin.command.includes("/") ? resolve(folder, plugin.command) : plugin.command;
  const info = { kind: "ExecCredential", apiVersion, spec: { interactive: false } };
  const added = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const options = {
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
    env: { ...process.env, ...added, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
  } as const;
  return await new Promise((settle) => {
    execFile(command, args ?? [], options, (error, stdout, stderr) => {
      if (error !== null) settle({ ok: false, why: whyNot(plugin, error, stderr) });
      else settle(parse(plugin, stdout));
    });
  });
}

function parse({ command }: ExecPlugin, stdout: string): Answer<Printed> {
  const read = credential.safeParse(jsonOrNull(stdout));
  if (!read.success || (read.data.status.token ?? read.data.status.clientCertificateData) === undefined)
    return { ok: false, why: `its command ${command} printed no ExecCredential with a token or a certificate in it` };
  const { expirationTimestamp, token, clientCertificateData, clientKeyData } = read.data.status;
  const expiresAtMs = expirationTimestamp === undefined ? Number.NaN : Date.parse(expirationTimestamp);
  const value = {
    token,
    clientCertificateData,
    clientKeyData,
    expiresAtMs: Number.isNaN(expiresAtMs) ? null : expiresAtMs - BEFORE_EXPIRY_MS,
  };
  return { ok: true, value };
}

function whyNot(
  { command, installHint }: ExecPlugin,
  error: Error & { readonly code?: unknown; readonly killed?: boolean; readonly signal?: unknown },
  stderr: string,
): string {
  const said = stderr.trim().slice(0, 300);
  const words = said === "" ? "and said nothing" : `and said: ${said}`;
  const hint = installHint == null || installHint === "" ? "install it" : installHint.trim();
  if (error.code === "ENOENT") return `its command ${command} is not there on the console's machine: ${hint}`;
  if (error.killed === true) return `its command ${command} did not end within ${LIMIT_MS / 1000} s ${words}`;
  return `its command ${command} ended with ${String(error.code ?? error.signal)} ${words}`;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
