import { neutralWords } from "#lib/cluster/words.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { NO_SERIES } from "#components/charts/lanes.ts";
import { approveAll, aStory, START_MS } from "#components/run/testing/story.ts";
import { timeOfDay } from "#components/format.ts";
import { inEnglish } from "#components/language/current.ts";
import { learn } from "#components/language/t.ts";
import { messages } from "#components/language/zh-cn.ts";
import { useTimes } from "#components/stores/times.ts";
import { UTC } from "#components/zone.ts";
import { nodeListing } from "../lists.ts";
import { reportRows } from "../report.ts";
import { reportFile, type ReportFacts } from "./report-file.ts";

const story = aStory("upgrade");
approveAll(story);
story.untilEnded();

const FACTS: ReportFacts = {
  run: story.run(),
  events: story.console.journal,
  words: { ...neutralWords({ one: "query", many: "queries" }), name: "StarRocks", counters: "the FEs" },
  clusterName: "prod <analytics>",
  series: NO_SERIES,
  probe: null,
  loans: null,
  plan: "kind: upgrade\n",
  madeAtMs: START_MS + 3_600_000,
};
const FILE = reportFile(FACTS);

describe("the report as a file", () => {
  it("asks nobody for anything: no script, no style, picture, font or frame from elsewhere, and no link", () => {
    expect(FILE).not.toMatch(/<(script|link|img|iframe|object|embed|base|form|a)\b/i);
    expect(FILE).not.toMatch(/\b(src|href|action|srcset|xlink:href)\s*=/i);
    expect(FILE).not.toMatch(/@import|@font-face|url\((?!#)/i);
    expect(FILE).not.toMatch(/\son\w+\s*=/i);
    expect(FILE).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it("says what the report says: verdict, each node, who did what, the plan and the journal", () => {
    expect(FILE).toContain("<strong>Finished");
    for (const { plan } of FACTS.run.steps) expect(FILE).toContain(`<td>${plan.nodeId}</td>`);
    for (const heading of ["Per node", "How each node left", "Who did what", "The plan", "Journal"]) {
      expect(FILE).toContain(`<h2>${heading}</h2>`);
    }
    expect(FILE).toContain("prod &lt;analytics&gt;");
  });

  it("has what people noted, with who did and on what; without a note it has no such part", () => {
    expect(FILE).not.toContain("<h2>Notes</h2>");
    const noted = (nodeId: string | null, text: string): Recorded<RunEvent> => ({
      seq: 9000,
      atMs: START_MS,
      actor: { kind: "person", id: "kim", via: "browser" },
      event: { type: "NoteAdded", nodeId, text },
    });
    const events = [...FACTS.events, noted("be-1", "its disk <b>is</b> loud"), noted(null, "calm night")];
    const file = reportFile({ ...FACTS, events });
    expect(file).toContain("<h2>Notes</h2>");
    expect(file).toMatch(/<td>kim<\/td><td>be-1<\/td><td class="long">its disk &lt;b&gt;is&lt;\/b&gt; loud<\/td>/);
    expect(file).toMatch(/<td>kim<\/td><td>the run<\/td><td>calm night<\/td>/);
    expect(file).toContain("kim noted on be-1: its disk");
  });

  it("says in which zone its times are, and tells all of them in that one", () => {
    expect(FILE).toContain("All times are UTC.");
    const began = timeOfDay(story.run().startedAtMs);
    expect(FILE).toContain(began);
    useTimes.setState({ zone: "Asia/Kolkata", isLocal: true });
    const local = reportFile(FACTS);
    useTimes.setState({ zone: UTC, isLocal: false });
    expect(local).toContain("All times are Asia/Kolkata.");
    expect(local).toContain('<th scope="col">Asia/Kolkata</th>');
    expect(local).not.toContain(began);
    expect(local).not.toMatch(/\bUTC\b/);
  });

  it("draws what was not kept as not kept, and breaks a line where there is a gap", () => {
    expect(FILE).toContain(">not kept</text>");
    const point = (second: number, value: number | null) => ({ atMs: START_MS + second * 1000, value });
    const requestsPerS = [point(0, 40), point(1, 41), point(2, null), point(3, 40), point(4, 41)];
    const drawn = reportFile({ ...FACTS, series: { ...NO_SERIES, requestsPerS } });
    expect(drawn).toMatch(/d="M[\d.]+ [\d.]+L[\d.]+ [\d.]+M[\d.]+ [\d.]+L[\d.]+ [\d.]+"/);
  });

  it("is white on paper, and tears no row or picture apart", () => {
    expect(FILE).toMatch(/html, body \{[^}]*background: #fff/);
    expect(FILE).toMatch(/tr \{ break-inside: avoid; \}/);
    expect(FILE).toMatch(/thead \{ display: table-header-group; \}/);
    expect(FILE).toMatch(/@media print/);
  });

  it("has nobody's secrets, though somebody put one into a statement", () => {
    const events = FACTS.events.map((recorded) =>
      recorded.event.type === "PhaseEnded"
        ? { ...recorded, event: { ...recorded.event, evidence: `ran with "password" = "hunter2"` } }
        : recorded,
    );
    expect(reportFile({ ...FACTS, events })).not.toContain("hunter2");
  });
});

describe("the report of whoever reads Chinese", () => {
  beforeEach(() => {
    vi.stubGlobal("document", { documentElement: { lang: "zh-CN" } });
    learn("zh-CN", messages);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    learn("zh-CN", {});
  });

  it("says its headings and captions in Chinese, and leaves the plan as it is", () => {
    const file = reportFile(FACTS);
    expect(file).toContain('<html lang="zh-CN">');
    for (const heading of ["按节点", "各节点的退出情况", "操作记录", "日志记录"])
      expect(file).toContain(`<h2>${heading}</h2>`);
    expect(file).toContain("所有时间均为 UTC。");
    expect(file).toContain("<pre>kind: upgrade\n</pre>");
    expect(file).not.toMatch(/Per node|Who did what|In flight at start|Gate waited/);
  });

  it("is copied in English: a program reads it", () => {
    const { titles, shownTitles } = inEnglish(() => nodeListing(reportRows(FACTS.run)));
    expect([titles[1], shownTitles[1]]).toEqual(["Gate waited, s", "Gate waited"]);
    expect(nodeListing(reportRows(FACTS.run)).shownTitles[1]).toBe("等待审批");
  });
});
