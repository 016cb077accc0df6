import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { onClusters } from "./clusters.ts";
import type { ApiClient } from "./console-client.ts";

const YAML = "clusters:\n  - id: a\n    system: starrocks\n";
const CONFIGURATION = { yaml: `# ours\n${YAML}`, clusters: [{ id: "a", yaml: YAML, revision: "r1" }] };
const REPORT = {
  tookMs: 1234,
  unfinished: false,
  cluster: { by: "fe-01", versions: ["4.0.7"], nodes: [{}, {}] },
  findings: [{ field: null, title: "It answers", verdict: "pass", evidence: "in 3 ms", remedy: "" }],
};

let folder: string;
let posted: (readonly [string, unknown])[];
let answer: unknown;
const client: ApiClient = {
  baseUrl: "",
  cookie: "",
  get: async (_path, schema) => ({ ok: true, value: schema.parse(CONFIGURATION) }),
  post: async (path, body, schema) => {
    posted.push([path, body]);
    return { ok: true, value: schema.parse(answer) };
  },
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-cli-"));
  posted = [];
  answer = { id: "a" };
});
afterEach(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const file = join(folder, "a.yaml");
  writeFileSync(file, text);
  return file;
}

describe("sluice cluster", () => {
  it("exports the whole file as it is, or one cluster of it", async () => {
    expect(await onClusters(client, ["export"], null)).toEqual({ ok: true, value: CONFIGURATION.yaml.trimEnd() });
    expect(await onClusters(client, ["export", "a"], null)).toEqual({ ok: true, value: YAML.trimEnd() });
    expect(await onClusters(client, ["export", "z"], null)).toMatchObject({ ok: false });
  });

  it("tells how a host's key is confirmed, and confirms it under the section that was tried", async () => {
    const file = fileOf(YAML);
    const fingerprint = `SHA256:${"k".repeat(43)}`;
    const hostKey = { state: "new", host: "be-01", fingerprint };
    const finding = {
      field: "hosts[0]",
      title: "Its key",
      verdict: "fail",
      evidence: "new",
      remedy: "Compare.",
      hostKey,
    };
    answer = { ...REPORT, findings: [finding] };
    const told = await onClusters(client, ["test", file], null);
    const line = `sluice cluster confirm ${file} be-01 ${fingerprint}`;
    expect(told).toMatchObject({ ok: false, why: expect.stringContaining(line) });
    answer = { host: "be-01", shown: `ED25519 ${fingerprint}` };
    expect(await onClusters(client, ["confirm", file, "be-01", fingerprint], null)).toMatchObject({ ok: true });
    const section = { id: "a", system: "starrocks" };
    expect(posted.at(-1)).toEqual(["/api/configuration/host-keys", { section, host: "be-01", fingerprint }]);
    expect(await onClusters(client, ["confirm", file, "be-01"], null)).toMatchObject({ ok: false });
  });

  it("takes what it exported, or the section alone, and names what it saw when it changes or removes", async () => {
    const section = { id: "a", system: "starrocks" };
    await onClusters(client, ["add", fileOf(YAML)], null);
    await onClusters(client, ["change", fileOf("id: a\nsystem: starrocks\n")], null);
    await onClusters(client, ["remove", "a"], "A");
    expect(posted).toEqual([
      ["/api/clusters", { section, password: null }],
      ["/api/clusters/a/settings", { section, password: null, revision: "r1" }],
      ["/api/clusters/a/removal", { confirm: "A", revision: "r1" }],
    ]);
    const two = fileOf("clusters: [{ id: a }, { id: b }]\n");
    expect(await onClusters(client, ["add", two], null)).toMatchObject({ ok: false });
    expect(await onClusters(client, ["add", join(folder, "none")], null)).toMatchObject({ ok: false });
  });

  it("tells what a try found, and fails where something is wrong", async () => {
    answer = REPORT;
    const file = fileOf(YAML);
    expect(await onClusters(client, ["test", file], null)).toEqual({
      ok: true,
      value: "2 nodes of 4.0.7, by fe-01. 1.2 s.\npass  It answers: in 3 ms",
    });
    const remedy = "GRANT a;\nGRANT b;";
    const wrong = { field: "account.user", title: "Rights", verdict: "fail", evidence: "lacks a", remedy };
    answer = { ...REPORT, findings: [wrong] };
    const told = await onClusters(client, ["test", file], null);
    expect(told).toMatchObject({ ok: false, why: expect.stringContaining("FAIL  Rights: lacks a\n      GRANT a;") });
  });
});
