/** The screens that one run over a twin does not come by: out of the gallery, where each state stands still. */
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright";
import { startGallery } from "../e2e/gallery/gallery.ts";

type Shot = { readonly name: string; readonly path: string; readonly options?: BrowserContextOptions };

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

export async function shootGallery(browser: Browser, folder: string): Promise<void> {
  const gallery = await startGallery("console");
  try {
    const run = (id: string): string => `/runs/${encodeURIComponent(gallery.runs[id] ?? "")}`;
    const door = await browser.newContext({ colorScheme: "dark", viewport: DESK });
    const page = await door.newPage();
    await page.goto(gallery.link);
    await page.screenshot({ path: join(folder, "login-dark-1440.png") });
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("banner").waitFor();
    const storageState = await door.storageState();
    await door.close();
    const shots: readonly Shot[] = [
      { name: "clusters", path: "/clusters" },
      { name: "crowd", path: "/clusters/crowd" },
      { name: "run-hold", path: run("hold") },
      { name: "cluster-down", path: "/clusters/down" },
      { name: "run-hold-zh", path: run("hold"), options: { locale: "zh-CN" } },
      { name: "plan-zh", path: "/clusters/quiet/plan", options: { locale: "zh-CN" } },
    ];
    for (const { name, path, options = {} } of shots) {
      for (const [colorScheme, viewport] of [
        ["dark", DESK],
        ["light", DESK],
        ["dark", PHONE],
      ] as const) {
        const context = await browser.newContext({
          storageState,
          colorScheme,
          viewport,
          reducedMotion: "reduce",
          ...options,
        });
        await context.clock.setFixedTime(gallery.atMs);
        const view = await context.newPage();
        await view.goto(`${gallery.url}${path}`);
        await view.getByTestId("verdict").waitFor();
        await view.waitForLoadState("networkidle");
        await view.screenshot({ path: join(folder, `${name}-${colorScheme}-${viewport.width}.png`) });
        await context.close();
      }
      process.stdout.write(`${name}\n`);
    }
  } finally {
    await gallery.stop();
  }
}
