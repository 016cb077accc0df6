/**
 * Whether all that the StarRocks driver says of its checks and plans is said again in the other language. A remedy is
 * composed far from the screens: nobody there would notice that it stays English.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { z } from "zod";
import { ROOT } from "./processes.ts";
import { isKnown, isSaidBy, sayingsIn } from "./sayings-in-source.ts";

const DRIVER = "server/drivers/starrocks";
const SAYINGS = "components/language/sayings-zh-CN";
const OF_DRIVER = `${SAYINGS}/drivers.json`;

/** What is to be mended, one line each. */
export function wrongWithDriver(): readonly string[] {
  const sources = sourcesOf(DRIVER);
  const said = sources.flatMap(sayingsIn);
  const known = readdirSync(join(ROOT, SAYINGS)).flatMap((name) => [...sayingsOf(`${SAYINGS}/${name}`).keys()]);
  const ofDriver = sayingsOf(OF_DRIVER);
  return [
    ...said
      .filter(({ text }) => !isKnown(text, known))
      .map(({ text, where }) => `${where}: "${text}" has no saying. Add it to ${OF_DRIVER}.`),
    ...[...ofDriver.keys()]
      .filter((pattern) => !said.some(({ text }) => isKnown(text, [pattern])) && !isSaidBy(sources, pattern))
      .map((pattern) => `${OF_DRIVER}: nobody says "${pattern}" any more. Take it out.`),
    ...[...ofDriver]
      .filter(([pattern, inOther]) => partsOf(pattern) !== partsOf(inOther))
      .map(([pattern]) => `${OF_DRIVER}: "${pattern}" has other parts than its translation.`),
  ];
}

function sourcesOf(folder: string): readonly ts.SourceFile[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name}`)
    .map((file) => ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.Latest, true));
}

const sayings = z.record(z.string(), z.string().min(1));

function sayingsOf(file: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(sayings.parse(JSON.parse(readFileSync(join(ROOT, file), "utf8")))));
}

/** "{0} {1}": the parts of a saying, sorted. */
function partsOf(saying: string): string {
  return [...new Set(saying.match(/\{\d+\}/g) ?? [])].sort().join(" ");
}
