/** The connection to the API server, over a server that answers what a test says: credentials that change, and 429. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "#server/orchestrator/ports.ts";
import { createClient, explain, type ApiAnswer, type ApiClient } from "./client.ts";
import { evictionOf } from "./evict.ts";
import { createAccess } from "./kubeconfig.ts";
import { plain } from "./world.ts";

type Play = { readonly code: number; readonly body?: unknown; readonly retryAfter?: string };

const OK: Play = { code: 200, body: { items: [] } };
const BUSY_BODY = { kind: "Status", reason: "TooManyRequests", message: "the server is currently unable" };

let folder: string;
let server: Server;
let clients: ApiClient[];
/** Bearer tokens, in the order in which requests came. */
let heard: string[];
let play: (token: string) => Play;
let nowMs: number;
let waits: number[];

/** Time passes only while somebody waits. */
const clock: Clock = {
  now: () => nowMs,
  wait: async (ms) => {
    waits.push(ms);
    nowMs += ms;
    await Promise.resolve();
  },
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "client-"));
  [heard, waits, clients, nowMs] = [[], [], [], 1_000_000];
  play = () => OK;
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    heard.push(token);
    const { code, body = {}, retryAfter } = play(token);
    response.writeHead(code, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  for (const client of clients) client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** `user`: what stands under the user of its only context. */
function clientOf(user: Readonly<Record<string, unknown>> = { token: "constant" }): ApiClient {
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const path = join(folder, "kubeconfig");
  const config = {
    clusters: [{ name: "here", cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: "ops", user }],
    contexts: [{ name: "here", context: { cluster: "here", user: "ops" } }],
    "current-context": "here",
  };
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(config));
  const client = createClient({ access: createAccess({ by: "kubeconfig", path }, clock), timeoutMs: 5000, clock });
  clients.push(client);
  return client;
}

const get = async (client: ApiClient): Promise<ApiAnswer> => await client.ask("GET", "/api/v1/pods");

function wordsOf(answer: ApiAnswer): string {
  return answer.ok ? "ok" : explain(answer.failure, "GET pods");
}

describe("an API server that is busy", () => {
  const busyTimes = (times: number, retryAfter?: string): void => {
    play = () =>
      heard.length <= times ? { code: 429, body: BUSY_BODY, ...(retryAfter === undefined ? {} : { retryAfter }) } : OK;
  };

  it("is asked again when its Retry-After is over, and not before; a second later where it says none", async () => {
    busyTimes(1, "3");
    expect(wordsOf(await get(clientOf()))).toBe("ok");
    expect([waits, heard.length]).toEqual([[3000], 2]);
    [heard, waits] = [[], []];
    busyTimes(2);
    expect(wordsOf(await get(clientOf()))).toBe("ok");
    expect([waits, heard.length]).toEqual([[1000, 1000], 3]);
  });

  it("is left alone until then by everybody, is told as late and not as broken, and waited for 10 s at most", async () => {
    busyTimes(1, "3600");
    const client = clientOf();
    const late = await get(client);
    expect(wordsOf(late)).toBe(
      "GET pods: the API server is busy (429), and is asked again in 10 s; nothing is wrong but that it is late",
    );
    if (late.ok) throw new Error("it was busy");
    expect(plain({ ok: false, why: "busy", failure: late.failure })).toMatchObject({ silent: true });
    nowMs += 4000;
    expect(wordsOf(await get(client))).toContain("in 6 s");
    expect(heard).toHaveLength(1);
    nowMs += 4000;
    expect(wordsOf(await get(client))).toBe("ok");
    expect([heard.length, waits]).toEqual([2, [2000]]);
  });

  it("is something else than a budget that says no to an eviction: that one is told at once, and nobody waits for it", async () => {
    const causes = [{ reason: "DisruptionBudget", message: "The disruption budget be is still being processed" }];
    const body = { kind: "Status", reason: "TooManyRequests", message: "Cannot evict pod.", details: { causes } };
    play = () => (heard.length === 1 ? { code: 429, body, retryAfter: "10" } : OK);
    const client = clientOf();
    const eviction = await client.ask("POST", "/api/v1/pods/be-0/eviction", { value: {}, type: "json" });
    if (eviction.ok) throw new Error("it was granted");
    expect(evictionOf(eviction.failure)).toMatchObject({ is: "budget", said: expect.stringContaining("budget be") });
    expect(wordsOf(await get(client))).toBe("ok");
    expect(waits).toEqual([]);
  });

  it("keeps a watch waiting as well", async () => {
    busyTimes(1, "2");
    const client = clientOf();
    const { signal } = new AbortController();
    expect(await client.stream("/api/v1/pods?watch=true", () => undefined, 60_000, signal)).toMatchObject({
      code: 429,
    });
    expect(await client.stream("/api/v1/pods?watch=true", () => undefined, 60_000, signal)).toBeNull();
    expect(waits).toEqual([2000]);
  });
});

