/**
 * Whether all that the server says is said again in the other language: its drivers, routers and hosts of their checks, plans
 * and commands, and the console itself where it refuses something or finds a mistake. It is composed far from the screens: nobody there would notice that it stays English.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { z } from "zod";
import { ROOT } from "./processes.ts";
import type { Found } from "./messages-in-source.ts";
import { isKnown, isSaidBy, isUsedBy, sayingsIn } from "./sayings-in-source.ts";
import { sentencesIn } from "./spoken-in-source.ts";

const SAYINGS = "components/language/sayings-zh-CN";

/** Who speaks, how what they say is found, and where it is said again. */
type Speaker = {
  readonly folders: readonly string[];
  readonly files?: readonly string[];
  readonly said: (source: ts.SourceFile) => readonly Found[];
  readonly file: string;
};

const SPEAKERS: readonly Speaker[] = [
  {
    folders: ["server/configuration", "server/services", "server/orchestrator"],
    files: [
      "server/config.ts",
      "server/config-problems.ts",
      "server/config-reach.ts",
      "server/compose-host-keys.ts",
      "server/transport/answers.ts",
      "server/transport/api-routes.ts",
      "server/transport/ws-hub.ts",
      "server/routers/config.ts",
      "server/drivers/shared/host-config.ts",
      "server/drivers/etcd/config.ts",
      "server/drivers/grpc/config.ts",
      "server/drivers/kubernetes/config.ts",
      "server/drivers/mdex/config.ts",
      "server/drivers/process/config.ts",
      "server/drivers/servers/config.ts",
      "server/drivers/starrocks/config.ts",
    ],
    said: wholeSentencesIn,
    file: `${SAYINGS}/console.json`,
  },
  { folders: ["server/drivers/starrocks"], said: sayingsIn, file: `${SAYINGS}/drivers.json` },
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
    said: sayingsIn,
    file: `${SAYINGS}/systems.json`,
  },
];

/** What the console says to people ends with a full stop; what it tells its log or a program does not. */
function wholeSentencesIn(source: ts.SourceFile): readonly Found[] {
  return sentencesIn(source).filter(({ text }) => text.endsWith(".") && !text.includes("\n"));
}

/** What is to be mended, one line each. */
export function wrongWithServer(): readonly string[] {
  const known = readdirSync(join(ROOT, SAYINGS)).flatMap((name) => [...sayingsOf(`${SAYINGS}/${name}`).keys()]);
  return SPEAKERS.flatMap((speaker) => wrongWith(speaker, known));
}

function wrongWith(speaker: Speaker, known: readonly string[]): readonly string[] {
  const { file } = speaker;
  const sources = [...speaker.folders.flatMap(sourcesIn), ...(speaker.files ?? [])].map(sourceOf);
  const said = sources.flatMap(speaker.said);
  const sayings = sayingsOf(file);
  return [
    ...said
      .filter(({ text }) => !isKnown(text, known))
      .map(({ text, where }) => `${where}: "${text}" has no saying. Add it to ${file}.`),
    ...[...sayings.keys()]
      .filter((pattern) => !said.some(({ text }) => isUsedBy(pattern, text)) && !isSaidBy(sources, pattern))
      .map((pattern) => `${file}: nobody says "${pattern}" any more. Take it out.`),
    ...[...sayings]
      .filter(([pattern, inOther]) => partsOf(pattern) !== partsOf(inOther))
      .map(([pattern]) => `${file}: "${pattern}" has other parts than its translation.`),
    ...[...sayings]
      .filter(([, inOther]) => /[你您]/.test(inOther))
      .map(([pattern]) => `${file}: "${pattern}" addresses the reader. Leave the pronoun out.`),
  ];
}

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name}`);
}

function sourceOf(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.Latest, true);
}

const sayings = z.record(z.string(), z.string().min(1));

function sayingsOf(file: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(sayings.parse(JSON.parse(readFileSync(join(ROOT, file), "utf8")))));
}

/** "{0} {1}": the parts of a saying, sorted. */
function partsOf(saying: string): string {
  return [...new Set(saying.match(/\{\d+\}/g) ?? [])].sort().join(" ");
}
