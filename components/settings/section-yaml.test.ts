import { describe, expect, it } from "vitest";
import { readSection, STARTER, lineOf, writeSection } from "./section-yaml.ts";

describe("a section as text", () => {
  it("is read alone, as an entry of a list, and as it stands in a file", async () => {
    const alone = await readSection(STARTER);
    expect(alone).toMatchObject({ ok: true, section: { id: "shop", system: "process" } });
    expect(await readSection(writeSection(STARTER))).toEqual(alone);
    expect(await readSection("- id: a\n  name: b\n")).toEqual({ ok: true, section: { id: "a", name: "b" } });
    expect(await readSection(writeSection("- id: a\n  name: b\n"))).toEqual({
      ok: true,
      section: { id: "a", name: "b" },
    });
  });

  it("names the line of what is no YAML, and says when there is not one cluster in it", async () => {
    const broken = await readSection("id: a\n  name: [b\n");
    expect(broken).toMatchObject({
      problem: { line: expect.any(Number), wrong: expect.stringMatching(/^It is not YAML: /) },
    });
    expect(await readSection("- id: a\n- id: b\n")).toMatchObject({
      problem: { wrong: "There are 2 clusters in it." },
    });
    expect(await readSection("")).toMatchObject({ problem: { wrong: "There are no settings in it." } });
  });

  it("finds the line of a field by the names that lead to it", () => {
    expect(lineOf(STARTER, { field: "nodes[0].owner.unit" })).toBe(11);
    expect(lineOf(STARTER, { field: "hosts[0].destination" })).toBe(5);
    expect(lineOf(STARTER, { field: "name" })).toBe(2);
    const two = `${STARTER}  - name: app-2\n    host: nowhere\n`;
    expect(lineOf(two, { field: "nodes[1].host" })).toBe(13);
    expect(lineOf(STARTER, { field: "no-such" })).toBeNull();
  });
});
