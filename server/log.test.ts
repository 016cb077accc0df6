import { describe, expect, it } from "vitest";
import { createLog } from "./log.ts";

function logTo(format: "json" | "text"): { readonly lines: string[]; readonly log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  return {
    lines,
    log: createLog(
      (line) => lines.push(line),
      format,
      () => 0,
    ),
  };
}

describe("the log", () => {
  it("writes one JSON object a line, with time, level and fields", () => {
    const { lines, log } = logTo("json");
    log.warn("FE did not answer", { fe: "fe-1", tookMs: 2000 });
    expect(lines).toEqual([
      `{"at":"1970-01-01T00:00:00.000Z","level":"warn","message":"FE did not answer","fe":"fe-1","tookMs":2000}\n`,
    ]);
  });

  it("never writes what stands under a secret's name, however deep", () => {
    for (const format of ["json", "text"] as const) {
      const { lines, log } = logTo(format);
      log.error("login", { password: "p1", account: { user: "u", loginToken: "t1" }, headers: [{ Cookie: "c1" }] });
      const text = lines.join("");
      for (const secret of ["p1", "t1", "c1"]) expect(text).not.toContain(secret);
      expect(text).toContain("[redacted]");
      expect(text).toContain("u");
    }
  });

  it("writes an error with its stack", () => {
    const { lines, log } = logTo("json");
    log.error("crash", { error: new Error("boom") });
    expect(lines[0]).toContain("Error: boom");
  });
});
