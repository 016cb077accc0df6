/** What every router promises, whatever it is. The counterpart is real, and what it does is seen from in front of it. */
import { describe, expect, it } from "vitest";
import type { RoutedServer, Router } from "./router.ts";
import { until } from "#server/testing/ports.ts";
import type { WebServer } from "./testing/web-server.ts";

export type RouterUnderTest = {
  readonly router: Router;
  /** Both stand behind it and are well; `one` and `other` are what it calls them. */
  readonly one: { readonly name: string; readonly web: WebServer };
  readonly other: { readonly name: string; readonly web: WebServer };
  readonly url: string;
  /** Every text that was sent to change something. */
  readonly sent: readonly string[];
  readonly stopRouter: () => Promise<void>;
};

const signal = new AbortController().signal;

export async function rowOf(router: Router, server: string): Promise<RoutedServer> {
  const reading = await router.read(0, signal);
  const row = reading.ok ? reading.value.get(server) : undefined;
  if (row === undefined) throw new Error(reading.ok ? `${server} is not listed` : reading.why);
  return row;
}

/** Who answers, of so many requests, each on a connection of its own. */
export async function answersOf(url: string, count = 10): Promise<ReadonlySet<string>> {
  const answers = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const response = await fetch(url, { headers: { connection: "close" } });
    answers.add(response.ok ? await response.text() : `status ${response.status}`);
  }
  return answers;
}

export function routerContract(
  name: string,
  use: (test: (under: RouterUnderTest) => Promise<void>) => Promise<void>,
): void {
  describe(`${name} keeps the promises of a router`, () => {
    const withRouter = (test: (under: RouterUnderTest) => Promise<void>) => async () => await use(test);

    it(
      "[S1-16] a server that is taken out gets no new work, keeps what it has, and gets work again when it is let in",
      withRouter(async ({ router, one, other, url }) => {
        await until("both answer", async () => (await answersOf(url)).size === 2);
        expect(await rowOf(router, one.name)).toMatchObject({ route: "in", setOut: false });

        const slow = slowOn(one.web, url);
        await slow.begun;
        expect(await router.takeOut(one.name, signal)).toMatchObject({ outcome: "done" });
        expect(await rowOf(router, one.name)).toMatchObject({ route: "out", setOut: true });
        expect([...(await answersOf(url))]).toEqual([other.web.name]);
        expect((await rowOf(router, one.name)).sessions).not.toBe(0);
        one.web.letGo();
        expect(await slow.answer).toBe(one.web.name);

        expect(await router.letIn(one.name, signal)).toMatchObject({ outcome: "done" });
        expect(await rowOf(router, one.name)).toMatchObject({ route: "in", setOut: false });
        expect((await answersOf(url)).size).toBe(2);
        other.web.letGo();
      }),
    );

    it(
      "both verbs ensure: asked again they are done, and send nothing",
      withRouter(async ({ router, one, sent }) => {
        expect(await router.letIn(one.name, signal)).toMatchObject({ outcome: "done" });
        expect(sent).toEqual([]);
        await router.takeOut(one.name, signal);
        const after = [...sent];
        expect(after).not.toEqual([]);
        expect(await router.takeOut(one.name, signal)).toMatchObject({ outcome: "done" });
        expect(sent).toEqual(after);
      }),
    );

    it(
      "what is sent is what it says that it sends",
      withRouter(async ({ router, one, sent }) => {
        await router.takeOut(one.name, signal);
        await router.letIn(one.name, signal);
        const says = [...router.commandLines(one.name, "out"), ...router.commandLines(one.name, "in")];
        const texts = says.map(({ text }) => text);
        expect(sent.filter((text) => !texts.includes(text))).toEqual([]);
        expect(new Set(sent).size).toBeGreaterThan(1);
      }),
    );

    it(
      "a server that it does not know is refused, and shown by the preflight",
      withRouter(async ({ router, one, sent }) => {
        const wrong = `${one.name}-x`;
        expect(await router.takeOut(wrong, signal)).toMatchObject({ outcome: "refused" });
        expect(await router.letIn(wrong, signal)).toMatchObject({ outcome: "refused" });
        expect(sent).toEqual([]);
        const findings = await router.findings([wrong, one.name], signal);
        const bad = findings.filter(({ severity, verdict }) => severity === "blocks" && verdict !== "pass");
        expect(bad.map(({ server }) => server)).toEqual([wrong]);
      }),
    );

    it(
      "a router that is silent is unknown, and never out or in",
      withRouter(async ({ router, one, stopRouter }) => {
        await stopRouter();
        expect(await router.read(0, signal)).toMatchObject({ ok: false, silent: true });
        expect(await router.takeOut(one.name, signal)).toMatchObject({ outcome: "unknown" });
        const findings = await router.findings([one.name], signal);
        expect(findings).toContainEqual(expect.objectContaining({ severity: "blocks", verdict: "unknown" }));
      }),
    );
  });
}

/** A request that `web` holds: begun again until it is there, since the router chooses. */
function slowOn(web: WebServer, url: string): { readonly begun: Promise<void>; readonly answer: Promise<string> } {
  const asked: Promise<string>[] = [];
  const ask = (): void => {
    asked.push(
      fetch(`${url}slow`).then(
        async (response) => await response.text(),
        (error: unknown) => String(error),
      ),
    );
  };
  const begun = until(`${web.name} holds a request`, async () => {
    if (web.held() > 0) return true;
    ask();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return web.held() > 0;
  });
  const answer = begun.then(async () => await Promise.race(asked));
  return { begun, answer };
}
