import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { sectionsOf, withoutSection, withSection } from "./section-edit.ts";

const TEXT = `# who may do what is in docs
console:
  data:   ./x   # of this machine
clusters:
  # the first one
  - id: a # never changed
    system: starrocks
    frontends: [ "10.0.0.1:9030" ]

    account: { user: u, password: "env:X" } # asked of the DBA
    # trailing of a

  # about b
  - id: b
    system: starrocks
    frontends:
      - "10.0.0.2:9030" # the old one
      - "10.0.0.3:9030"
    account: { user: v }
# the end
`;

const added = { id: "c", system: "starrocks", frontends: ["h:9030"], account: { user: "w" }, nodes: {} };

function sectionOf(text: string, id: string): Readonly<Record<string, unknown>> {
  return sectionsOf(text).find((each) => each.id === id)?.section ?? {};
}

describe("a cluster in the file", () => {
  it("is changed in its own lines, and every other line stays as it was, comments and all", () => {
    const section = { ...sectionOf(TEXT, "a"), account: { user: "root", password: "env:X" }, javaHome: "/jdk" };
    const text = withSection(TEXT, "a", section);
    expect(text).toBe(
      TEXT.replace(
        `    account: { user: u, password: "env:X" } # asked of the DBA\n`,
        `    account: { user: root, password: "env:X" } # asked of the DBA\n    javaHome: /jdk\n`,
      ),
    );
    expect(sectionOf(text, "a")).toEqual(section);
  });

  it("keeps what stands beside the members of a list that stay", () => {
    const section = { ...sectionOf(TEXT, "b"), frontends: ["10.0.0.9:9030", "10.0.0.2:9030"] };
    const text = withSection(TEXT, "b", section);
    expect(text).toContain(`- "10.0.0.2:9030" # the old one`);
    expect(sectionOf(text, "b")).toEqual(section);
    expect(text.slice(0, text.indexOf("  - id: b"))).toBe(TEXT.slice(0, TEXT.indexOf("  - id: b")));
  });

  it("is added after the last one", () => {
    const text = withSection(TEXT, null, added);
    const [before = "", end = ""] = text.split("  - id: c\n");
    expect(before + TEXT.slice(before.length)).toBe(TEXT);
    expect(end).toContain("# the end");
    expect(sectionOf(text, "c")).toEqual(added);
    expect(text).toContain(`    account: { user: w }\n`);
  });

  it.each([
    ["nothing", ""],
    ["a console alone", "console:\n  data: ./x # here\n"],
    ["no end of line", "console: { data: ./x }"],
    ["an empty list", "# none yet\nclusters: [] # soon\nconsole: { data: ./x }\n"],
    ["an empty key", "clusters:\nconsole: { data: ./x }\n"],
    ["a flow list of another", `clusters: [{ id: z, system: starrocks }] # dense\n`],
    ["lists without indentation", "clusters:\n- id: z\n  system: starrocks\n"],
  ])("is added to a file with %s", (_what, before) => {
    const text = withSection(before, null, added);
    expect(sectionOf(text, "c")).toEqual(added);
    const rest: unknown = parse(before);
    if (typeof rest === "object" && rest !== null && "console" in rest)
      expect(parse(text)).toMatchObject({ console: { data: "./x" } });
    for (const comment of before.match(/#.*/g) ?? []) expect(text).toContain(comment);
  });

  it("is taken out with the remark above it, and the others stay as they are", () => {
    expect(withoutSection(TEXT, "b")).toBe(
      TEXT.slice(0, TEXT.indexOf("  # about b")) + TEXT.slice(TEXT.indexOf("# the end")),
    );
    const text = withoutSection(TEXT, "a");
    expect(text).toContain("  # about b\n  - id: b");
    expect(sectionsOf(text).map(({ id }) => id)).toEqual(["b"]);
    const none = withoutSection(withoutSection(TEXT, "b"), "a");
    expect(parse(none)).toEqual({ console: { data: "./x" }, clusters: [] });
    expect(none).toContain("# who may do what is in docs");
  });

  it("is changed where anchors are used too: what was shared is written out", () => {
    const shared = `base: &base { user: u }\nclusters:\n  - { id: a, system: starrocks, account: *base }\n  - id: b\n    account: *base\n`;
    const text = withSection(shared, "b", { id: "b", account: { user: "w" } });
    expect(parse(text)).toEqual({
      base: { user: "u" },
      clusters: [
        { id: "a", system: "starrocks", account: { user: "u" } },
        { id: "b", account: { user: "w" } },
      ],
    });
    expect(sectionsOf(withoutSection(shared, "a")).map(({ id }) => id)).toEqual(["b"]);
  });

  it("stands alone as YAML that says the same", () => {
    for (const { section, yaml } of sectionsOf(TEXT)) expect(parse(yaml)).toEqual({ clusters: [section] });
  });
});
