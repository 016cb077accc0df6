/**
 * `npm run bench:browser`: what the cluster's screen costs a browser while a thousand nodes change every second.
 *
 *   node bench/browser.ts [--nodes 1000] [--pools 3] [--seconds 60] [--every-seconds 10] [--path /nodes/be-0001] [--json]
 *   node bench/browser.ts --minutes 30         only the memory, at the beginning, each minute and at the end
 *
 * Shares are of one core, in the time of the main thread itself, so that what else runs on the machine does not count;
 * long tasks are told in both. The memory is read after a collection. Ends with 1 where a limit is not kept.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium, type CDPSession, type Page } from "playwright";
import { z } from "zod";
import { ensureChromium, HOW_TO_GET_CHROMIUM } from "../scripts/ensure-chromium.ts";
import { BUILD_COMMAND, buildIsStale } from "../scripts/pages-build.ts";
import { NODE, ROOT, run, start } from "../scripts/processes.ts";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1000" },
    pools: { type: "string", default: "3" },
    seconds: { type: "string", default: "60" },
    "every-seconds": { type: "string", default: "10" },
    minutes: { type: "string", default: "" },
    path: { type: "string", default: "" },
    json: { type: "boolean", default: false },
  },
});

const LIMITS = { scriptShare: 0.25, longestTaskMs: 50, firstViewScriptKb: 200, paintMs: 1000, shift: 0.001 } as const;
/** Reading the page, its first data and its fonts is loading; what comes after is running. */
const SETTLE_MS = 8000;
/** A console that has just begun hears of its nodes one after the other: what then changes is news, and no shift. */
const FIRST_NEWS_MS = 12_000;
const TRACE_MS = 30_000;
/** A window of the series fills first: until then there is more to keep each second. */
const WARM_MS = 60_000;
/**
 * Each time the least of several: a thousand changed nodes are in hand every second, and a collection in the midst of them
 * finds up to 5 MB more. What is kept is in every sample.
 */
const HEAP_SAMPLES = 8;
const HEAP_SAMPLE_EVERY_MS = 370;
/** Flat: what a minute adds, by the best line through all of them, comes to less than a twentieth in the whole time. */
const MAY_GROW = 0.05;
/** What the engine compiles lies in the same heap, and it compiles for hours: without it, what grows is the page's own. */
const WITHOUT_COMPILED = "--js-flags=--jitless";

const readyLine = z.object({ ready: z.literal(true), url: z.string(), clusterId: z.string(), link: z.string() });
const patchFrame = z.object({
  type: z.literal("clusterPatch"),
  patch: z.object({ nodes: z.record(z.string(), z.unknown()).optional() }),
});
const pageMarks = z.object({
  paintMs: z.number(),
  shiftAfterPaint: z.number(),
  longTasks: z.array(z.object({ atMs: z.number(), ms: z.number() })),
});
const traceEvent = z.object({
  name: z.string(),
  pid: z.number(),
  tid: z.number(),
  dur: z.number().optional(),
  tdur: z.number().optional(),
  args: z.object({ name: z.string().optional() }).loose().optional(),
});

process.exitCode = await main();

async function main(): Promise<number> {
  const executablePath = ensureChromium((line) => process.stderr.write(`${line}\n`));
  if (executablePath === null) {
    process.stdout.write(`${HOW_TO_GET_CHROMIUM}\n`);
    return 1;
  }
  if (buildIsStale() && (await run("build", BUILD_COMMAND)) !== 0) return 1;
  const model = await startModel();
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...(values.minutes === "" ? [] : [WITHOUT_COMPILED]),
    ],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "dark" });
    const page = await context.newPage();
    await page.goto(model.link);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/login"));
    await page.goto("about:blank");
    await page.waitForTimeout(FIRST_NEWS_MS);
    const url = `${model.url}/clusters/${model.clusterId}${values.path}`;
    return values.minutes === ""
      ? report(await measure(page, url))
      : await watchMemory(page, url, Number(values.minutes));
  } finally {
    await browser.close();
    await model.stop();
  }
}

