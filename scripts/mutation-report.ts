/** Reads what Stryker reports, and makes `docs/mutation.md` of it. */
import { z } from "zod";
import { KINDS, kindOf, type Survivor } from "./mutation-kinds.ts";

const point = z.object({ line: z.int(), column: z.int() });
const reported = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          mutatorName: z.string(),
          replacement: z.string().optional(),
          status: z.string(),
          location: z.object({ start: point, end: point }),
        }),
      ),
    }),
  ),
});
type Reported = z.infer<typeof reported>;

const survivor = z.object({
  place: z.string(),
  line: z.string(),
  code: z.string(),
  mutator: z.string(),
  change: z.string(),
});
const measure = z.object({
  commit: z.string(),
  mutants: z.int(),
  killed: z.int(),
  timedOut: z.int(),
  survived: z.int(),
  survivors: z.array(survivor),
});
/** What came of the mutants of one file. Mutants that no test reaches count as survived. */
export type Measured = z.infer<typeof measure>;
const sampled = measure.extend({ seed: z.string() });
/** What came of mutants of all files that were chosen by a seed. */
export type Sampled = z.infer<typeof sampled>;
const figures = z.object({ sample: sampled.nullable(), files: z.record(z.string(), measure) });
export type Figures = z.infer<typeof figures>;
type Tally = Omit<Measured, "commit">;

export function readReport(text: string): Reported {
  return reported.parse(JSON.parse(text));
}

export function readFigures(text: string): Figures {
  return figures.parse(JSON.parse(text));
}

export function measured({ files }: Reported, commit: string): Readonly<Record<string, Measured>> {
  return Object.fromEntries(
    Object.entries(files)
      .map(([path, { source, mutants }]) => {
        const lines = source.split("\n");
        const having = (...statuses: readonly string[]): typeof mutants =>
          mutants.filter(({ status }) => statuses.includes(status));
        const survivors = having("Survived", "NoCoverage").map(({ location, mutatorName, replacement }) => ({
          place: `${path}:${location.start.line}:${location.start.column}`,
          line: (lines[location.start.line - 1] ?? "").trim(),
          code: codeAt(lines, location.start, location.end),
          mutator: mutatorName,
          change: (replacement ?? "").replaceAll(/\s+/g, " ").slice(0, 80),
        }));
        const killed = having("Killed", "RuntimeError").length;
        const timedOut = having("Timeout").length;
        const all = killed + timedOut + survivors.length;
        return [path, { commit, mutants: all, killed, timedOut, survived: survivors.length, survivors }] as const;
      })
      .filter(([, { mutants }]) => mutants > 0),
  );
}

/** What stood where the change stands; of more than a line its first one. */
function codeAt(lines: readonly string[], start: z.infer<typeof point>, end: z.infer<typeof point>): string {
  const line = lines[start.line - 1] ?? "";
  return line.slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined).slice(0, 80);
}

export function tallyOf(all: readonly Tally[]): Tally {
  const sum = (of: (one: Tally) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    mutants: sum((one) => one.mutants),
    killed: sum((one) => one.killed),
    timedOut: sum((one) => one.timedOut),
    survived: sum((one) => one.survived),
    survivors: all.flatMap(({ survivors }) => survivors),
  };
}

/** A mutant that never comes to an end is found out as well. */
export function scoreOf({ mutants, killed, timedOut }: Tally): number {
  return mutants === 0 ? 100 : (100 * (killed + timedOut)) / mutants;
}

// ------------------------------------------------------------------------------------------------------- the document

export function mutationDocument({ sample, files }: Figures): string {
  const paths = Object.keys(files).sort();
  const all = tallyOf(Object.values(files));
  const rows = paths.map((path) => {
    const one = files[path];
    return one === undefined ? "" : row(path.replace("lib/run/", ""), one, one.commit);
  });
  const survivors = sample === null ? all.survivors : [...all.survivors, ...sample.survivors];
  return [
    "# Mutation testing of lib/run",
    "_Written by `node scripts/mutation.ts`; the figures themselves are in `mutation.json`._",
    `The rules of a run are changed in every way that Stryker knows, one change (a _mutant_) at a time: a condition turned
    round, a branch left out, a number moved. Then the tests that reach the place are run. A mutant is _killed_ when one of
    them fails or never ends, and _survives_ when none does. String literals are left alone: they are sentences for people. The
    properties and the simulator, which break rules at random, are not run against mutants. \`npm test\` measures a sample of
    all files, and fails below 90 %; \`npm run mutation\` measures every mutant.`,
    sample === null ? "" : "## A sample of all files",
    sample === null ? "" : sampleWords(sample),
    "## Whole files",
    paths.length === 0
      ? "None was measured whole since its tests changed last."
      : table(rows.concat(row("**all of these**", all, ""))),
    "## What survives, and why",
    ...KINDS.map(({ kind, why }) => section(kind, why, survivors)),
    section(
      null,
      "Nobody has said yet why these survive: each is a test to be written, or a reason to be given.",
      survivors,
    ),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

/** As many of a hundred such samples as 95 hold the score of all files within this of theirs. */
function sampleWords(sample: Sampled): string {
  const { mutants, killed, timedOut, survived, seed, commit } = sample;
  const share = mutants === 0 ? 0 : (killed + timedOut) / mutants;
  const marginPct = 196 * Math.sqrt((share * (1 - share)) / Math.max(1, mutants));
  return `Of ${mutants} mutants over all files, chosen by seed ${seed} at ${commit}, ${killed} were killed, ${timedOut} never ended and ${survived}
  survived: **${scoreOf(sample).toFixed(1)} %**. With 95 % confidence the score of all files is within ${marginPct.toFixed(1)} points of that.`;
}

function table(rows: readonly string[]): string {
  const words = `Each file was measured at the commit that its row names; a file without a row was measured in samples alone,
  and tests that were written after that commit are not in its figures.`;
  const head = [
    "| file | mutants | killed | timed out | survived | score | commit |",
    "| - | -: | -: | -: | -: | -: | - |",
  ];
  return [words, [...head, ...rows].join("\n")].join("\n\n");
}

function row(name: string, one: Tally, commit: string): string {
  const score = `${scoreOf(one).toFixed(1)} %`;
  return `| ${[name, one.mutants, one.killed, one.timedOut, one.survived, score, commit].join(" | ")} |`;
}

function section(kind: string | null, why: string, survivors: readonly Survivor[]): string {
  const found = survivors.filter((one) => kindOf(one) === kind);
  if (found.length === 0) return "";
  const places = found.map(
    ({ place, change }) => `- \`${place.replace("lib/run/", "")}\` → \`${change.replaceAll("`", "'")}\``,
  );
  return [`### ${kind ?? "Not explained"} (${found.length})`, why, places.join("\n")].join("\n\n");
}
