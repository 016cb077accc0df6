/**
 * The load on a twin, a process of its own: clients with the manners of real ones. `load.json` in the twin's root says
 * where it listens: POST /rate, /mix, /pause-loads, /long; GET /status.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { answer, body, listen } from "../be/web.ts";
import { bufferedTruthWriter } from "../truth.ts";
import { Frontends } from "./frontends.ts";
import { brokerLoad, RoutineLoad } from "./jobs.ts";
import { Ledger } from "./ledger.ts";
import { defaultMix, type Mix, mixPatchSchema, patched, type Rate, rateSchema, workMs } from "./mix.ts";
import { Queries } from "./queries.ts";
import { streamLoad } from "./stream.ts";

const optionsSchema = z.object({
  root: z.string(),
  hosts: z.array(z.string()),
  rate: rateSchema,
});
/** For so long, or up to a moment. */
const longSchema = z.intersection(
  z.union([z.object({ untilMs: z.number() }), z.object({ seconds: z.number() })]),
  z.object({
    user: z.string().default("bi_adhoc"),
    /** Which of the two tables: the compute nodes' or the backends'. */
    lake: z.boolean().default(false),
    /** The FE to ask, whatever its health; null: whose turn it is. */
    frontend: z.string().nullable().default(null),
  }),
);
const options = optionsSchema.parse(JSON.parse(process.env["TWIN_LOAD"] ?? ""));
/** So that labels of a second load on the same cluster are new. */
const era = Date.now().toString(36);
const tickMs = 20;

const password = readFileSync(join(options.root, "password"), "utf8").trim();
const truth = bufferedTruthWriter(options.root, 250);
const ledger = new Ledger(truth);
const frontends = new Frontends(options.hosts, 500);
await frontends.lookAtAll();
let mix: Mix = defaultMix;
const queries = new Queries(frontends, ledger, options.hosts, password, () => mix);
const account = { user: "bi_etl", password };
const routine = new RoutineLoad(frontends, ledger, account);

let rate: Rate = options.rate;
let loadsPaused = false;
let labels = 0;
const owed = { short: 0, medium: 0, long: 0, stream: 0, broker: 0 };

const ticking = startTicking();
const routineOn = rate.stream > 0;
if (routineOn) void routine.begin();
const control = await listen("127.0.0.1", 0, async (request, response) => {
  const content: unknown = request.method === "POST" ? JSON.parse((await body(request)) || "{}") : null;
  const result = await act(`${request.method ?? ""} ${request.url ?? ""}`, content);
  // Whoever asked may read the truth log next.
  truth.flush();
  answer(response, result === null ? 404 : 200, "application/json", JSON.stringify(result ?? {}));
});
// Whoever waits for the file reads it at once: it is there whole or not at all.
writeFileSync(join(options.root, "load.json.new"), JSON.stringify({ url: `http://127.0.0.1:${control.port}` }));
renameSync(join(options.root, "load.json.new"), join(options.root, "load.json"));
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop());

/** Arrivals are random with the set rate as their mean, as those of many independent clients are. */
function startTicking(): NodeJS.Timeout {
  let beforeMs = performance.now();
  return setInterval(() => {
    const nowMs = performance.now();
    // After a pause of the machine the clients do not catch up.
    const seconds = Math.min(nowMs - beforeMs, 500) / 1000;
    beforeMs = nowMs;
    for (const kind of ["short", "medium", "long", "stream", "broker"] as const) {
      owed[kind] += rate[kind] * seconds * (0.5 + Math.random());
      for (; owed[kind] >= 1; owed[kind] -= 1) begin(kind);
    }
  }, tickMs);
}

function begin(kind: keyof Rate): void {
  switch (kind) {
    case "short":
    case "medium":
    case "long":
      queries.run(kind);
      return;
    case "stream":
      if (!loadsPaused)
        void streamLoad(frontends, ledger, password, label("stream"), workMs(mix, "stream", Math.random()));
      return;
    case "broker":
      if (!loadsPaused)
        void brokerLoad(frontends, ledger, account, label("broker"), workMs(mix, "broker", Math.random()));
      return;
    default:
      kind satisfies never;
  }
}

async function act(request: string, content: unknown): Promise<unknown> {
  switch (request) {
    case "POST /rate":
      rate = rateSchema.parse(Object.assign({ ...rate }, rateSchema.partial().parse(content)));
      return rate;
    case "POST /pause-loads":
      return pauseLoads(z.object({ paused: z.boolean().default(true) }).parse(content).paused);
    case "POST /mix":
      mix = patched(mix, mixPatchSchema.parse(content));
      frontends.use(mix.frontends);
      return mix;
    case "POST /long": {
      const { user, lake, frontend, ...asked } = longSchema.parse(content);
      const ms = "untilMs" in asked ? asked.untilMs - Date.now() : asked.seconds * 1000;
      return { id: await queries.runOne("long", user, Math.max(0, ms), lake, frontend) };
    }
    case "GET /status":
      return { rate, loadsPaused, loadsRunning: loadsRunning(), sums: ledger.sums() };
    default:
      return null;
  }
}

/** Answers when no load runs any more, as a leader's graceful exit asks of its operator. */
async function pauseLoads(paused: boolean): Promise<unknown> {
  if (paused === loadsPaused) return { paused, loadsRunning: loadsRunning() };
  loadsPaused = paused;
  if (routineOn) await (paused ? routine.pause() : routine.resume());
  while (stillPaused() && loadsRunning() > 0) await new Promise((resolve) => setTimeout(resolve, 100));
  return { paused: loadsPaused, loadsRunning: loadsRunning() };
}

/** Somebody may have let them go on again meanwhile. */
function stillPaused(): boolean {
  return loadsPaused;
}

function loadsRunning(): number {
  return ledger.runningOf("stream") + ledger.runningOf("broker");
}

function label(kind: string): string {
  labels += 1;
  return `${kind}_${era}_${labels}`;
}

async function stop(): Promise<void> {
  clearInterval(ticking);
  frontends.stop();
  routine.end("ok", null);
  truth.flush();
  await control.close();
  process.exit(0);
}
