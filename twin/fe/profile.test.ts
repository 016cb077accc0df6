import { describe, expect, it } from "vitest";
import { profileOf } from "./profile.ts";

describe("a version's profile", () => {
  it("is found by its minor, and not guessed for others", () => {
    expect(profileOf("4.0.8-70d1c24")?.minor).toBe("4.0");
    expect(profileOf("3.5.7-70d1c24")?.minor).toBe("3.5");
    expect(profileOf("2.5.0-x")).toBeNull();
  });

  it("has a compute node blacklist, cluster-wide ids and leader labels from 4.0", () => {
    const flags = (version: string) => {
      const profile = profileOf(version);
      return [profile?.computeNodeBlacklist, profile?.clusterConnectionIds, profile?.leaderLabel];
    };
    expect(flags("3.5.7")).toEqual([false, false, false]);
    expect(flags("4.0.7")).toEqual([true, true, true]);
  });

  it("hands the leader over inside a graceful exit in both", () => {
    expect(["3.5.7", "4.0.7"].map((version) => profileOf(version)?.transfersLeader)).toEqual([true, true]);
  });
});
