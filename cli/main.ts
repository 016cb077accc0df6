/** `sluice`: the console from a terminal. It speaks the API that the browser speaks, in the name of a person. */
import { spawnSync } from "node:child_process";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { runName } from "#lib/run/run-id.ts";
import { ACCOUNT_USAGE, actOnAccounts } from "./accounts.ts";
import { askStatus, dataFolderOf, makeLoginLink, withSession, type Answer, type ApiClient } from "./console-client.ts";
import { CLUSTER_USAGE, onClusters } from "./clusters.ts";
import { toRequest, VERBS, type Words } from "./requests.ts";
import { STAGE_USAGE, stageRelease } from "./stage.ts";
import { watchRun } from "./watch.ts";

const options = {
  config: { type: "string" },
  as: { type: "string" },
  reason: { type: "string" },
  by: { type: "string" },
  to: { type: "string" },
  confirm: { type: "string" },
  role: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

const clusters = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    nodeCount: z.number(),
    servingCount: z.number(),
    problem: z.string().nullable(),
    activeRun: z.object({ id: z.string() }).nullable(),
  }),
);
const runs = z.array(
  z.object({
    id: z.string(),
    kind: z.string(),
    targetVersion: z.string().nullable(),
    startedAtMs: z.number(),
    endedAtMs: z.number().nullable(),
    verdict: z.string().nullable(),
  }),
);
const accepted = z.object({ seq: z.number() });

process.exitCode = await main();

async function main(): Promise<number> {
  const parsed = readArguments();
  if (parsed === null) return 64;
  const { values, positionals } = parsed;
  const [command = "help", ...rest] = positionals;
  if (values.help || command === "help") return print(usage());
  const configFile = values.config ?? process.env["SLUICE_CONFIG"] ?? "sluice.yaml";
  const name = values.as ?? process.env["SLUICE_AS"] ?? null;
  if (command === "journal") return actOnJournal(configFile, rest, name);
  const dataFolder = findDataFolder(configFile);
  if (!dataFolder.ok) return fail(dataFolder.why);
  const folder = dataFolder.value;
  const reader = name ?? userInfo().username;

  if (command === "login") return name === null ? needsName() : finish(await makeLoginLink(folder, name));
  if (command === "account") {
    const answer = await actOnAccounts(folder, rest, values.role ?? null, name);
    return answer === null ? fail(ACCOUNT_USAGE.map((line) => `sluice ${line}`).join("\n")) : finish(answer);
  }
  if (command === "status") return finish(await status(folder, reader));
  if (command === "runs")
    return finish(await withSession(folder, reader, (client) => listRuns(client, rest[0] ?? null)));
  if (command === "watch") {
    const [runId] = rest;
    if (runId === undefined) return fail("sluice watch RUN");
    return finish(await withSession(folder, reader, (client) => watchRun(client, runId, (line) => void print(line))));
  }
  if (command === "cluster") {
    const reads = rest[0] === "export" || rest[0] === "test";
    if (name === null && !reads) return needsName();
    const who = name ?? reader;
    return finish(await withSession(folder, who, (client) => onClusters(client, rest, values.confirm ?? null)));
  }
  if (command === "stage") {
    if (name === null) return needsName();
    const wait = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 1000));
    const say = (line: string): void => void print(line);
    return finish(await withSession(folder, name, (client) => stageRelease(client, rest, say, wait)));
  }
  const [runId, nodeId, checkKey] = rest;
  const words: Words = {
    nodeId: nodeId ?? null,
    checkKey: checkKey ?? null,
    reason: values.reason ?? null,
    by: values.by ?? null,
    to: values.to ?? null,
  };
  const request = toRequest(command, words);
  if (request === null) return fail(`There is no "sluice ${command}".\n\n${usage()}`);
  if (!request.ok) return fail(request.usage);
  if (runId === undefined) return fail(`sluice ${command} ${VERBS[command]?.usage ?? ""} --as NAME`);
  if (name === null) return needsName();
  const path = `/api/runs/${encodeURIComponent(runId)}/requests`;
  const answer = await withSession(folder, name, (client) => client.post(path, request.request, accepted));
  return finish(
    answer.ok ? { ok: true, value: `Accepted as entry ${answer.value.seq} of ${runName(runId)}.` } : answer,
  );
}

