import { expect, it } from "vitest";
import type { ApiClient } from "./console-client.ts";
import { stageRelease } from "./stage.ts";

const host = { host: "be-01", at: "copying", sentBytes: 0, ofBytes: 3 * 1024 * 1024, said: "" };
const view = { version: "4.0.8", endedAtMs: null, problem: null, hosts: [host] };

/** Answers the first to the request, the rest one by one. */
function consoleTelling(answers: unknown[]): ApiClient {
  const next = () => answers.shift();
  return {
    baseUrl: "",
    cookie: "",
    get: async (_path, schema) => await Promise.resolve({ ok: true, value: schema.parse(next()) }),
    post: async (_path, _body, schema) => await Promise.resolve({ ok: true, value: schema.parse(next()) }),
  };
}

async function staged(answers: unknown[]) {
  const printed: string[] = [];
  const answer = await stageRelease(
    consoleTelling(answers),
    ["prod", "4.0.8"],
    (line) => printed.push(line),
    async () => await Promise.resolve(),
  );
  return { answer, printed };
}

it("sluice stage tells how far it is, each change once, and ends with what lies where", async () => {
  const half = { ...view, hosts: [{ ...host, sentBytes: 1.6 * 1024 * 1024 }] };
  const done = { ...view, endedAtMs: 5, hosts: [{ ...host, at: "done", said: "sha256 ab…" }] };
  const { answer, printed } = await staged([view, half, half, done]);
  expect(printed).toEqual(["be-01  0 of 3 MB", "be-01  1 of 3 MB"]);
  expect(answer).toEqual({ ok: true, value: "be-01  there  sha256 ab…" });
});

it("sluice stage fails where a host has it not, and where nothing could be done", async () => {
  const failed = { ...view, endedAtMs: 5, hosts: [{ ...host, at: "failed", said: "no room" }] };
  expect((await staged([failed])).answer).toEqual({ ok: false, why: "be-01  NOT THERE  no room" });
  expect((await staged([{ ...view, endedAtMs: 5, problem: "no such package", hosts: [] }])).answer).toEqual({
    ok: false,
    why: "no such package",
  });
  expect((await staged([view, null])).answer).toMatchObject({
    ok: false,
    why: expect.stringContaining("started again"),
  });
});
