import { describe, expect, it } from "vitest";
import { profileOf, type Profile } from "./profile.ts";

const versions = ["3.2.16", "3.3.14", "3.4.0", "3.4.8", "3.5.7", "3.5.15", "4.0.7"] as const;
const row = (pick: (profile: Profile) => unknown): readonly unknown[] =>
  versions.map((version) => {
    const profile = profileOf(`${version}-70d1c24`);
    return profile === null ? null : pick(profile);
  });

describe("a version's profile", () => {
  it("is found by its minor, and not guessed for others", () => {
    expect(row((profile) => profile.minor)).toEqual(["3.2", "3.3", "3.4", "3.4", "3.5", "3.5", "4.0"]);
    expect(profileOf("2.5.0-x")).toBeNull();
    expect(profileOf("4.1.0-x")).toBeNull();
  });

  it.each<readonly [string, (profile: Profile) => unknown, string]>([
    [
      "has StatusCode and a greeting of 8.0.33 from 3.4",
      (each) => each.statusCode && each.greetingVersion === "8.0.33",
      "0011111",
    ],
    ["has a backend blacklist from 3.3", (each) => each.backendBlacklist, "0111111"],
    [
      "has a compute node blacklist, cluster-wide ids, leader labels from 4.0",
      (each) => each.computeNodeBlacklist && each.clusterConnectionIds && each.leaderLabel,
      "0000001",
    ],
    ["ends gracefully from 3.4.2", (each) => each.gracefulExit, "0001111"],
    [
      "hands the leader over inside that up to 3.5.14, and in the recorded 4.0.7",
      (each) => each.transfersLeader,
      "0001101",
    ],
    [
      "lists processes of the cluster, frontends by Id, sends settings on from 3.5",
      (each) => each.clusterProcesslist && each.frontendId && each.forwardsSetConfig,
      "0000111",
    ],
    ["fails a setting for a dead FE until 3.5.7", (each) => each.deadFrontendFailsSetConfig, "1111000"],
    [
      "keeps loads off the blacklisted from 3.3.13 and 14",
      (each) => each.blacklistKeepsStreamLoads && each.blacklistKeepsBrokerLoads,
      "0111111",
    ],
  ])("%s", (_title, pick, expected) => {
    expect(row((profile) => Number(Boolean(pick(profile)))).join("")).toBe(expected);
  });
});