type Figures = {
  readonly nodes: number;
  readonly seconds: number;
  /** Of all nodes together, as the socket brought them. */
  readonly changesPerS: number;
  readonly scriptShare: number;
  readonly mainThreadShare: number;
  readonly styleAndLayoutShare: number;
  readonly longTasksAfterLoad: readonly { readonly atMs: number; readonly ms: number }[];
  readonly longestTaskWallMs: number;
  readonly longestTaskCpuMs: number;
  readonly heapMb: readonly number[];
  readonly elements: number;
  /** Without the headers of its answers. */
  readonly firstViewScriptKb: number;
  readonly firstViewOnWireKb: number;
  readonly laterScriptKb: number;
  readonly documentKb: number;
  readonly paintMs: number;
  readonly shiftAfterPaint: number;
};

async function measure(page: Page, url: string): Promise<Figures> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  // As somebody who comes for the first time: logging in has fetched parts already.
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const scripts = scriptsOf(cdp);
  const changes = changesOf(page);
  await page.addInitScript(markPage);
  const answer = await page.goto(url);
  const html = (await answer?.text()) ?? "";
  const documentKb = Buffer.byteLength(html) / 1024;
  await page.getByRole("banner").getByText(/^live/).waitFor({ timeout: 60_000 });
  await page.waitForTimeout(SETTLE_MS);
  const scriptKb = scripts(html);

  const heapMb = [await heapOf(cdp)];
  const before = await metricsOf(cdp);
  const fromMs = await page.evaluate(() => performance.now());
  const changesBefore = changes();
  const beganMs = Date.now();
  const seconds = Number(values.seconds);
  for (let passed = 0; passed < seconds; passed += Number(values["every-seconds"])) {
    await page.waitForTimeout(Number(values["every-seconds"]) * 1000);
    heapMb.push(await heapOf(cdp));
  }
  const after = await metricsOf(cdp);
  const tookS = (Date.now() - beganMs) / 1000;
  const marks = pageMarks.parse(await page.evaluate(() => Reflect.get(window, "benchMarks")));
  const changesPerS = (changes() - changesBefore) / tookS;
  const traced = await longestTasks(cdp, page);
  const share = (name: string): number => ((after.get(name) ?? 0) - (before.get(name) ?? 0)) / tookS;
  return {
    nodes: Number(values.nodes),
    seconds: tookS,
    changesPerS,
    scriptShare: share("ScriptDuration"),
    mainThreadShare: share("TaskDuration"),
    styleAndLayoutShare: share("RecalcStyleDuration") + share("LayoutDuration"),
    // A collection that was asked for is ours, and a pause.
    longTasksAfterLoad: marks.longTasks.filter(({ atMs }) => atMs > fromMs),
    longestTaskWallMs: traced.wallMs,
    longestTaskCpuMs: traced.cpuMs,
    heapMb,
    elements: await page.evaluate(() => document.querySelectorAll("*").length),
    firstViewScriptKb: scriptKb.firstView,
    firstViewOnWireKb: scriptKb.firstViewOnWire,
    laterScriptKb: scriptKb.later,
    documentKb,
    paintMs: marks.paintMs,
    shiftAfterPaint: marks.shiftAfterPaint,
  };
}

async function watchMemory(page: Page, url: string, minutes: number): Promise<number> {
  const cdp = await page.context().newCDPSession(page);
  await page.goto(url);
  await page.getByRole("banner").getByText(/^live/).waitFor({ timeout: 60_000 });
  await page.waitForTimeout(WARM_MS);
  const beganMs = Date.now();
  const heapMb = [await leastHeapOf(cdp, page)];
  for (let minute = 1; minute <= minutes; minute += 1) {
    await page.waitForTimeout(Math.max(0, beganMs + minute * 60_000 - Date.now()));
    heapMb.push(await leastHeapOf(cdp, page));
  }
  const [first = 0] = heapMb;
  const grew = slopeOf(heapMb) * minutes;
  const ok = grew <= first * MAY_GROW;
  const each = heapMb.map((mb) => mb.toFixed(1)).join(" ");
  process.stdout.write(`${ok ? "  " : "✗ "}heap after collection, the least of 8, MB, each minute: ${each}\n`);
  process.stdout.write(`${ok ? "  " : "✗ "}in ${minutes} minutes ${grew.toFixed(2)} MB more, of ${first.toFixed(1)}\n`);
  return ok ? 0 : 1;
}

