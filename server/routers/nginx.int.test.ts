/** What is nginx' own: a file that is edited and restored to the letter, tested first, and read by new workers. */
import { readFileSync, readdirSync, writeFileSync, appendFileSync, chmodSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { answersOf, rowOf } from "./router.contract.ts";
import type { Router } from "./router.ts";
import { NGINX, whatNginxLacks, type Nginx } from "./testing/nginx.ts";
import { until } from "#server/testing/ports.ts";
import { routerFor, withNginx } from "./testing/under-test.ts";

const lacks = whatNginxLacks();
const signal = new AbortController().signal;

const routerTo = ({ file, configFile, pidFile }: Nginx): Router =>
  routerFor({ name: "web", kind: "nginx", binary: NGINX, file, configFile, pidFile, servers: {} });

const masterOf = ({ pidFile }: Nginx): number => Number(readFileSync(pidFile, "utf8"));

function workersOf(nginx: Nginx): readonly string[] {
  const pid = masterOf(nginx);
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
}

describe.skipIf(lacks !== null)(`nginx${lacks === null ? "" : `: ${lacks}`}`, () => {
  it("the file is restored to the letter, with its mode, and nothing is left beside it", async () => {
    await withNginx(async ({ nginx, one }) => {
      const router = routerTo(nginx);
      const server = `web/127.0.0.1:${one.port}`;
      const [before, files] = [readFileSync(nginx.file, "utf8"), readdirSync(nginx.folder).sort()];
      chmodSync(nginx.file, 0o664);
      await router.takeOut(server, signal);
      expect(readFileSync(nginx.file, "utf8")).toBe(before.replace("max_fails=1;", "max_fails=1 down;"));
      await router.letIn(server, signal);
      expect(readFileSync(nginx.file, "utf8")).toBe(before);
      expect(statSync(nginx.file).mode & 0o777).toBe(0o664);
      expect(readdirSync(nginx.folder).sort()).toEqual(files);
    });
  });

  it("how many sessions a server has is not told; that it has none is, when the workers that knew it are gone", async () => {
    await withNginx(async ({ nginx, one, other }) => {
      const router = routerTo(nginx);
      const server = `web/127.0.0.1:${one.port}`;
      await router.takeOut(`web/127.0.0.1:${other.port}`, signal);
      const held = fetch(`http://127.0.0.1:${nginx.port}/slow`).then(async (answer) => await answer.text());
      await until("it is held", () => one.held() === 1);
      expect((await rowOf(router, server)).sessions).toBeNull();
      await router.letIn(`web/127.0.0.1:${other.port}`, signal);
      await router.takeOut(server, signal);
      expect(await rowOf(router, server)).toMatchObject({
        route: "out",
        sessions: null,
        remark: expect.stringMatching(/old worker/),
      });
      one.letGo();
      expect(await held).toBe("one");
      await until("nothing is left", async () => (await rowOf(router, server)).sessions === 0);
    });
  });

  it("loaded again midway by somebody else it keeps a server out, and what older workers carry is not taken for none", async () => {
    await withNginx(async ({ nginx, one, other }) => {
      const router = routerTo(nginx);
      const server = `web/127.0.0.1:${one.port}`;
      await router.takeOut(`web/127.0.0.1:${other.port}`, signal);
      const held = fetch(`http://127.0.0.1:${nginx.port}/slow`).then(async (answer) => await answer.text());
      await until("it is held", () => one.held() === 1);
      await router.letIn(`web/127.0.0.1:${other.port}`, signal);
      await router.takeOut(server, signal);
      const before = workersOf(nginx);
      process.kill(masterOf(nginx), "SIGHUP");
      await until("it was loaded again", () => workersOf(nginx).some((pid) => !before.includes(pid)));
      await until("all that serve have read it", async () => (await rowOf(router, server)).word === "down");
      expect(await rowOf(router, server)).toMatchObject({ route: "out", setOut: true, word: "down", sessions: null });
      expect([...(await answersOf(`http://127.0.0.1:${nginx.port}/`))]).toEqual(["other"]);
      one.letGo();
      expect(await held).toBe("one");
      await until("nothing is left", async () => (await rowOf(router, server)).sessions === 0);
    });
  });

  it("written anew midway by whoever keeps its file, it is seen in again, taken out anew, and their file stays theirs", async () => {
    await withNginx(async ({ nginx, one }) => {
      const router = routerTo(nginx);
      const server = `web/127.0.0.1:${one.port}`;
      const theirs = `# written by their own tool\n${readFileSync(nginx.file, "utf8")}`;
      await router.takeOut(server, signal);
      writeFileSync(nginx.file, theirs);
      process.kill(masterOf(nginx), "SIGHUP");
      await until("it is seen", async () => (await rowOf(router, server)).word === "up");
      expect(await rowOf(router, server)).toMatchObject({ route: "in", setOut: false });
      expect((await answersOf(`http://127.0.0.1:${nginx.port}/`)).size).toBe(2);
      expect(await router.takeOut(server, signal)).toMatchObject({ outcome: "done" });
      expect([...(await answersOf(`http://127.0.0.1:${nginx.port}/`))]).toEqual(["other"]);
      await router.letIn(server, signal);
      expect(readFileSync(nginx.file, "utf8")).toBe(theirs);
    });
  });

  it("a file that does not pass nginx' own test is left as it was, and nginx goes on", async () => {
    await withNginx(async ({ nginx, one }) => {
      appendFileSync(nginx.file, "upstream broken { server nowhere.invalid:1; }\n");
      const before = readFileSync(nginx.file, "utf8");
      const outcome = await routerTo(nginx).takeOut(`web/127.0.0.1:${one.port}`, signal);
      expect(outcome).toMatchObject({
        outcome: "refused",
        reason: expect.stringMatching(/does not pass.*left as it was.*nowhere.invalid/s),
      });
      expect(readFileSync(nginx.file, "utf8")).toBe(before);
      expect((await answersOf(`http://127.0.0.1:${nginx.port}/`)).size).toBe(2);
    });
  });

  it("a line that was edited and not read is told as such, and is not taken for out", async () => {
    await withNginx(async ({ nginx, one }) => {
      const server = `web/127.0.0.1:${one.port}`;
      const router = routerTo(nginx);
      const text = readFileSync(nginx.file, "utf8").replace("max_fails=1;", "max_fails=1 down;");
      // Edited in the moment of its start, it may have been read.
      await until("it is older than the file", async () => {
        writeFileSync(nginx.file, text);
        return (await rowOf(router, server)).word === "down, not loaded";
      });
      expect((await rowOf(router, server)).route).toBe("in");
      expect(await router.takeOut(server, signal)).toMatchObject({ outcome: "done" });
      expect(await rowOf(router, server)).toMatchObject({ route: "out", word: "down" });
    });
  });
});
