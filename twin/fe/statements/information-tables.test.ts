import { describe, expect, it } from "vitest";
import { profileOf, type Profile } from "../profile.ts";
import { columnsOf } from "./information-tables.ts";

function profile(version: string): Profile {
  const found = profileOf(version);
  if (found === null) throw new Error(`no profile of ${version}`);
  return found;
}

describe("information_schema.loads", () => {
  it("has the names of SHOW LOAD until 3.2, and its own from 3.3", () => {
    expect(columnsOf(profile("3.2.16"), "loads")).toContain("DATABASE_NAME");
    for (const version of ["3.3.14", "3.4.8", "4.0.7"]) {
      expect(columnsOf(profile(version), "loads")).toEqual(expect.arrayContaining(["DB_NAME", "STATE", "ERROR_MSG"]));
      expect(columnsOf(profile(version), "loads")).not.toContain("DATABASE_NAME");
    }
  });

  it("and its neighbours have what came with 4.0 only there; what is no table has none", () => {
    expect(columnsOf(profile("3.5.7"), "partitions_meta")).not.toContain("TABLET_BALANCED");
    expect(columnsOf(profile("4.0.7"), "partitions_meta")).toContain("TABLET_BALANCED");
    expect(columnsOf(profile("4.0.7"), "nothing")).toBeNull();
  });
});
