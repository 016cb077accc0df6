/** `sluice cluster …`: what the browser does with the configuration, by the same requests. A section comes as a YAML file. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import type { Section } from "#lib/wire/configuration.ts";
import { isGroup } from "#lib/wire/section.ts";
import type { Answer, ApiClient } from "./console-client.ts";

export const CLUSTER_USAGE = `  sluice cluster export [ID]   the configuration, or one cluster of it, as YAML
  sluice cluster test FILE     try the cluster that this YAML describes, and keep nothing
  sluice cluster confirm FILE HOST SHA256:…   the key that the test showed is this host's: you compared it there
  sluice cluster add FILE      add it to the configuration; it is watched at once
  sluice cluster change FILE   make the cluster of that id what the file says
  sluice cluster remove ID --confirm NAME`;

const configuration = z.object({
  yaml: z.string(),
  clusters: z.array(z.object({ id: z.string(), yaml: z.string(), revision: z.string() })),
});
const key = z.object({ host: z.string(), shown: z.string() });
const saved = z.object({ id: z.string() });
const report = z.object({
  tookMs: z.number(),
  unfinished: z.boolean(),
  cluster: z.object({ by: z.string(), versions: z.array(z.string()), nodes: z.array(z.unknown()) }).nullable(),
  findings: z.array(
    z.object({
      field: z.string().nullable(),
      title: z.string(),
      verdict: z.enum(["pass", "fail", "unknown"]),
      evidence: z.string(),
      remedy: z.string(),
      hostKey: z.object({ state: z.enum(["new", "changed"]), host: z.string(), fingerprint: z.string() }).optional(),
    }),
  ),
});

export async function onClusters(
  client: ApiClient,
  [verb = "", what, ...more]: readonly string[],
  confirm: string | null,
): Promise<Answer<string>> {
  switch (verb) {
    case "export":
      return exported(client, what ?? null);
    case "test":
    case "add":
    case "change": {
      const section = sectionIn(what);
      if (!section.ok) return section;
      return verb === "test" ? tried(client, section.value, what ?? "") : put(client, verb, section.value);
    }
    case "confirm": {
      const section = sectionIn(what);
      return section.ok ? confirmed(client, section.value, more) : section;
    }
    case "remove": {
      if (what === undefined) return { ok: false, why: "sluice cluster remove ID --confirm NAME" };
      const revision = await revisionOf(client, what);
      if (!revision.ok) return revision;
      const body = { confirm: confirm ?? "", revision: revision.value };
      const answer = await client.post(`/api/clusters/${encodeURIComponent(what)}/removal`, body, saved);
      return answer.ok ? { ok: true, value: `${answer.value.id} was removed. Its runs and reports stay.` } : answer;
    }
    default:
      return { ok: false, why: `There is no "sluice cluster ${verb}".\n\n${CLUSTER_USAGE}` };
  }
}

/** One cluster, alone, under `clusters:`, or as the only member of a list: as `export ID` writes it. */
export function sectionIn(file: string | undefined): Answer<Section> {
  if (file === undefined) return { ok: false, why: "Name the YAML file with the cluster's section." };
  let read: unknown;
  try {
    read = parse(readFileSync(file, "utf8"));
  } catch (error) {
    return { ok: false, why: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const list: unknown = isGroup(read) && "clusters" in read ? read["clusters"] : read;
  const only: unknown = Array.isArray(list) && list.length === 1 ? list[0] : list;
  return isGroup(only)
    ? { ok: true, value: only }
    : { ok: false, why: `${file} does not hold one cluster. Write its section, or a list with it alone.` };
}

async function exported(client: ApiClient, id: string | null): Promise<Answer<string>> {
  const answer = await client.get("/api/configuration", configuration);
  if (!answer.ok) return answer;
  if (id === null) return { ok: true, value: answer.value.yaml.trimEnd() };
  const found = answer.value.clusters.find((each) => each.id === id);
  return found === undefined
    ? { ok: false, why: `The configuration has no cluster "${id}".` }
    : { ok: true, value: found.yaml.trimEnd() };
}

async function put(client: ApiClient, verb: "add" | "change", section: Section): Promise<Answer<string>> {
  if (verb === "add") {
    const answer = await client.post("/api/clusters", { section, password: null }, saved);
    return answer.ok ? { ok: true, value: `${answer.value.id} was added.` } : answer;
  }
  const id = String(section["id"]);
  const revision = await revisionOf(client, id);
  if (!revision.ok) return revision;
  const body = { section, password: null, revision: revision.value };
  const answer = await client.post(`/api/clusters/${encodeURIComponent(id)}/settings`, body, saved);
  return answer.ok ? { ok: true, value: `${id} was changed.` } : answer;
}

async function revisionOf(client: ApiClient, id: string): Promise<Answer<string>> {
  const answer = await client.get("/api/configuration", configuration);
  if (!answer.ok) return answer;
  const found = answer.value.clusters.find((each) => each.id === id);
  return found === undefined
    ? { ok: false, why: `The configuration has no cluster "${id}".` }
    : { ok: true, value: found.revision };
}

async function confirmed(
  client: ApiClient,
  section: Section,
  [host, fingerprint]: readonly string[],
): Promise<Answer<string>> {
  if (host === undefined || fingerprint === undefined)
    return { ok: false, why: "sluice cluster confirm FILE HOST SHA256:…, as the test showed them" };
  const answer = await client.post("/api/configuration/host-keys", { section, host, fingerprint }, key);
  return answer.ok ? { ok: true, value: `${answer.value.host} is known by ${answer.value.shown} now.` } : answer;
}

async function tried(client: ApiClient, section: Section, file: string): Promise<Answer<string>> {
  const answer = await client.post("/api/configuration/tests", { section, password: null }, report);
  if (!answer.ok) return answer;
  const { tookMs, unfinished, cluster, findings } = answer.value;
  const head =
    cluster === null
      ? "It cannot be read."
      : `${cluster.nodes.length} nodes of ${cluster.versions.join(", ") || "a version that nobody tells"}, by ${cluster.by}.`;
  const lines = findings.map(({ title, verdict, evidence, remedy, hostKey }) => {
    const confirm =
      hostKey?.state === "new" ? `sluice cluster confirm ${file} ${hostKey.host} ${hostKey.fingerprint}` : "";
    const below = [...remedy.split("\n"), confirm].filter((line) => line !== "");
    return [`${WORDS[verdict]}  ${title}: ${evidence}`, ...below].join("\n      ");
  });
  const text = [`${head} ${(tookMs / 1000).toFixed(1)} s.`, ...lines];
  if (unfinished) text.push("Not everything was asked in time.");
  const isWell = cluster !== null && findings.every(({ verdict }) => verdict !== "fail");
  return isWell ? { ok: true, value: text.join("\n") } : { ok: false, why: text.join("\n") };
}

const WORDS = { pass: "pass", fail: "FAIL", unknown: "note" } as const;
