/**
 * Whether every sentence that the core says to people is said again in the other language, with the parts that it has. A
 * refusal is composed far from the screens: nobody there would notice that it stays English.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { z } from "zod";
import { ROOT } from "./processes.ts";
import { sentencesIn } from "./spoken-in-source.ts";

const SPEAKING = ["lib/people", "lib/run", "lib/wire"];
const SAYINGS = "components/language/sayings-zh-CN";
const OF_THE_CORE = `${SAYINGS}/run.json`;

/** What is to be mended, one line each. */
export function wrongWithSpoken(): readonly string[] {
  const spoken = new Map(SPEAKING.flatMap(sentencesOf).map(({ text, where }) => [text, where]));
  const ofTheCore = sayingsOf(OF_THE_CORE);
  const known = new Set(
    readdirSync(join(ROOT, SAYINGS)).flatMap((name) => [...sayingsOf(`${SAYINGS}/${name}`).keys()]),
  );
  return [
    ...[...spoken]
      .filter(([text]) => !known.has(text))
      .map(([text, where]) => `${where}: "${text}" is not said again. Add it to ${OF_THE_CORE}.`),
    ...[...ofTheCore.keys()]
      .filter((text) => !spoken.has(text))
      .map((text) => `${OF_THE_CORE}: the core says no "${text}" any more. Take it out.`),
    ...[...ofTheCore]
      .filter(([text, said]) => partsOf(text) !== partsOf(said))
      .map(([text]) => `${OF_THE_CORE}: "${text}" fills in other parts than its translation.`),
  ];
}

function sentencesOf(folder: string): ReturnType<typeof sentencesIn> {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes("/testing/"))
    .flatMap((file) =>
      sentencesIn(ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.Latest, true)),
    );
}

const said = z.record(z.string(), z.string().min(1));

function sayingsOf(file: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(said.parse(JSON.parse(readFileSync(join(ROOT, file), "utf8")))));
}

/** "{0} {1}": what is filled in, sorted. */
function partsOf(saying: string): string {
  return [...saying.matchAll(/\{\d+\}/g)]
    .map(([part]) => part)
    .toSorted()
    .join(" ");
}
