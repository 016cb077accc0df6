import { describe, expect, it } from "vitest";
import { parseNginxLook } from "./nginx-look.ts";

/** Written 10 s ago, with workers of these ages and titles. */
function look(...workers: readonly { readonly ageS: number; readonly title: string }[]) {
  const lines = workers.map(({ ageS, title }, index) => `worker ${index + 1} ${(1000 - ageS) * 100} ${title}`);
  const text = "upstream web {\n  server 127.0.0.1:1 down;\n}\n";
  return parseNginxLook(["ticks 100", "uptime 1000", "now 5000", ...lines, "written 4990", "text", text].join("\n"), 7);
}

const SERVING = "nginx: worker process ";
const LEAVING = "nginx: worker process is shutting down ";

describe("what nginx has read of its file", () => {
  it("is what the file says, as soon as each worker that serves began after it was written", () => {
    const row = look({ ageS: 3, title: SERVING }, { ageS: 60, title: LEAVING })?.servers.get("web/127.0.0.1:1");
    expect(row).toMatchObject({ route: "out", word: "down", sessions: null, remark: expect.stringMatching(/1 old/) });
  });

  it("is not what the file says while an older worker serves", () => {
    const row = look({ ageS: 3, title: SERVING }, { ageS: 60, title: SERVING })?.servers.get("web/127.0.0.1:1");
    expect(row).toMatchObject({ route: "in", word: "down, not loaded" });
  });

  it("is not doubted for a worker that is just ending, and has lost its title before it is gone", () => {
    const row = look({ ageS: 3, title: SERVING }, { ageS: 60, title: "" })?.servers.get("web/127.0.0.1:1");
    expect(row).toMatchObject({ route: "out", word: "down", sessions: null });
  });
});
