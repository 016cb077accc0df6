/**
 * `npm run messages`: whether all that people read has its translation. It reads the sources of the console and fails for
 * text that does not pass through `t`, for a message without a translation, for a translation of nothing, and for one that
 * fills in other values than the message does.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse, type Token } from "@messageformat/parser";
import ts from "typescript";
import { bareTexts, messagesIn, type Found } from "./messages-in-source.ts";
import { ROOT } from "./processes.ts";
import { wrongWithServer } from "./sayings-of-server.ts";
import { wrongWithSpoken } from "./spoken.ts";

const FOLDERS = ["app", "components"];
const TRANSLATIONS = "components/language/zh-CN";
/** Where they are put together. */
const TOGETHER = "components/language/zh-cn.ts";
/** Not yet read by people in two languages. */
const ENGLISH_ALONE: readonly string[] = [];

/** What no person reads, and the product's own name. */
const FOR_PROGRAMS: readonly string[] = [
  "app/early-press-script.ts",
  "app/fonts.ts",
  "app/layout.tsx",
  "app/theme-script.ts",
];

/** Politely or not: one language of the console would sound like two. */
const ADDRESSED = /[你您]/;

const wrong: string[] = [...wrongWithServer(), ...wrongWithSpoken()];
const asked = new Map<string, Found>();

for (const file of sources()) {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.Latest, true);
  for (const found of messagesIn(source)) asked.set(found.text, found);
  if ([...ENGLISH_ALONE, ...FOR_PROGRAMS].some((part) => file.startsWith(part))) continue;
  for (const { where, text } of bareTexts(source)) {
    wrong.push(`${where}: "${text}" is not translated. Write t("…"), or msg("…") where nobody reads it yet.`);
  }
}

const translated = new Map<string, string>();
const together = readFileSync(join(ROOT, TOGETHER), "utf8");
for (const name of readdirSync(join(ROOT, TRANSLATIONS)).sort()) {
  const file = `${TRANSLATIONS}/${name}`;
  if (!together.includes(`"./zh-CN/${name}"`)) wrong.push(`${file}: nobody reads it. Import it in ${TOGETHER}.`);
  for (const [text, said] of entriesOf(file)) {
    const before = translated.get(text);
    if (before !== undefined && before !== said)
      wrong.push(`${file}: "${text}" is said in two ways: ${before}, ${said}`);
    translated.set(text, said);
    if (!asked.has(text)) wrong.push(`${file}: nobody says "${text}" any more. Take it out.`);
    if (ADDRESSED.test(said)) wrong.push(`${file}: "${text}" addresses the reader. Leave the pronoun out.`);
    const [given, filled] = [valuesOf(text), valuesOf(said)];
    if (given !== filled) wrong.push(`${file}: "${text}" has the values ${given}, its translation ${filled}.`);
  }
}
for (const [text, { where }] of asked) {
  if (!translated.has(text)) wrong.push(`${where}: "${text}" has no translation. Add it to ${TRANSLATIONS}.`);
}

process.stdout.write(wrong.length === 0 ? `${asked.size} messages, all translated.\n` : `${wrong.join("\n")}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;

function sources(): readonly string[] {
  return FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes("/testing/"))
    .sort();
}

function entriesOf(file: string): readonly (readonly [string, string])[] {
  const read: unknown = JSON.parse(readFileSync(join(ROOT, file), "utf8"));
  if (typeof read !== "object" || read === null) throw new Error(`${file} is no list of messages`);
  return Object.entries(read).map(([text, said]) => {
    if (typeof said !== "string" || said.trim() === "") throw new Error(`${file}: "${text}" is translated as nothing`);
    return [text, said] as const;
  });
}

/** "count, name": what a message fills in, sorted. */
function valuesOf(message: string): string {
  const names = new Set<string>();
  const walk = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if ("arg" in token) names.add(token.arg);
      if ("cases" in token) for (const each of token.cases) walk(each.tokens);
    }
  };
  walk(parse(message));
  return [...names].sort().join(", ");
}
