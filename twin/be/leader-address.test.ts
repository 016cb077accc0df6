import { expect, it } from "vitest";
import { LeaderAddress } from "./node.ts";

it("A backend follows a new leader, and no longer believes the one before", () => {
  const leader = new LeaderAddress("127.0.10.11");
  expect(leader.heard("127.0.10.1", 9020, 8030, 3)).toBe(true);
  expect(leader.heard("127.0.10.2", 9020, 8030, 4)).toBe(true);
  expect(leader.heard("127.0.10.1", 9020, 8030, 3)).toBe(false);
  expect(leader.heard("127.0.10.1", 9020, 8030, 4)).toBe(false);
  expect(leader.now()).toMatchObject({ host: "127.0.10.2" });
});

it("A leader that was started again is the same leader, whatever its epoch", () => {
  const leader = new LeaderAddress("127.0.10.11");
  leader.heard("127.0.10.1", 9020, 8030, 3);
  expect(leader.heard("127.0.10.1", 9020, 8030, 5)).toBe(true);
  expect(leader.heard("127.0.10.2", 9020, 8030, 4)).toBe(false);
});
