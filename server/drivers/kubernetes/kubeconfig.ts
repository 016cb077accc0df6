/** How the API server is reached and who asks: a kubeconfig's context, or the account of the console's own pod. */
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Answer, Clock } from "#server/orchestrator/ports.ts";
import type { KubernetesConfig } from "./config.ts";
import { createPlugins, execPlugin, type Plugins } from "./exec-plugin.ts";

/** What a connection needs. Never shown: tokens and keys stay here and in the connection. */
export type Access = {
  readonly server: string;
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly token: string | null;
  readonly skipVerify: boolean;
  readonly serverName: string | null;
  /** From then on it will not do any more; null: nobody said. */
  readonly expiresAtMs: number | null;
};

/** Where the console runs, as a pod is told it: a test says otherwise. */
export type OwnPod = {
  readonly account: string;
  readonly host: string | undefined;
  readonly port: string;
};

export function ownPod(): OwnPod {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = "443" } = process.env;
  return { account: "/var/run/secrets/kubernetes.io/serviceaccount", host, port };
}

const user = z.object({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  "client-certificate": z.string().optional(),
  "client-certificate-data": z.string().optional(),
  "client-key": z.string().optional(),
  "client-key-data": z.string().optional(),
  exec: execPlugin.optional(),
});
const cluster = z.object({
  server: z.string(),
  "certificate-authority": z.string().optional(),
  "certificate-authority-data": z.string().optional(),
  "insecure-skip-tls-verify": z.boolean().optional(),
  "tls-server-name": z.string().optional(),
});
const kubeconfig = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster })),
  users: z.array(z.object({ name: z.string(), user })),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) })),
  "current-context": z.string().optional(),
});
/** `anew`: what was handed out before does not do any more. */
export type ReadAccess = (anew: boolean) => Promise<Answer<Access>>;

/** Read again whenever a connection needs it: a token of a pod is another one every hour. */
export function createAccess(access: KubernetesConfig["access"], clock: Clock, pod: OwnPod = ownPod()): ReadAccess {
  const plugins = createPlugins(clock);
  return async (anew) => {
    if (anew) plugins.forget();
    try {
      return access.by === "inCluster"
        ? await ofThisPod(pod)
        : await ofContext(access.path, access.context ?? null, plugins);
    } catch (error) {
      const where = access.by === "inCluster" ? pod.account : access.path;
      const code = error instanceof Error && "code" in error ? String(error.code) : "its content";
      return { ok: false, why: `${where} cannot be used (${code}): correct it under access` };
    }
  };
}

async function ofThisPod({ account, host, port }: OwnPod): Promise<Answer<Access>> {
  if (host === undefined)
    return { ok: false, why: "the console does not run in a pod: name a kubeconfig under access" };
  const [ca, token] = await Promise.all([readFile(`${account}/ca.crt`, "utf8"), readFile(`${account}/token`, "utf8")]);
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return { ok: true, value: { ...NOBODY, server, ca, token: token.trim() } };
}

const NOBODY: Access = {
  server: "",
  ca: null,
  cert: null,
  key: null,
  token: null,
  skipVerify: false,
  serverName: null,
  expiresAtMs: null,
};

async function ofContext(path: string, wanted: string | null, plugins: Plugins): Promise<Answer<Access>> {
  const read: unknown = parse(await readFile(path, "utf8"));
  const config = kubeconfig.safeParse(read);
  if (!config.success) {
    const [issue] = config.error.issues;
    return { ok: false, why: `${path} is no kubeconfig: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}` };
  }
  const { clusters, users, contexts } = config.data;
  const contextName = wanted ?? config.data["current-context"] ?? "";
  const context = contexts.find((one) => one.name === contextName)?.context;
  const at = clusters.find((one) => one.name === context?.cluster)?.cluster;
  const who = users.find((one) => one.name === context?.user)?.user;
  if (at === undefined || who === undefined) {
    const names = contexts.map((one) => one.name).join(", ");
    return { ok: false, why: `${path} has no whole context "${contextName}"; it has: ${names}` };
  }
  const file = async (data: string | undefined, name: string | undefined): Promise<string | null> => {
    if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
    return name === undefined ? null : await readFile(isAbsolute(name) ? name : join(dirname(path), name), "utf8");
  };
  const asked = who.exec === undefined ? null : await plugins.ask(who.exec, dirname(path));
  if (asked !== null && !asked.ok) return { ok: false, why: `${path}, user "${context?.user ?? ""}": ${asked.why}` };
  const plugin = asked?.value ?? null;
  return {
    ok: true,
    value: {
      server: at.server,
      ca: await file(at["certificate-authority-data"], at["certificate-authority"]),
      cert: plugin?.clientCertificateData ?? (await file(who["client-certificate-data"], who["client-certificate"])),
      key: plugin?.clientKeyData ?? (await file(who["client-key-data"], who["client-key"])),
      token: plugin?.token ?? who.token ?? (await file(undefined, who.tokenFile))?.trim() ?? null,
      skipVerify: at["insecure-skip-tls-verify"] ?? false,
      serverName: at["tls-server-name"] ?? null,
      expiresAtMs: plugin?.expiresAtMs ?? null,
    },
  };
}
