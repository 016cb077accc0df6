import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPresence, type Look, type Presence } from "./presence.ts";

let presence: Presence;
beforeEach(() => {
  vi.useFakeTimers();
  presence = createPresence(100);
});
afterEach(() => {
  presence.close();
  vi.useRealTimers();
});

function look(name: string, place = "run/r1"): { readonly look: Look; readonly heard: string[] } {
  const heard: string[] = [];
  const session = { id: "s1", name, via: "browser", role: "operator", expiresAtMs: 0 } as const;
  const tell: Look["tell"] = (people) => void heard.push(people.map((one) => `${one.name}:${one.windows}`).join(" "));
  return { look: { place, session, tell }, heard };
}

describe("who looks at the same", () => {
  it("is told to each of them when somebody comes or goes, and to nobody elsewhere", () => {
    const [ann, dana, elsewhere] = [look("ann"), look("dana"), look("eve", "run/r2")];
    for (const each of [dana, ann, elsewhere]) presence.came(each.look);
    vi.advanceTimersByTime(100);
    expect([ann.heard, dana.heard, elsewhere.heard]).toEqual([["ann:1 dana:1"], ["ann:1 dana:1"], ["eve:1"]]);
    presence.left(dana.look);
    presence.left(dana.look);
    vi.advanceTimersByTime(100);
    expect([ann.heard.at(-1), dana.heard.length]).toEqual(["ann:1", 1]);
  });

  it("names each person once, with how many windows of theirs look", () => {
    const [one, two] = [look("ann"), look("ann")];
    presence.came(one.look);
    presence.came(two.look);
    vi.advanceTimersByTime(100);
    expect(one.heard).toEqual(["ann:2"]);
  });

  it("is told once, however many come at the same moment", () => {
    const many = Array.from({ length: 200 }, (_, index) => look(`person${index}`));
    for (const each of many) presence.came(each.look);
    vi.advanceTimersByTime(1000);
    expect(many.map(({ heard }) => heard.length)).toEqual(many.map(() => 1));
  });
});