async function status(folder: string, reader: string): Promise<Answer<string>> {
  const answer = await askStatus(folder);
  if (!answer.ok) return answer;
  const { health, baseUrl, consoleVersion, pid } = answer.value;
  const head = `Sluice ${consoleVersion} is ${health} at ${baseUrl} (pid ${pid})`;
  if (health !== "ready") return { ok: true, value: head };
  const listed = await withSession(folder, reader, (client) => client.get("/api/clusters", clusters));
  if (!listed.ok) return listed;
  const lines = listed.value.map(({ id, nodeCount, servingCount, problem, activeRun }) => {
    const remarks = [problem, activeRun === null ? null : `run ${runName(activeRun.id)} is under way`].filter(
      (text) => text !== null,
    );
    return `${id}  ${servingCount} of ${nodeCount} nodes serve${remarks.map((text) => `  ${text}`).join("")}`;
  });
  return { ok: true, value: [head, ...lines].join("\n") };
}

async function listRuns(client: ApiClient, clusterId: string | null): Promise<Answer<string>> {
  const listed = clusterId === null ? await client.get("/api/clusters", clusters) : null;
  if (listed !== null && !listed.ok) return listed;
  const ids = listed === null ? [clusterId ?? ""] : listed.value.map(({ id }) => id);
  const lines: string[] = [];
  for (const id of ids) {
    const answer = await client.get(`/api/clusters/${encodeURIComponent(id)}/runs`, runs);
    if (!answer.ok) return answer;
    for (const run of answer.value) {
      const began = new Date(run.startedAtMs).toISOString().slice(0, 16).replace("T", " ");
      lines.push(
        `${runName(run.id)}  ${id}  ${run.kind} ${run.targetVersion ?? ""}  since ${began}Z  ${run.verdict ?? "under way"}`,
      );
    }
  }
  return { ok: true, value: lines.length === 0 ? "No runs yet." : lines.join("\n") };
}

/** The server knows its journal; whether it runs does not matter, but for `restore`. */
function actOnJournal(configFile: string, [verb = "", ...files]: readonly string[], name: string | null): number {
  if (verb === "restore" && name === null) return needsName();
  const server = join(import.meta.dirname, "..", "server", "main.ts");
  const as = name === null ? [] : ["--as", name];
  // Where the person stands, not where the server lies.
  const paths = files.map((file) => resolve(file));
  const given = ["--config", configFile, ...as, "--journal", verb, ...paths];
  const ran = spawnSync(process.execPath, [server, ...given], { stdio: "inherit" });
  return ran.status ?? 1;
}

function findDataFolder(configFile: string): Answer<string> {
  try {
    return { ok: true, value: dataFolderOf(configFile) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, why: `${configFile} cannot be read (${why}). Name the console's configuration with --config.` };
  }
}

function readArguments() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage()}`);
    return null;
  }
}

function usage(): string {
  const verbs = Object.entries(VERBS).map(([verb, { usage }]) => `  sluice ${verb} ${usage}`);
  return `sluice COMMAND [--config FILE] [--as NAME]

  sluice login --as NAME     print a one-time link for the browser
  sluice status              the console and its clusters
${ACCOUNT_USAGE.map((line) => `  sluice ${line}`).join("\n")}
  sluice runs [CLUSTER]      runs, newest first
  sluice watch RUN           what happens in a run, as it happens
  sluice journal verify      read the whole journal and check its chain
  sluice journal backup FILE   copy it, as of one moment, while the console runs
  sluice journal salvage FILE  write what can be read of a damaged one to a new file
  sluice journal restore FILE  put a backup in its place (the console must not run)
${CLUSTER_USAGE}
${STAGE_USAGE}
${verbs.join("\n")}

--config (or SLUICE_CONFIG) is the running console's configuration, ./sluice.yaml unless said otherwise.
--as (or SLUICE_AS) is the person who asks: it stands in the journal. A password is asked for, or read from a pipe.`;
}

function needsName(): number {
  return fail("Say who asks with --as NAME (or SLUICE_AS): every act stands in the journal with its person.");
}

function finish(answer: Answer<string>): number {
  return answer.ok ? print(answer.value) : fail(answer.why);
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function fail(text: string): number {
  process.stderr.write(`${text}\n`);
  return 1;
}
