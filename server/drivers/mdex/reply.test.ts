import { describe, expect, it } from "vitest";
import { exitReply, isPong } from "./reply.ts";

describe("the answers of a Dgraph", () => {
  it("[S3-5] are taken for an accepted exit by their shutting-down line", () => {
    const body = "Dgraph admin, OK\nDgraph shutting down at Thu Feb 17 13:12:54 2011\n";
    expect(exitReply(200, body)).toEqual({
      is: "accepted",
      withinSeconds: null,
      said: "Dgraph admin, OK Dgraph shutting down at Thu Feb 17 13:12:54 2011",
    });
  });

  it("[S3-8] tell the limit that was taken", () => {
    const body = "Dgraph admin, OK\nDgraph shutting down within 30 seconds at Thu Feb 17 14:09:38 2011 \n";
    expect(exitReply(200, body)).toMatchObject({ is: "accepted", withinSeconds: 30 });
  });

  it("are a mistake in every other case, whatever the status says", () => {
    expect(exitReply(200, "<html>a login page</html>")).toEqual({
      is: "mistake",
      said: '200 "<html>a login page</html>"',
    });
    expect(exitReply(403, "Dgraph shutting down at Thu Feb 17 13:12:54 2011")).toMatchObject({ is: "mistake" });
  });

  it("are a pong only in the engine's own words: a page of a proxy is none", () => {
    expect(isPong(200, "dgraph mdex-1:8000 responding at Thu Feb 17 13:12:54 2011")).toBe(true);
    expect(isPong(200, "<html>welcome</html>")).toBe(false);
    expect(isPong(503, "dgraph mdex-1:8000 responding at Thu Feb 17 13:12:54 2011")).toBe(false);
  });
});
