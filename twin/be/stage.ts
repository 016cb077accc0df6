/** For tests: one backend, started by its script, before a leader that is played here. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../cluster.ts";
import { layOut, nodesOf, type Role, type TwinNode } from "../layout.ts";
import { endAll, pidOf, runScript } from "../processes.ts";
import { takeSubnet } from "../subnet.ts";
import { call } from "../thrift/client.ts";
import { fields, i32, i64, numberAt, struct, structAt, text, textAt } from "../thrift/codec.ts";
import { serve } from "../thrift/server.ts";
import { readTruth, truthFile } from "../truth.ts";
import { defaults } from "../twin.ts";
import type { FragmentAnswer, FragmentRequest, TxnBegin, TxnEnd, Truth } from "../wire/internal.ts";
import { answer, body, listen, postJson } from "./web.ts";

export type Beat =
  | { readonly status: "ok"; readonly version: string | null; readonly rebootTimeS: number | null }
  | { readonly status: "shutdown" | "error"; readonly message: string }
  | { readonly status: "none"; readonly cause: string };

export type Stage = {
  readonly root: string;
  readonly node: TwinNode;
  readonly leader: {
    readonly runningQueries: number[];
    readonly begun: TxnBegin[];
    readonly ended: TxnEnd[];
    tablets: number;
  };
  start(): Promise<void>;
  pid(): number | null;
  script(name: string, ...args: readonly string[]): ReturnType<typeof runScript>;
  heartbeat(clusterId?: number): Promise<Beat>;
  query(id: string, workMs: number): Promise<FragmentAnswer>;
  cancel(id: string): Promise<void>;
  metric(name: string): Promise<number>;
  set(parameters: string): Promise<string>;
  log(): string;
  truth(): readonly Truth[];
  close(): Promise<void>;
};

export async function stageBackend(options: {
  readonly role: Exclude<Role, "fe">;
  readonly version: string;
  readonly conf: readonly string[];
}): Promise<Stage> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "twin-be-")));
  const subnet = await takeSubnet(null);
  if (subnet === null) throw new Error("no free network on the loopback");
  const settings = {
    ...defaults,
    root,
    subnet: subnet.prefix,
    version: options.version,
    artifacts: [],
    frontends: 0,
    backends: options.role === "be" ? 1 : 0,
    computeNodes: options.role === "cn" ? 1 : 0,
    conf: { fe: [], be: options.conf, cn: options.conf },
  };
  const [node] = nodesOf(settings);
  if (node === undefined) throw new Error("one node was to be laid out");
  writeFileSync(truthFile(root), "");
  layOut(settings, [node]);
  const leader = await playLeader(`${subnet.prefix}.1`);
  const stage: Stage = {
    root,
    node,
    leader: leader.seen,
    async start() {
      await runScript(node.home, `start_${node.role}.sh`, ["--daemon"]);
      await until("the heartbeat server to answer", async () => (await stage.heartbeat()).status !== "none");
    },
    pid: () => pidOf(node.home),
    script: (name, ...args) => runScript(node.home, name, args),
    heartbeat: (clusterId = 7) => beat(node.host, `${subnet.prefix}.1`, clusterId),
    query: (id, workMs) =>
      sendFragment(node.host, { queryId: id, fragmentId: "0", coordinator: "test", workMs, kind: "query" }),
    async cancel(id) {
      await postJson(
        new URL(`http://${node.host}:8060/cancel`),
        { queryId: id, reason: "by the test" },
        5000,
        "127.0.0.1",
      );
    },
    async metric(name) {
      const page = await (await fetch(`http://${node.host}:8040/metrics`)).text();
      return Number(new RegExp(`^starrocks_be_${name} (\\S+)$`, "m").exec(page)?.[1]);
    },
    async set(parameters) {
      const response = await fetch(`http://${node.host}:8040/api/update_config?${parameters}`, { method: "POST" });
      return response.text();
    },
    log: () => readFileSync(join(node.home, "log", `${node.role}.INFO`), "utf8"),
    truth: () => readTruth(root),
    async close() {
      await endAll(root);
      await leader.close();
      subnet.release();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return stage;
}

async function sendFragment(host: string, request: FragmentRequest): Promise<FragmentAnswer> {
  const reply = await postJson(new URL(`http://${host}:8060/fragment`), request, 60_000, "127.0.0.1");
  if (!reply.ok) return { status: "cancelled", reason: reply.why };
  return JSON.parse(reply.text);
}

/** What a leader sends (TMasterInfo) and makes of the answer. */
async function beat(host: string, leader: string, clusterId: number): Promise<Beat> {
  const master = struct({ 1: struct({ 1: text(leader), 2: i32(9020) }), 2: i32(clusterId), 3: i64(1), 6: i32(8030) });
  const reply = await call(host, 9050, "heartbeat", fields({ 1: master }), 1000);
  if (!reply.ok) return { status: "none", cause: reply.cause };
  const result = structAt(reply.fields, 0) ?? fields({});
  const status = structAt(result, 1) ?? fields({});
  const code = numberAt(status, 1);
  const info = structAt(result, 2) ?? fields({});
  if (code === 0) return { status: "ok", version: textAt(info, 5), rebootTimeS: numberAt(info, 8) };
  const messages = status.get(2);
  const [message] = messages?.type === "list" ? messages.items : [];
  return { status: code === 59 ? "shutdown" : "error", message: message?.type === "string" ? message.value : "" };
}

async function playLeader(host: string): Promise<{ readonly seen: Stage["leader"]; close(): Promise<void> }> {
  const seen: Stage["leader"] = { runningQueries: [], begun: [], ended: [], tablets: 0 };
  const thrift = await serve(host, 9020, (name, args) => {
    const request = structAt(args, 1) ?? fields({});
    const usage = structAt(request, 10);
    if (name === "report" && usage !== null) seen.runningQueries.push(numberAt(usage, 1) ?? -1);
    const tablets = request.get(4);
    if (name === "report" && tablets?.type === "map") seen.tablets = tablets.entries.length;
    return fields({ 0: struct({ 1: struct({ 1: i32(0) }) }) });
  });
  const http = await listen(host, 8030, async (request, response) => {
    const content = await body(request);
    const begin = (request.url ?? "").endsWith("/begin");
    if (begin) seen.begun.push(JSON.parse(content));
    else seen.ended.push(JSON.parse(content));
    answer(response, 200, "application/json", JSON.stringify({ ok: true, txnId: 1000 + seen.begun.length }));
  });
  return {
    seen,
    async close() {
      await thrift.close();
      await http.close();
    },
  };
}
