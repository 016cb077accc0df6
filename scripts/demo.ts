/**
 * `npm run demo`: a StarRocks cluster in miniature, under load, and the console over it. Ctrl-C ends every process of
 * both. `--dev` lets Next render from source instead of a build; `--port` asks for a port.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { BUILD_COMMAND, buildIsStale } from "./pages-build.ts";
import { NODE, ROOT, run, start, type Program } from "./processes.ts";

const FIRST_PORT = 8188;
const LAST_PORT = 8288;
const CONSOLE_GRACE_MS = 30_000;
const TWIN_GRACE_MS = 20_000;
const READY_LIMIT_MS = 120_000;

const twinReady = z.object({ ready: z.literal(true), config: z.string() });
const { dev, port: wantedPort } = parseArgs({
  options: { dev: { type: "boolean", default: false }, port: { type: "string" } },
}).values;

const folder = mkdtempSync(join(tmpdir(), "sluice-demo-"));
const twinRoot = join(folder, "twin");
const programs: Program[] = [];
const stopping = new AbortController();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) for (const program of programs) program.kill();
    else void stop(signal === "SIGINT" ? 0 : 1);
  });
}

try {
  const [twinConfig, built] = await Promise.all([startTwin(), buildPages()]);
  if (!built) throw new Error("The pages could not be built; what Next printed above says why.");
  await startConsole(writeConfig(twinConfig, await freePort()));
} catch (error) {
  if (!stopping.signal.aborted) {
    say(error instanceof Error ? error.message : String(error));
    await stop(1);
  }
}

/** Resolves with the configuration that the twin wrote for a console. */
function startTwin(): Promise<string> {
  say("Starting a StarRocks cluster in miniature: 3 FE, 4 BE, 2 CN, version 3.5.7, under load");
  return new Promise((resolve, reject) => {
    const twin = launch("twin", [NODE, join(ROOT, "twin/main.ts"), "up", "--root", twinRoot], (line) => {
      const ready = twinReady.safeParse(parseJson(line));
      if (ready.success) resolve(ready.data.config);
      else say(line);
    });
    void twin.ended.then(() => reject(new Error("The cluster ended before it was up.")));
  });
}

async function buildPages(): Promise<boolean> {
  if (dev || !buildIsStale()) return true;
  say("Building the pages, once");
  const build = launch("build", BUILD_COMMAND, null);
  return (await build.ended) === 0;
}

function writeConfig(twinConfig: string, port: number): string {
  const config = z.looseObject({}).parse(parse(readFileSync(twinConfig, "utf8")));
  const data = join(folder, "console");
  mkdirSync(data, { recursive: true });
  const file = join(folder, "sluice.yaml");
  writeFileSync(file, stringify({ console: { listen: `127.0.0.1:${port}`, data }, ...config }));
  return file;
}

async function startConsole(configFile: string): Promise<void> {
  if (stopping.signal.aborted) return;
  const operator = operatorName();
  const argv = [
    NODE,
    join(ROOT, "server/main.ts"),
    "--config",
    configFile,
    "--as",
    operator,
    ...(dev ? ["--dev"] : []),
  ];
  let link: string | null = null;
  const logFile = join(folder, "console.log");
  const recent: string[] = [];
  const program = launch("console", argv, (line, from) => {
    link ??= /https?:\/\/\S+\/login#\S+/.exec(line)?.[0] ?? null;
    if (from === "stdout") return;
    writeFileSync(logFile, `${line}\n`, { flag: "a" });
    recent.push(line);
    if (recent.length > 20) recent.shift();
  });
  void program.ended.then((how) => {
    if (stopping.signal.aborted) return;
    say(`The console ended by itself (${how}). The last it said:\n${recent.join("\n")}`);
    void stop(1);
  });
  const origin = await whenReady(program, () => (link === null ? null : new URL(link).origin));
  if (origin === null) return;
  say(`
Sluice is ready. Open this link, once, as ${operator}:

  ${link ?? ""}

Another link:  npx sluice login --as ${operator} --config ${configFile}
Its log:       ${logFile}
Ctrl-C ends the console and the cluster.
`);
}

/** The console's address once it answers that it is ready; null when it ended or everything is to end. */
async function whenReady(program: Program, origin: () => string | null): Promise<string | null> {
  const limitAtMs = Date.now() + READY_LIMIT_MS;
  while (!program.hasEnded() && !stopping.signal.aborted) {
    const at = origin();
    const status =
      at === null
        ? 0
        : await fetch(`${at}/healthz`).then(
            ({ status }) => status,
            () => 0,
          );
    if (status === 200) return at;
    if (Date.now() > limitAtMs) throw new Error("The console did not become ready in two minutes.");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return null;
}

/** The console first, so that it does not see its cluster die; then the cluster; then what they left on the disk. */
async function stop(exitCode: number): Promise<void> {
  stopping.abort();
  say("Ending the console and the cluster; Ctrl-C again does it at once");
  const named = (name: string): readonly Program[] => programs.filter((program) => program.name === name);
  await Promise.all([...named("console"), ...named("build")].map((program) => program.stop(CONSOLE_GRACE_MS)));
  await Promise.all(named("twin").map((program) => program.stop(TWIN_GRACE_MS)));
  // Nodes are in groups of their own, as in a real cluster: whatever happened to the twin, none may stay.
  if (named("twin").length > 0) await run("down", [NODE, join(ROOT, "twin/main.ts"), "down", "--root", twinRoot]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  say("All processes have ended.");
  process.exit(exitCode);
}

function launch(name: string, argv: readonly string[], onLine: Parameters<typeof start>[0]["onLine"]): Program {
  const program = start({ name, argv, onLine });
  programs.push(program);
  return program;
}

async function freePort(): Promise<number> {
  if (wantedPort !== undefined) return Number(wantedPort);
  for (let port = FIRST_PORT; port <= LAST_PORT; port += 1) if (await isFree(port)) return port;
  throw new Error(`No port from ${FIRST_PORT} to ${LAST_PORT} is free; name one with --port.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** Who logs in; a name that the console would refuse becomes "demo". */
function operatorName(): string {
  const { username } = userInfo();
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(username) && username !== "root" ? username : "demo";
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
