/**
 * Whether all that drivers, routers and hosts say of their checks and plans is said again in the other language. A remedy is
 * composed far from the screens: nobody there would notice that it stays English.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { z } from "zod";
import { ROOT } from "./processes.ts";
import { isKnown, isSaidBy, sayingsIn } from "./sayings-in-source.ts";

const SAYINGS = "components/language/sayings-zh-CN";

/** Who speaks, and where it is said again. */
const SPEAKERS: readonly { readonly folders: readonly string[]; readonly file: string }[] = [
  { folders: ["server/drivers/starrocks"], file: `${SAYINGS}/drivers.json` },
  {
    folders: [
      "server/drivers/servers",
      "server/drivers/servers/owners",
      "server/drivers/process",
      "server/drivers/grpc",
      "server/drivers/mdex",
      "server/drivers/etcd",
      "server/drivers/kubernetes",
      "server/drivers/shared",
      "server/routers",
      "server/hosts",
    ],
    file: `${SAYINGS}/systems.json`,
  },
];

/** What is to be mended, one line each. */
export function wrongWithDriver(): readonly string[] {
  const known = readdirSync(join(ROOT, SAYINGS)).flatMap((name) => [...sayingsOf(`${SAYINGS}/${name}`).keys()]);
  return SPEAKERS.flatMap(({ folders, file }) => wrongWith(folders.flatMap(sourcesOf), file, known));
}

function wrongWith(sources: readonly ts.SourceFile[], file: string, known: readonly string[]): readonly string[] {
  const said = sources.flatMap(sayingsIn);
  const sayings = sayingsOf(file);
  return [
    ...said
      .filter(({ text }) => !isKnown(text, known))
      .map(({ text, where }) => `${where}: "${text}" has no saying. Add it to ${file}.`),
    ...[...sayings.keys()]
      .filter((pattern) => !said.some(({ text }) => isKnown(text, [pattern])) && !isSaidBy(sources, pattern))
      .map((pattern) => `${file}: nobody says "${pattern}" any more. Take it out.`),
    ...[...sayings]
      .filter(([pattern, inOther]) => partsOf(pattern) !== partsOf(inOther))
      .map(([pattern]) => `${file}: "${pattern}" has other parts than its translation.`),
    ...[...sayings]
      .filter(([, inOther]) => /[你您]/.test(inOther))
      .map(([pattern]) => `${file}: "${pattern}" addresses the reader. Leave the pronoun out.`),
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
