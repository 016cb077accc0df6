import { describe, expect, it } from "vitest";
import {
  EMPTY_FORM,
  formOf,
  idFrom,
  sectionOf,
  withFound,
  withHomes,
  wordsOf,
  wrongElsewhere,
  wrongWith,
} from "./cluster-form.ts";

const SECTION = {
  id: "prod",
  name: "Production",
  system: "starrocks",
  exitLimitS: { be: 900 },
  frontends: ["10.0.0.1:9030", "10.0.0.2:9030"],
  account: { user: "sluice", password: "file:./data/secrets/prod-0a1b2c3d", note: "kept" },
  hosts: [{ name: "local", kind: "local", prefix: ["sudo", "-n", "-u", "starrocks"] }],
  nodes: { "10.0.0.3:9050": { name: "be-01", host: "local", home: "/opt/be", exitLimitS: 700 } },
  install: { strategy: "symlink", releases: "/srv/releases", link: "current" },
};

describe("a section as a form", () => {
  it.each([
    ["a whole one", SECTION],
    ["the least", { id: "a", system: "starrocks", frontends: ["h:1"], account: { user: "u" } }],
    ["a password elsewhere", { ...SECTION, account: { user: "u", password: "env:DB" } }],
    ["a file of somebody's", { ...SECTION, account: { user: "u", password: "file:/run/db" } }],
    ["a host by SSH", { ...SECTION, hosts: [{ name: "be", kind: "ssh", destination: "sr@be-01", configFile: "/c" }] }],
    [
      "packages of the console's own",
      {
        ...SECTION,
        install: { strategy: "swap", artifacts: "/srv/r", packages: { folder: "/srv/p", sha256: { "4.0.8": "ab" } } },
      },
    ],
    ["a command", { ...SECTION, install: { strategy: "command", argv: ["put", "a b"], versions: ["4.0.7"] } }],
    ["a person", { ...SECTION, install: { strategy: "manual", versions: ["4.0.7", "4.0.8"] } }],
  ])("is the same again when nothing was changed: %s", (_what, section) => {
    const again = sectionOf(formOf(section), section);
    expect(again).toEqual({ section, password: null });
    expect(Object.keys(again.section)).toEqual(Object.keys(section));
  });

  it("tells a password that the console keeps from one that lies elsewhere, and shows neither", () => {
    expect(formOf(SECTION)).toMatchObject({ passwordWay: "kept", passwordAt: "", password: "" });
    const elsewhere = { ...SECTION, account: { user: "u", password: "file:/run/secrets/other" } };
    expect(formOf(elsewhere)).toMatchObject({ passwordWay: "file", passwordAt: "/run/secrets/other" });
  });

  it("sends what is typed beside the section, never in it", () => {
    const typed = { ...formOf(SECTION), passwordWay: "typed", password: "hunter2" } as const;
    const { section, password } = sectionOf(typed, SECTION);
    expect(password).toBe("hunter2");
    expect(JSON.stringify(section)).not.toContain("hunter2");
    expect(section["account"]).toEqual({ user: "sluice", note: "kept" });
  });

  it("takes what was found: names for new nodes, and what was written stays; only places with a home are kept", () => {
    const found = [
      { address: "10.0.0.1:9010", role: "fe", leader: true, version: "4.0.7", alive: true },
      { address: "10.0.0.3:9050", role: "be", leader: false, version: "4.0.7", alive: true },
      { address: "10.0.0.4:9050", role: "be", leader: false, version: "4.0.7", alive: true },
    ] as const;
    const form = withFound(formOf(SECTION), found);
    expect(form.nodes.map(({ name, home }) => `${name} ${home}`)).toEqual(["fe-01 ", "be-01 /opt/be", "be-02 "]);
    expect(sectionOf(form, SECTION).section["nodes"]).toEqual(SECTION.nodes);
    const homes = sectionOf(withHomes(form, "be", "/opt/starrocks/be"), SECTION).section["nodes"];
    expect(homes).toEqual({
      ...SECTION.nodes,
      "10.0.0.4:9050": { name: "be-02", host: "local", home: "/opt/starrocks/be" },
    });
  });

  it("makes an id of a name", () => {
    expect(idFrom("Prod – Zürich 2")).toBe("prod-zurich-2");
    expect(idFrom("--")).toBe("");
    expect(sectionOf({ ...EMPTY_FORM, id: "a", name: "a" }, {}).section).not.toHaveProperty("name");
  });

  it("reads words as they are typed, and a list where one holds a blank", () => {
    expect(wordsOf(" sudo -n  -u starrocks ")).toEqual(["sudo", "-n", "-u", "starrocks"]);
    expect(wordsOf('["a b", "c"]')).toEqual(["a b", "c"]);
  });

  it("puts a mistake beside its field, and what has none at the top", () => {
    const problems = [
      { field: "frontends[1]", wrong: "Not an address.", remedy: "Write host:port." },
      { field: "probe.everyMs", wrong: "Too often.", remedy: "Give 50." },
      { field: "", wrong: "Elsewhere.", remedy: "" },
    ];
    expect(wrongWith(problems, "frontends")).toBe("Not an address. Write host:port.");
    expect(wrongWith(problems, "front")).toBeNull();
    expect(wrongElsewhere(problems, ["frontends"]).map(({ wrong }) => wrong)).toEqual(["Too often.", "Elsewhere."]);
  });
});
