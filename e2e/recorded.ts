/** The real console over a journal that was written before it started: what a run left behind, with nobody to watch. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { recordedRunEvent } from "#lib/wire/journal.ts";
import { createSqliteJournal } from "#server/journal/sqlite.ts";
import { createSqliteHistory } from "#server/observer/history.ts";
import { type ConsoleProcess, startConsole } from "./console-process.ts";
import { OPERATOR } from "./world.ts";

export const CLUSTER = "prod";

export type Sample = { readonly atMs: number; readonly values: Readonly<Record<string, number | null>> };

export type Past = {
  readonly runId: string;
  readonly events: readonly Recorded<RunEvent>[];
  /** Seconds that were sampled; those that are not among them are gaps. */
  readonly samples: readonly Sample[];
};

export type RecordedWorld = { readonly console: ConsoleProcess; stop(): Promise<void> };

/** Nobody answers where its front ends should be: everything that is shown was kept. */
export async function startRecorded(pasts: readonly Past[]): Promise<RecordedWorld> {
  const root = mkdtempSync(join(tmpdir(), "sluice-recorded-"));
  const data = join(root, "data");
  mkdirSync(data, { mode: 0o700 });
  await writeJournal(join(data, "journal.db"), pasts);
  await writeHistory(join(data, "history.db"), pasts);
  writeFileSync(join(root, "password"), "none", { mode: 0o600 });
  writeFileSync(join(root, "console.yaml"), configOf(root));
  const console = await startConsole(join(root, "console.yaml"), OPERATOR);
  return {
    console,
    async stop() {
      await console.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A journal that is kept with the sources, as a run that ended `agoMs` before now. */
export function goldenRun(name: string, number: number, endedAgoMs: number): Past {
  const path = join(import.meta.dirname, "../lib/run/testing/golden", `${name}.jsonl`);
  const kept = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => recordedRunEvent.parse(JSON.parse(line)));
  const endedAtMs = kept.at(-1)?.atMs ?? 0;
  const byMs = Math.round((Date.now() - endedAgoMs - endedAtMs) / 1000) * 1000;
  const runId = `${CLUSTER}.${number}`;
  const events = kept.map((recorded) => named(recordedRunEvent.parse(moved(recorded, byMs, runId)), runId));
  return { runId, events, samples: [] };
}

function named(recorded: Recorded<RunEvent>, runId: string): Recorded<RunEvent> {
  const { event } = recorded;
  if (event.type !== "RunStarted") return recorded;
  return { ...recorded, event: { ...event, runId, plan: { ...event.plan, clusterId: CLUSTER } } };
}

const TIME = /(^a|A)tMs$|^asOfMs$|^sinceMs$/;

/** The same at another time, its commands by the names that a run of this id gives them. */
function moved(value: unknown, byMs: number, runId: string): unknown {
  if (typeof value === "string") return value.replace(/^c1\.1(?=\/)/, runId);
  if (Array.isArray(value)) return value.map((each) => moved(each, byMs, runId));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      TIME.test(key) && typeof part === "number" ? part + byMs : moved(part, byMs, runId),
    ]),
  );
}

async function writeJournal(path: string, pasts: readonly Past[]): Promise<void> {
  const journal = createSqliteJournal(path);
  const fence = await journal.claim(CLUSTER, "the console before", Date.now());
  if ("heldBy" in fence) throw new Error(`the journal is held by ${fence.heldBy}`);
  for (const { runId, events } of pasts) {
    for (const { seq, atMs, actor, event } of events) {
      const answer = await journal.append(`run/${runId}`, seq - 1, fence, atMs, [{ actor, event }]);
      if (answer.result !== "appended") throw new Error(`entry ${seq} was not taken: ${answer.result}`);
    }
  }
  await journal.release(fence);
  await journal.close();
}

async function writeHistory(path: string, pasts: readonly Past[]): Promise<void> {
  const history = createSqliteHistory(path);
  for (const { samples } of pasts) for (const { atMs, values } of samples) history.append(CLUSTER, atMs, values);
  await history.close();
}

function configOf(root: string): string {
  return `console:
  listen: 127.0.0.1:0
  data: ./data
clusters:
  - id: ${CLUSTER}
    name: ${CLUSTER}
    system: starrocks
    frontends:
      - 127.0.97.1:9030
    account:
      user: root
      password: file:${join(root, "password")}
    hosts:
      - name: local
        kind: local
    nodes:
      127.0.97.1:9010:
        name: fe-1
        host: local
        home: ${root}
    install:
      strategy: swap
      artifacts: ${root}
`;
}
