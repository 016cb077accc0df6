import { describe, expect, it } from "vitest";
import { addressKey, createTries } from "./tries.ts";

const LIMITS = { free: 3, firstWaitMs: 1000, longestWaitMs: 4000, forgetMs: 60_000, mostKeys: 2 };

function atTime() {
  const time = { nowMs: 0 };
  return { time, tries: createTries(LIMITS, () => time.nowMs) };
}

describe("guessing", () => {
  it("is free a few times, then waits twice as long each time, up to a longest wait", () => {
    const { time, tries } = atTime();
    expect([tries.begin("dana"), tries.begin("dana"), tries.begin("dana")]).toEqual([0, 0, 0]);
    for (const waitMs of [1000, 2000, 4000, 4000]) {
      expect(tries.begin("dana")).toBe(waitMs);
      time.nowMs += waitMs - 1;
      expect(tries.begin("dana")).toBe(1);
      time.nowMs += 1;
      expect(tries.begin("dana")).toBe(0);
    }
    expect(tries.begin("lee")).toBe(0);
  });

  it("starts anew after a success, and after a long quiet", () => {
    const { time, tries } = atTime();
    for (let count = 0; count < 3; count += 1) tries.begin("dana");
    tries.succeeded("dana");
    expect(tries.begin("dana")).toBe(0);
    for (let count = 0; count < 2; count += 1) tries.begin("dana");
    expect(tries.begin("dana")).toBe(1000);
    time.nowMs += LIMITS.forgetMs;
    expect(tries.begin("dana")).toBe(0);
    expect(tries.failuresOf("dana")).toBe(1);
  });

  it("what is forgiven does not count, and what came before it does", () => {
    const { tries } = atTime();
    for (let count = 0; count < 3; count += 1) tries.begin("10.0.0.7");
    tries.forgive("10.0.0.7");
    expect(tries.begin("10.0.0.7")).toBe(0);
    expect(tries.begin("10.0.0.7")).toBe(1000);
  });

  it("remembers a bounded number, the newest", () => {
    const { tries } = atTime();
    for (let count = 0; count < 3; count += 1) tries.begin("old");
    tries.begin("b");
    tries.begin("c");
    expect(tries.begin("old")).toBe(0);
  });
});

describe("an address", () => {
  it("counts by its network where it is IPv6, and by itself where it is IPv4", () => {
    expect(addressKey("10.0.0.7")).toBe("10.0.0.7");
    expect(addressKey("::ffff:10.0.0.7")).toBe("10.0.0.7");
    expect(addressKey("2001:db8:0:7:aaaa::1")).toBe("2001:db8:0:7::/64");
    expect(addressKey("2001:db8:0:7:bbbb::2")).toBe("2001:db8:0:7::/64");
    expect(addressKey("2001:0db8::1")).toBe("2001:db8:0:0::/64");
    expect(addressKey("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
  });
});