describe("a token that changes", () => {
  it("is read again when the old one is not known any more, and the request sent once more, once", async () => {
    const tokenFile = join(folder, "token");
    writeFileSync(tokenFile, "first\n");
    const client = clientOf({ tokenFile });
    expect(wordsOf(await get(client))).toBe("ok");
    play = (token) => (token === "second" ? OK : { code: 401 });
    writeFileSync(tokenFile, "second\n");
    expect(wordsOf(await get(client))).toBe("ok");
    expect(heard).toEqual(["first", "first", "second"]);
    play = () => ({ code: 401 });
    expect(wordsOf(await get(client))).toContain("does not know the account (401). Mend the credentials");
    expect(heard.slice(3)).toEqual(["second"]);
  });

  it("of the pod that the console runs in is read anew each minute, with the address that the pod was told", async () => {
    const own = { account: folder, host: "fd00::1", port: "6443" };
    const access = createAccess({ by: "inCluster" }, clock, own);
    expect(await access(false)).toMatchObject({ ok: false, why: expect.stringContaining(`${folder} cannot be used`) });
    writeFileSync(join(folder, "ca.crt"), "CA");
    writeFileSync(join(folder, "token"), "first\n");
    expect(await access(false)).toMatchObject({
      ok: true,
      value: { server: "https://[fd00::1]:6443", ca: "CA", token: "first" },
    });
    writeFileSync(join(folder, "token"), "second\n");
    expect(await access(false)).toMatchObject({ value: { token: "second" } });
    const outside = createAccess({ by: "inCluster" }, clock, { ...own, host: undefined });
    expect(await outside(false)).toMatchObject({
      ok: false,
      why: expect.stringContaining("does not run in a pod: name a kubeconfig"),
    });
  });
});

describe("a command that prints credentials", () => {
  const V1 = "client.authentication.k8s.io/v1";
  const calls = (): number => readFileSync(join(folder, "calls"), "utf8").trim().split("\n").length;

  /** A plugin as a cloud has one; it writes down that it was asked, and what it was asked. */
  function pluginOf(script: string): Readonly<Record<string, unknown>> {
    const file = join(folder, "plugin");
    writeFileSync(file, `#!/bin/sh\necho "$1 $REGION $KUBERNETES_EXEC_INFO" >>"${folder}/calls"\n${script}\n`);
    chmodSync(file, 0o755);
    const env = [{ name: "REGION", value: "north" }];
    return { exec: { apiVersion: V1, command: "./plugin", args: ["get-token"], env, interactiveMode: "Never" } };
  }

  const printing = (expiresAtMs: number | null): string => {
    const expires = expiresAtMs === null ? "" : `,"expirationTimestamp":"${new Date(expiresAtMs).toISOString()}"`;
    return `n=$(wc -l <"${folder}/calls" | tr -d ' ')
echo '{"kind":"ExecCredential","apiVersion":"${V1}","status":{"token":"t'$n'"${expires}}}'`;
  };

  it("is run with what it needs, and again only when what it printed expires or is not known any more", async () => {
    const client = clientOf(pluginOf(printing(nowMs + 600_000)));
    await get(client);
    nowMs += 300_000;
    await get(client);
    expect([heard, calls()]).toEqual([["t1", "t1"], 1]);
    expect(readFileSync(join(folder, "calls"), "utf8")).toMatch(/^get-token north \{"kind":"ExecCredential"/);
    // Not up to its last moment.
    nowMs += 291_000;
    await get(client);
    expect(heard.at(-1)).toBe("t2");
  });

  it("is run again at once where the API server does not know the token, whatever it said of its expiry", async () => {
    const client = clientOf(pluginOf(printing(nowMs + 600_000)));
    play = (token) => (token === "t2" ? OK : { code: 401 });
    expect(wordsOf(await get(client))).toBe("ok");
    expect(heard).toEqual(["t1", "t2"]);
  });

  it("that lasts less than a minute is run again before that minute is over", async () => {
    const client = clientOf(pluginOf(printing(nowMs + 20_000)));
    await get(client);
    nowMs += 15_000;
    await get(client);
    expect(heard).toEqual(["t1", "t2"]);
  });

  it.each([
    [
      "fails",
      "echo 'no session: log in first' >&2; exit 3",
      /command \.\/plugin ended with 3 and said: no session: log in first/,
    ],
    ["prints something else", "echo 'token: abc'", /command \.\/plugin printed no ExecCredential/],
    ["prints no credential", `echo '{"kind":"ExecCredential","status":{}}'`, /printed no ExecCredential with a token/],
  ])("that %s is named with its user, and what it printed is not shown", async (_how, script, words) => {
    const said = wordsOf(await get(clientOf(pluginOf(script))));
    expect(said).toMatch(words);
    expect(said).toContain('kubeconfig, user "ops"');
    expect(said).not.toContain("abc");
    expect(heard).toEqual([]);
  });

  it("that is not there says where it is looked for, and what its owner says of installing it", async () => {
    const exec = { apiVersion: V1, command: "no-such-plugin", installHint: "Install it from the cloud's page." };
    const said = wordsOf(await get(clientOf({ exec })));
    expect(said).toContain('user "ops": its command no-such-plugin is not there on the console\'s machine: Install it');
    expect(existsSync(join(folder, "calls"))).toBe(false);
  });
});
