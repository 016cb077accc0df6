/**
 * One cluster put into the file, changed or taken out, and every other line left as somebody wrote it. The new text is
 * read again before it is given out: where writing into the lines did not come out right (flow style, anchors), the
 * library writes the whole document instead, comments and order kept.
 */
import { isDeepStrictEqual } from "node:util";
import {
  Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { invariant } from "#lib/util/invariant.ts";
import type { Section } from "#lib/wire/configuration.ts";
import { isGroup } from "#lib/wire/section.ts";

export type RawSection = { readonly id: string; readonly section: Section; readonly yaml: string };

const FORM = { lineWidth: 0 } as const;

/** The sections as they stand there; what has no id is nobody's. */
export function sectionsOf(text: string): readonly RawSection[] {
  const document = parseDocument(text);
  const items = clustersOf(document)?.items ?? [];
  return items.flatMap((item) => {
    const section: unknown = isNode(item) ? item.toJS(document) : null;
    if (!isGroup(section) || !isNode(item)) return [];
    return [{ id: String(section["id"]), section, yaml: alone(section, item) }];
  });
}

/** The section under its own `clusters:`, to be copied into another file. */
function alone(section: Section, node: Node): string {
  const document = new Document({ clusters: [section] });
  visitPlainly(document);
  return hasAlias(node) ? document.toString(FORM) : `clusters:\n  - ${indented(rendered(node), "    ")}`;
}

export function withSection(text: string, id: string | null, section: Section): string {
  const document = parseDocument(text);
  const clusters = clustersOf(document);
  const index = id === null ? -1 : indexOf(document, id);
  invariant(id === null || index >= 0, `the file has no cluster ${String(id)}`);
  const written =
    index >= 0
      ? replaced(text, clusters, index, section)
      : clusters === null || clusters.items.length === 0
        ? firstAdded(text, document, section)
        : added(text, clusters, section);
  const wanted = wantedAfter(text, (list) =>
    index >= 0 ? list.map((each, at) => (at === index ? section : each)) : [...list, section],
  );
  return says(written, wanted) ? written : rewritten(text, index, section);
}

export function withoutSection(text: string, id: string): string {
  const document = parseDocument(text);
  const index = indexOf(document, id);
  invariant(index >= 0, `the file has no cluster ${id}`);
  const written = takenOut(text, clustersOf(document), index);
  const wanted = wantedAfter(text, (list) => list.filter((_, at) => at !== index));
  return says(written, wanted) ? written : rewritten(text, index, null);
}

// ------------------------------------------------------------------------------------------------ between the lines

function replaced(text: string, clusters: YAMLSeq | null, index: number, section: Section): string | null {
  const item = clusters?.items[index];
  if (!isMap(item) || clusters?.flow === true || item.flow === true || item.range === undefined || item.range === null)
    return null;
  const [from, to] = item.range;
  merge(item, section);
  const tail = text.slice(from, to).endsWith("\n") || to < text.length ? "\n" : "";
  return (
    text.slice(0, from) + indented(rendered(item), " ".repeat(columnOf(text, from))).trimEnd() + tail + text.slice(to)
  );
}

function added(text: string, clusters: YAMLSeq, section: Section): string | null {
  const last = clusters.items.at(-1);
  if (clusters.flow === true || !isMap(last) || last.flow === true || last.range === undefined || last.range === null)
    return null;
  const [from, to] = last.range;
  const column = columnOf(text, from);
  const dash = text.lastIndexOf("-", from);
  const lead = " ".repeat(columnOf(text, dash));
  const before = text.slice(0, to).endsWith("\n") ? text.slice(0, to) : `${text.slice(0, to)}\n`;
  const item = `${lead}-${" ".repeat(Math.max(1, column - lead.length - 1))}${indented(plain(section), " ".repeat(column))}`;
  return before + item + text.slice(to);
}

/** `clusters:` may be missing, empty or `[]`. */
function firstAdded(text: string, document: Document, section: Section): string | null {
  const item = `\n  - ${indented(plain(section), "    ")}`;
  const pair = pairOf(document);
  if (pair === null) return `${text === "" || text.endsWith("\n") ? text : `${text}\n`}clusters:${item}`;
  const key = isNode(pair.key) ? pair.key : null;
  const end = key?.range?.[1];
  if (end === undefined) return null;
  const rest = text.slice(end);
  const match = /^:[ \t]*(?:\[\s*\]|null|~)?[ \t]*(#[^\n]*)?(\n|$)/.exec(rest);
  if (match === null) return null;
  const remark = match[1] === undefined ? "" : ` ${match[1]}`;
  return `${text.slice(0, end)}:${remark}${item}${rest.slice(match[0].length)}`;
}

function takenOut(text: string, clusters: YAMLSeq | null, index: number): string | null {
  const item = clusters?.items[index];
  if (!isMap(item) || clusters?.flow === true || item.flow === true || item.range === undefined || item.range === null)
    return null;
  const [from, to] = item.range;
  const lineStart = text.lastIndexOf("\n", text.lastIndexOf("-", from)) + 1;
  // What stands right above it speaks of it.
  const above = /((?:^|\n))((?:[ \t]*#[^\n]*\n)+)$/.exec(text.slice(0, lineStart));
  const start = above === null || index === 0 ? lineStart : lineStart - (above[2] ?? "").length;
  const left = text.slice(0, start) + text.slice(to);
  if ((clusters?.items.length ?? 0) > 1) return left;
  return left.replace(/^clusters:[ \t]*(#[^\n]*)?$/m, (line) => line.replace("clusters:", "clusters: []"));
}

// ----------------------------------------------------------------------------------------------------- by the library

function rewritten(text: string, index: number, section: Section | null): string {
  const document = parseDocument(text);
  const clusters = clustersOf(document);
  if (section === null) document.deleteIn(["clusters", index]);
  else if (clusters === null) document.set("clusters", document.createNode([section]));
  else if (index < 0) clusters.add(nodeOf(section));
  else {
    const item = clusters.items[index];
    if (isMap(item) && !hasAlias(item)) merge(item, section);
    else clusters.items[index] = nodeOf(section);
  }
  return document.toString(FORM);
}

/** What stays keeps its place, its quotes and its comments; what is new comes after it. */
function merge(map: YAMLMap, wanted: Section): void {
  const gone = map.items.filter((pair) => !(keyOf(pair) in wanted));
  for (const { key } of gone) map.delete(key);
  for (const [key, value] of Object.entries(wanted)) {
    const now = map.get(key, true);
    const node: unknown = now;
    const held: unknown = isNode(node) ? node.toJSON() : undefined;
    if (held !== undefined && isDeepStrictEqual(held, value)) continue;
    if (isMap(node) && isGroup(value)) merge(node, value);
    else if (isSeq(node) && Array.isArray(value)) mergeList(node, value);
    else if (isScalar(node) && !Array.isArray(value) && !isGroup(value)) node.value = value;
    else map.set(key, nodeOf(value));
  }
}

function mergeList(list: YAMLSeq, wanted: readonly unknown[]): void {
  const old = [...list.items];
  list.items = wanted.map((value, index) => {
    const same = old.find((item) => isNode(item) && isDeepStrictEqual(item.toJSON(), value));
    if (same !== undefined) return same;
    const there = old[index];
    if (isMap(there) && isGroup(value)) {
      merge(there, value);
      return there;
    }
    return nodeOf(value);
  });
}

// ------------------------------------------------------------------------------------------------------------- pieces

function clustersOf(document: Document): YAMLSeq | null {
  const found = document.get("clusters", true);
  return isSeq(found) ? found : null;
}

function pairOf(document: Document): Pair | null {
  if (!isMap(document.contents)) return null;
  return document.contents.items.find((pair) => keyOf(pair) === "clusters") ?? null;
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function indexOf(document: Document, id: string): number {
  const items = clustersOf(document)?.items ?? [];
  return items.findIndex((item) => isMap(item) && String(item.get("id")) === id);
}

function hasAlias(node: Node): boolean {
  let found = false;
  visit(node, { Alias: () => void (found = true) });
  return found;
}

/** A map or list of nothing but plain values on one line, as people write them. */
function nodeOf(value: unknown): Node {
  const document = new Document(value);
  visitPlainly(document);
  const node = document.contents;
  invariant(node !== null, "a value has a node");
  return node;
}

function visitPlainly(document: Document): void {
  visit(document, {
    Collection(_key, node) {
      const isFlat = node.items.every((item) => isScalar(item) || (!isNode(item) && isScalar(valueOf(item))));
      if (isFlat && node !== document.contents) node.flow = true;
    },
  });
}

function valueOf(item: unknown): unknown {
  return isGroup(item) ? item["value"] : null;
}

function plain(section: Section): string {
  const document = new Document(section);
  visitPlainly(document);
  return document.toString(FORM);
}

/** Its own lines; a comment after it may be about the next one, and stays where it is. */
function rendered(node: Node): string {
  const document = new Document();
  const { comment } = node;
  node.comment = null;
  document.contents = node;
  const text = document.toString(FORM);
  if (comment !== undefined) node.comment = comment;
  return text;
}

function indented(text: string, by: string): string {
  return text.replaceAll(/\n(?=[^\n])/g, `\n${by}`);
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

function wantedAfter(text: string, change: (list: readonly unknown[]) => readonly unknown[]): unknown {
  const whole: unknown = parseDocument(text).toJS();
  const list = isGroup(whole) ? whole["clusters"] : null;
  return { ...(isGroup(whole) ? whole : {}), clusters: change(Array.isArray(list) ? list : []) };
}

function says(text: string | null, wanted: unknown): text is string {
  if (text === null) return false;
  const document = parseDocument(text);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted);
}
