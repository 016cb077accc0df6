/**
 * `npm run screens`: every screen of the console as it really looks, over a twin under load, dark and light, wide and
 * narrow, into docs/screens/. What they show is played by nobody: a run is planned, approved, drained and finished. What one run
 * does not come by is taken from the gallery; `--gallery` takes that alone.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright";
import { startWorld, type World } from "../e2e/world.ts";
import { ensureChromium, HOW_TO_GET_CHROMIUM } from "./ensure-chromium.ts";
import { BUILD_COMMAND, buildIsStale } from "./pages-build.ts";
import { ROOT, run } from "./processes.ts";
import { shootGallery } from "./screens-gallery.ts";

const FOLDER = join(ROOT, "docs/screens");
const THEMES = ["dark", "light"] as const;
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;
/** Charts are about the last quarter of an hour: some of it should be there. */
const HISTORY_MS = 90_000;

type Api = (method: "GET" | "POST", path: string, body?: unknown) => Promise<Record<string, unknown>>;
type Studio = { readonly world: World; readonly browser: Browser; readonly state: StorageState; readonly api: Api };
type StorageState = Awaited<ReturnType<BrowserContext["storageState"]>>;

process.exitCode = await main();

async function main(): Promise<number> {
  const executablePath = ensureChromium((line) => process.stdout.write(`${line}\n`));
  if (executablePath === null) {
    process.stdout.write(`${HOW_TO_GET_CHROMIUM}\n`);
    return 1;
  }
  if (buildIsStale() && (await run("build", BUILD_COMMAND)) !== 0) return 1;
  mkdirSync(FOLDER, { recursive: true });
  const onlyGallery = process.argv.includes("--gallery");
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  try {
    if (!onlyGallery) await shootWorld(browser);
    await shootGallery(browser, FOLDER);
    return 0;
  } finally {
    await browser.close();
  }
}

async function shootWorld(browser: Browser): Promise<void> {
  const world = await startWorld({ heartbeatSeconds: 5 });
  try {
    await shootAll(await openStudio(world, browser));
  } finally {
    await world.stop();
  }
}

async function openStudio(world: World, browser: Browser): Promise<Studio> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(world.console().loginLink);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
  const state = await context.storageState();
  const api: Api = async (method, path, body) => {
    const url = `${world.console().url}/api${path}`;
    const headers = { origin: world.console().url };
    const answer = await (method === "GET" ? page.request.get(url) : page.request.post(url, { data: body, headers }));
    return answer.json();
  };
  return { world, browser, state, api };
}

async function shootAll(studio: Studio): Promise<void> {
  const { world, api } = studio;
  const cluster = `/clusters/${world.clusterId}`;
  await pause(HISTORY_MS);
  await shoot(studio, "cluster", cluster);
  await shoot(studio, "plan", `${cluster}/plan`);

  const request = planRequest();
  const { runId } = await api("POST", `${cluster}/runs`, { request, confirm: world.clusterId, overrides: [] });
  const runPath = `/runs/${encodeURIComponent(String(runId))}`;
  const approve = (nodeId: string) => api("POST", `${runPath}/requests`, { do: "approve", nodeId });
  await shoot(studio, "run-gate", runPath);

  await approve("be-01");
  await untilEvent(studio, runPath, (event) => event["type"] === "StepEnded" && event["nodeId"] === "be-01");
  // Long enough for three screens, and so many that some are on each backend.
  for (let query = 0; query < 8; query += 1) await world.twin.long(60, "bi_etl");
  await approve("be-02");
  await untilEvent(studio, runPath, (event) => isPhase(event, "be-02", "drain"));
  await pause(12_000);
  const drainedAt = new Date().toISOString();
  await shoot(studio, "run-drain", runPath);
  await shoot(studio, "cluster-drain", cluster);
  await shoot(studio, "node-drain", `${cluster}/nodes/be-02`);
  await untilEvent(studio, runPath, (event) => isPhase(event, "be-02", "confirm"));
  await shoot(studio, "run-confirm", runPath);

  for (const nodeId of ["be-03", "be-04", "cn-01", "cn-02", "fe-02", "fe-03", "fe-01"]) await approve(nodeId);
  await untilEvent(studio, runPath, (event) => isPhase(event, "fe-03", "verify"));
  await world.twin.pauseLoads();
  await untilEvent(studio, runPath, (event) => event["type"] === "RunEnded");
  await shoot(studio, "report", runPath);
  await shoot(studio, "replay", `${runPath}?at=${drainedAt}`);
  await shoot(studio, "node", `${cluster}/nodes/be-02`);
  await shoot(studio, "runs", `${cluster}/runs`);
  await shoot(studio, "audit", `${cluster}/audit`);
}

function planRequest() {
  const policy = {
    approval: "every",
    drain: "before",
    onDrainLimit: { do: "ask" },
    soakMs: 5000,
    minRequests: 20,
    onNoTraffic: "hold",
    maxFailures: 5,
    maxUnavailable: 1,
  };
  return {
    kind: "upgrade",
    targetVersion: "4.0.7",
    nodeIds: null,
    policy,
    drainLimitMs: 120_000,
    exitLimitMs: {},
    leaderExit: "graceful",
    isolate: true,
    reason: "CHG-4711, the quarterly upgrade",
  };
}

async function shoot({ world, browser, state }: Studio, name: string, path: string): Promise<void> {
  // One page for all of them: what it shows may last a few seconds and no longer.
  const context = await browser.newContext({ storageState: state, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`${world.console().url}${path}`);
  await untilLive(page);
  for (const viewport of SIZES) {
    await page.setViewportSize(viewport);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
      await pause(300);
      await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}-${viewport.width}.png`) });
    }
  }
  await context.close();
  process.stdout.write(`${name}\n`);
}

/** The socket is open and the first series are drawn. */
async function untilLive(page: Page): Promise<void> {
  await page
    .getByRole("banner")
    .getByText(/^(live|late|replaying)/)
    .waitFor({ timeout: 120_000 });
  await page.waitForLoadState("networkidle").catch(() => undefined);
  await pause(1500);
}

async function untilEvent(
  { api }: Studio,
  runPath: string,
  wanted: (event: Record<string, unknown>) => boolean,
): Promise<void> {
  for (;;) {
    const { events } = await api("GET", runPath);
    if (Array.isArray(events) && events.some(({ event }) => wanted(event))) return;
    await pause(250);
  }
}

function isPhase(event: Record<string, unknown>, nodeId: string, phase: string): boolean {
  return event["type"] === "PhaseBegan" && event["nodeId"] === nodeId && event["phase"] === phase;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
