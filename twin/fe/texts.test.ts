import { describe, expect, it } from "vitest";
import { memoryText, ownZoneTimeText, percentText, sizeText, timeText } from "./texts.ts";

describe("StarRocks prints", () => {
  it("times eight hours ahead of UTC, but for the blacklist's", () => {
    const ms = Date.UTC(2026, 10, 21, 20, 18, 27);
    expect(timeText(ms)).toBe("2026-11-22 04:18:27");
    expect(ownZoneTimeText(ms)).toBe("2026-11-21 20:18:27");
  });

  it("capacities with a blank before the unit and MemLimit without", () => {
    expect([sizeText(0), sizeText(10 * 2 ** 30), sizeText(2 ** 40)]).toEqual(["0.000 B", "10.000 GB", "1.000 TB"]);
    expect(memoryText(8 * 2 ** 30)).toBe("8.000GB");
  });

  it("shares with two decimals, and nothing of nothing as zero", () => {
    expect([percentText(1, 8), percentText(3, 0)]).toEqual(["12.50 %", "0.00 %"]);
  });
});
