import { describe, expect, it } from "vitest";
import { aNode, aPlan } from "#lib/run/testing/plan.ts";
import { fileOfPlan } from "#lib/wire/plan-as-file.ts";
import { differences } from "./difference.ts";
import { formOfFile } from "./file-form.ts";
import { fileOfForm } from "./form-as-file.ts";
import { newForm, requestOf, type PlanForm } from "./plan-form.ts";
import { planText } from "./plan-text.ts";
import { readPlanText } from "./plan-yaml.ts";

const NODES = [aNode("be-1", "be"), aNode("be-2", "be"), aNode("fe-1", "fe", "leader")];
const ORDER = ["be-2", "be-1", "fe-1"];
const FORM: PlanForm = {
  ...newForm("4.0.7"),
  order: ORDER,
  leftOut: [],
  exitLimitMs: { be: 600_000 },
  reason: "a security release",
  ticket: "CHG-1",
};
const FILE = fileOfForm(FORM, "prod", NODES, ORDER);

async function problemsOf(text: string): Promise<readonly string[]> {
  const read = await readPlanText(text);
  if (!read.ok) return read.problems.map(({ line, field, text }) => `${field}, line ${line ?? "?"}: ${text}`);
  const made = formOfFile(read.file, "prod", NODES);
  return made.ok ? [] : made.problems.map(({ field, text }) => `${field}: ${text}`);
}

describe("the draft of a plan as YAML", () => {
  it("comes back as the form that it was, and asks for the very same plan", async () => {
    const read = await readPlanText(await planText(FILE));
    if (!read.ok) throw new Error("its own text is read");
    const made = formOfFile(read.file, "prod", NODES);
    if (!made.ok) throw new Error("its own file fits");
    expect(requestOf(made.form, NODES)).toEqual(requestOf(FORM, NODES));
    expect(requestOf(made.form, NODES)?.ticket).toBe("CHG-1");
    expect(made.notes).toEqual([]);
  });

  it("names who is taken when somebody is left out", () => {
    const file = fileOfForm({ ...FORM, leftOut: ["be-1"] }, "prod", NODES, ["be-2", "fe-1"]);
    expect(file.nodes).toEqual(["be-2", "fe-1"]);
    const made = formOfFile(file, "prod", NODES);
    expect(made.ok && made.form.leftOut).toEqual(["be-1"]);
  });
});

describe("a file that does not fit", () => {
  it("names the field, the line and the remedy", async () => {
    const text = (await planText(FILE)).replace("soakS: 60", "soakMs: 60000");
    const found = await problemsOf(text);
    expect(found).toHaveLength(2);
    expect(found.join("\n")).toMatch(/policy\.soakMs, line \d+: There is no such field\. Write soakS instead\./);
    expect(found.join("\n")).toMatch(/policy\.soakS, line \d+: It is missing\./);
  });

  it("names nodes that this cluster does not have, and what a form cannot hold", async () => {
    const text = await planText({ ...FILE, nodes: ["be-1", "be-9"], exitLimitS: { "be-1": 60, "be-2": 90, cm: 5 } });
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(/^nodes\[1\]: be-9 is no node of this cluster/),
      expect.stringMatching(/^exitLimitS\.be-2: The limits of be differ/),
      expect.stringMatching(/^exitLimitS\.cm: cm is neither a role nor a node/),
    ]);
    expect(await problemsOf(await planText({ ...FILE, kind: "drain" }))).toEqual([
      expect.stringMatching(/^kind: .*by hand/),
    ]);
  });

  it("that is no YAML, or a bomb of aliases, is told and not opened", async () => {
    expect(await problemsOf("a: [1, 2")).toEqual([expect.stringMatching(/^the file, line \d+: It is not YAML/)]);
    expect(await problemsOf("a: &a [1]\nb: *a\n")).toEqual([expect.stringMatching(/without aliases/)]);
  });

  it("written for another cluster is taken, and said so", () => {
    const made = formOfFile({ ...FILE, cluster: "staging" }, "prod", NODES);
    expect(made.ok && made.notes).toEqual(["It was written for the cluster staging."]);
  });
});

describe("two plans beside each other", () => {
  it("that say the same differ in nothing", () => {
    expect(differences(FILE, FILE)).toEqual([]);
  });

  it("differ line by line, in words and units", () => {
    const other = { ...FILE, drainLimitS: 600, order: ["be-1", "be-2", "fe-1"], policy: { ...FILE.policy, soakS: 5 } };
    expect(differences(FILE, other)).toEqual([
      { title: "Drain limit", one: "120 s", other: "10 m" },
      { title: "Soak", one: "60 s", other: "5 s" },
      { title: "Order", one: "be-2, be-1, fe-1", other: "be-1, be-2, fe-1" },
    ]);
  });

  it("tell who is taken by one of them alone, and the order of those that both take", () => {
    const run = aPlan(NODES.slice(0, 2), "upgrade");
    const rows = differences({ ...FILE, nodes: ["be-2", "be-1", "fe-1"] }, fileOfPlan(run, run.policy));
    expect(rows).toContainEqual({ title: "Nodes only here", one: "fe-1", other: "no others" });
    expect(rows).toContainEqual({ title: "Order", one: "be-2, be-1", other: "be-1, be-2" });
  });
});