/** Least squares: what one step adds. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const over = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  const under = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

/** Runs in the page, before anything else does. */
function markPage(): void {
  const marks = { paintMs: 0, shiftAfterPaint: 0, longTasks: new Array<{ atMs: number; ms: number }>() };
  Reflect.set(window, "benchMarks", marks);
  const observe = (type: string, take: (entry: PerformanceEntry) => void): void =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  observe("longtask", ({ startTime, duration }) => marks.longTasks.push({ atMs: startTime, ms: duration }));
  observe("largest-contentful-paint", ({ startTime }) => {
    marks.paintMs = startTime;
    marks.shiftAfterPaint = 0;
  });
  observe("layout-shift", (entry) => {
    const value: unknown = Reflect.get(entry, "value");
    if (typeof value === "number" && Reflect.get(entry, "hadRecentInput") !== true) marks.shiftAfterPaint += value;
  });
}

type ScriptKb = { readonly firstView: number; readonly firstViewOnWire: number; readonly later: number };

/**
 * Compressed, as the console sent it: what the document names is the first view's; what a part asks for once it stands
 * (the drawn lines, a dialog) comes later.
 */
function scriptsOf(cdp: CDPSession): (html: string) => ScriptKb {
  const asked = new Map<string, string>();
  const sent = new Map<string, number>();
  const headers = new Map<string, number>();
  cdp.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (type !== "Script") return;
    asked.set(requestId, new URL(response.url).pathname);
    headers.set(requestId, response.encodedDataLength);
  });
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sent.set(requestId, encodedDataLength));
  return (html) => {
    const bytes = { firstView: 0, later: 0, headers: 0 };
    for (const [requestId, path] of asked) {
      // As a script, or to be fetched ahead for a part that stands in the first paint.
      const isFirst = html.includes(path);
      bytes[isFirst ? "firstView" : "later"] += sent.get(requestId) ?? 0;
      if (isFirst) bytes.headers += headers.get(requestId) ?? 0;
    }
    return {
      firstView: (bytes.firstView - bytes.headers) / 1024,
      firstViewOnWire: bytes.firstView / 1024,
      later: bytes.later / 1024,
    };
  };
}

/** How many nodes changed, counted outside the page. */
function changesOf(page: Page): () => number {
  let changes = 0;
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      const text = String(payload);
      if (!text.startsWith('{"type":"clusterPatch"')) return;
      const frame = patchFrame.safeParse(JSON.parse(text));
      if (frame.success) changes += Object.keys(frame.data.patch.nodes ?? {}).length;
    }),
  );
  return () => changes;
}

async function metricsOf(cdp: CDPSession): Promise<ReadonlyMap<string, number>> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

async function heapOf(cdp: CDPSession): Promise<number> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  return usedSize / 1024 / 1024;
}

async function leastHeapOf(cdp: CDPSession, page: Page): Promise<number> {
  let least = Infinity;
  for (let sample = 0; sample < HEAP_SAMPLES; sample += 1) {
    least = Math.min(least, await heapOf(cdp));
    await page.waitForTimeout(HEAP_SAMPLE_EVERY_MS);
  }
  return least;
}

