import { describe, expect, test } from "vitest";
import { EMPTY_FORM, formOf } from "./cluster-form.ts";
import { readKeptForm, readKeptYaml } from "./kept-section.ts";

const FORM = formOf({
  id: "north",
  frontends: ["fe-01:9030"],
  account: { user: "sluice", password: "env:PASSWORD" },
  hosts: [{ name: "one", kind: "ssh", destination: "one.example", port: 22 }],
  nodes: { "192.0.2.11:9050": { name: "be-01", host: "one", home: "/opt/be", note: "kept" } },
  install: { strategy: "swap", artifacts: "/opt/releases" },
  poll: { seconds: 2 },
});

describe("settings that were being typed", () => {
  test("are read as they were written, without the password", () => {
    const base = { section: { id: "north" }, revision: "7" };
    const written = JSON.stringify({ form: { ...FORM, password: undefined }, base });
    expect(readKeptForm(written)).toEqual({ form: { ...FORM, password: "" }, base });
    expect(readKeptYaml(JSON.stringify({ text: "id: north", base: null }))).toEqual({ text: "id: north", base: null });
  });

  test("of another build are left where they are", () => {
    for (const written of [
      "",
      "{",
      "[]",
      JSON.stringify({ form: { ...EMPTY_FORM, nodes: [{ address: 7 }] }, base: null }),
    ]) {
      expect(readKeptForm(written)).toBeNull();
      expect(readKeptYaml(written)).toBeNull();
    }
  });
});
