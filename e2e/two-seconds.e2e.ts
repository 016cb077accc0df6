/** The one sentence that each state's screen says, as docs/two-seconds.md has it: what is happening, and what next. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { useGallery } from "./gallery/gallery.ts";

type State = { readonly state: string; readonly kind: string; readonly id: string; readonly sentence: string };

const DOCUMENT = readFileSync(join(import.meta.dirname, "../docs/two-seconds.md"), "utf8");
const ROW = /^\| ([^|]+?) +\| (cluster|run) `([\w-]+)` +\| ([^|]+?) +\|$/gm;
const STATES = [...DOCUMENT.matchAll(ROW)].map(([, state = "", kind = "", id = "", sentence = ""]): State => ({
  state,
  kind,
  id,
  sentence,
}));

const gallery = useGallery();

test("Each of eight states says in one sentence what is happening and what next, at a desk and on a phone", async ({
  browser,
}) => {
  expect(STATES).toHaveLength(8);
  const page = await gallery().page(browser);
  for (const { state, kind, id, sentence } of STATES) {
    await page.goto(kind === "run" ? gallery().run(id) : `/clusters/${id}`);
    await expect(page.getByTestId("live")).toContainText("live");
    for (const viewport of [
      { width: 390, height: 844 },
      { width: 1440, height: 900 },
    ]) {
      await page.setViewportSize(viewport);
      const verdict = page.getByRole("main").getByRole("region", { name: "Verdict", exact: true });
      await expect.soft(verdict.getByRole("paragraph"), state).toHaveText(sentence);
      // Told within the first look, without scrolling.
      await expect.soft(verdict, state).toBeInViewport();
      await expect.soft(page.getByRole("heading", { level: 1 }), state).toHaveCount(1);
    }
  }
  await page.context().close();
});