/** By a trace of its own, for it costs something: the longest task of the page's main thread, by clock and by thread. */
async function longestTasks(cdp: CDPSession, page: Page): Promise<{ readonly wallMs: number; readonly cpuMs: number }> {
  const events: z.infer<typeof traceEvent>[] = [];
  cdp.on("Tracing.dataCollected", ({ value }) => {
    for (const each of value) {
      const parsed = traceEvent.safeParse(each);
      if (parsed.success) events.push(parsed.data);
    }
  });
  await cdp.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel", "__metadata"] },
  });
  await page.waitForTimeout(TRACE_MS);
  const complete = new Promise<void>((resolve) => cdp.once("Tracing.tracingComplete", () => resolve()));
  await cdp.send("Tracing.end");
  await complete;
  const mains = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events.filter(({ pid, tid, dur }) => dur !== undefined && mains.has(`${pid} ${tid}`));
  return {
    wallMs: Math.max(0, ...tasks.map(({ dur }) => (dur ?? 0) / 1000)),
    cpuMs: Math.max(0, ...tasks.map(({ tdur }) => (tdur ?? 0) / 1000)),
  };
}

type Model = {
  readonly url: string;
  readonly clusterId: string;
  readonly link: string;
  readonly stop: () => Promise<void>;
};

function startModel(): Promise<Model> {
  return new Promise((resolve, reject) => {
    const argv = [
      NODE,
      "--disable-warning=ExperimentalWarning",
      join(ROOT, "bench/model-console.ts"),
      "--nodes",
      values.nodes,
      "--pools",
      values.pools,
    ];
    const program = start({
      name: "model",
      argv,
      onLine: (line, from) => {
        if (from === "stderr") return void process.stderr.write(`${line}\n`);
        if (!line.startsWith("{")) return undefined;
        const ready = readyLine.parse(JSON.parse(line));
        return resolve({ ...ready, stop: async () => await program.stop(10_000) });
      },
    });
    void program.ended.then((how) => reject(new Error(`The model ended before it was ready (${how}).`)));
  });
}

function report(figures: Figures): number {
  const longest = Math.max(0, ...figures.longTasksAfterLoad.map(({ ms }) => ms));
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const lines: readonly (readonly [string, string, string, boolean])[] = [
    [
      "changes of nodes",
      `${Math.round(figures.changesPerS)}/s`,
      `${figures.nodes} nodes, each once a second`,
      figures.changesPerS > figures.nodes * 0.8,
    ],
    [
      "script on the main thread",
      percent(figures.scriptShare),
      "under 25 % of one core",
      figures.scriptShare < LIMITS.scriptShare,
    ],
    ["all of the main thread", percent(figures.mainThreadShare), "", true],
    ["style and layout", percent(figures.styleAndLayoutShare), "", true],
    [
      "longest task, traced",
      `${figures.longestTaskCpuMs.toFixed(0)} ms of the thread, ${figures.longestTaskWallMs.toFixed(0)} ms by the clock`,
      "none over 50 ms of the thread",
      figures.longestTaskCpuMs <= LIMITS.longestTaskMs,
    ],
    [
      "long tasks by the clock",
      `${figures.longTasksAfterLoad.length}, longest ${longest.toFixed(0)} ms`,
      "none on a machine that does nothing else",
      true,
    ],
    ["heap after collection", figures.heapMb.map((mb) => mb.toFixed(1)).join(" "), "MB, flat", true],
    ["elements", String(figures.elements), "", true],
    [
      "script of the first view",
      `${figures.firstViewScriptKb.toFixed(0)} kB compressed, ${figures.firstViewOnWireKb.toFixed(0)} kB with headers, ${figures.laterScriptKb.toFixed(0)} kB later`,
      "under 200 kB",
      figures.firstViewScriptKb < LIMITS.firstViewScriptKb,
    ],
    ["document", `${figures.documentKb.toFixed(0)} kB`, "", true],
    [
      "largest contentful paint",
      `${figures.paintMs.toFixed(0)} ms`,
      "under 1,000 ms",
      figures.paintMs < LIMITS.paintMs,
    ],
    ["layout shift after it", figures.shiftAfterPaint.toFixed(4), "none", figures.shiftAfterPaint < LIMITS.shift],
  ];
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  for (const [what, measured, wanted, ok] of lines) {
    process.stdout.write(`${ok ? "  " : "✗ "}${what.padEnd(28)}${measured}${wanted === "" ? "" : `   (${wanted})`}\n`);
  }
  return lines.every(([, , , ok]) => ok) ? 0 : 1;
}
