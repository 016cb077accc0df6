/**
 * The console is killed at every single point of every workflow: before and after each write to the journal, before and
 * after each thing that it has carried out. Another one goes on; all has to come out as if nothing had been.
 */
import type { Draft } from "#lib/run/event.ts";
import { randomFrom } from "#lib/run/testing/random.ts";
import type { Breach } from "./rules.ts";
import { playScript, type Script } from "./script.ts";
import type { Death } from "./stage.ts";
import { count, type Tally } from "./tally.ts";
import { WORKFLOWS } from "./workflows.ts";

export type Row = {
  readonly workflow: string;
  /** What was written, or carried out, last. */
  readonly what: string;
  /** How often the console was killed there: right before it, and right after. */
  before: number;
  after: number;
};

export type Matrix = { readonly rows: readonly Row[]; readonly troubles: readonly string[] };

type Point = { readonly what: string; readonly at: readonly [Death["at"], Death["at"]]; readonly number: number };

const AT_WRITES = ["beforeWrite", "afterWrite"] as const;
const AT_DEEDS = ["beforeDeed", "afterDeed"] as const;

export async function crashMatrix(): Promise<Matrix> {
  const rows: Row[] = [];
  const troubles: string[] = [];
  for (const [workflow, script] of Object.entries(WORKFLOWS)) {
    const { points, result } = await undisturbed(script);
    const byWhat = new Map<string, Row>();
    for (const { what, at, number } of points) {
      const row = byWhat.get(what) ?? { workflow, what, before: 0, after: 0 };
      byWhat.set(what, row);
      for (const one of at) {
        const killed = await playScript(script, {
          prepare: (stage) => (stage.death = { at: one, after: number, heldMs: null }),
        });
        const where = `${workflow}, ${one} ${number} (${what})`;
        if (killed.faults["killed"] !== 1) troubles.push(`${where}: it was not killed`);
        troubles.push(...differences(result, killed.result).map((line) => `${where}: ${line}`));
        troubles.push(...inWords(killed.breaches).map((line) => `${where}: ${line}`));
        if (one.startsWith("before")) row.before += 1;
        else row.after += 1;
      }
    }
    rows.push(...byWhat.values());
  }
  return { rows, troubles };
}

/** The workflow as it goes when nobody is killed, with every point at which somebody could be. */
async function undisturbed(
  script: Script,
): Promise<{ readonly points: readonly Point[]; readonly result: readonly string[] }> {
  const points: Point[] = [];
  const numbers: Tally = {};
  const point = (what: string, at: Point["at"]): void => {
    count(numbers, at[0]);
    points.push({ what, at, number: numbers[at[0]] ?? 0 });
  };
  const { result, breaches } = await playScript(script, {
    prepare: (stage) => {
      stage.onWrite = (drafts) => point(labelOf(drafts), AT_WRITES);
      stage.onDeed = ({ verb }) => point(`carrying out: ${verb}`, AT_DEEDS);
    },
  });
  if (breaches.length > 0) throw new Error(`The workflow is broken without a kill: ${inWords(breaches).join("; ")}`);
  return { points, result };
}

/** What a batch ends with: that is where a console stands that dies after it. */
function labelOf(drafts: readonly Draft<unknown>[]): string {
  const event = drafts.at(-1)?.event;
  if (typeof event !== "object" || event === null || !("type" in event)) return "nothing";
  const detail = "phase" in event ? event.phase : "command" in event ? verbOf(event.command) : detailOf(event);
  return typeof detail === "string" ? `${String(event.type)} ${detail}` : String(event.type);
}

function detailOf(event: object): unknown {
  if ("commandId" in event && typeof event.commandId === "string") return event.commandId.split("/").at(-2);
  if ("reason" in event) return "why" in Object(event.reason) ? Object(event.reason).why : null;
  return "loan" in event ? Object(event.loan).purpose : null;
}

function verbOf(command: unknown): unknown {
  return typeof command === "object" && command !== null && "verb" in command ? command.verb : null;
}

function differences(expected: readonly string[], found: readonly string[]): readonly string[] {
  return [
    ...expected.filter((line) => !found.includes(line)).map((line) => `missing: ${line}`),
    ...found.filter((line) => !expected.includes(line)).map((line) => `instead: ${line}`),
  ];
}

function inWords(breaches: readonly Breach[]): readonly string[] {
  return breaches.map(({ rule, what }) => `breach of ${rule}: ${what}`);
}

/** So many are played for the document. */
export const CRASH_RUNS = 500;

export type CrashRuns = {
  readonly runs: number;
  readonly kills: number;
  readonly loansLeft: number;
  readonly troubles: readonly string[];
};

/** Runs whose consoles are killed several times each, wherever it happens to be. */
export async function crashRuns(runs: number): Promise<CrashRuns> {
  const scripts = Object.values(WORKFLOWS);
  const troubles: string[] = [];
  let kills = 0;
  let loansLeft = 0;
  for (let seed = 1; seed <= runs; seed += 1) {
    const random = randomFrom(seed);
    const script = scripts[seed % scripts.length];
    if (script === undefined) continue;
    const ats = [...AT_WRITES, ...AT_DEEDS];
    const ended = await playScript(script, {
      seed,
      downMs: random.between(200, 20_000),
      prepare: (stage) => {
        const doom = (): void => {
          stage.death = { at: ats[random.between(0, 3)] ?? "afterWrite", after: random.between(1, 12), heldMs: null };
        };
        doom();
        stage.onDeath = () => void (stage.consoles.length < 6 && doom());
      },
    });
    kills += ended.faults["killed"] ?? 0;
    loansLeft += ended.breaches.filter(({ rule }) => rule === "R8").length;
    troubles.push(...inWords(ended.breaches).map((line) => `seed ${seed}: ${line}`));
  }
  return { runs, kills, loansLeft, troubles };
}
