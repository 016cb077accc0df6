/** Opens the gallery for a file of stories: one console, one login, time stands still on both sides. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  expect,
  test,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "@playwright/test";
import { z } from "zod";
import { PASSWORD } from "./people.ts";
import { OPERATOR } from "./stage.ts";

const ROOT = join(import.meta.dirname, "../..");
const ready = z.object({
  url: z.string(),
  link: z.string(),
  atMs: z.number(),
  runs: z.record(z.string(), z.string()),
});

export type Gallery = {
  readonly url: string;
  readonly atMs: number;
  /** The path of the run that stands in this state. */
  readonly run: (id: string) => string;
  /** A page of somebody who is logged in, at the exhibits' time: whoever may do everything, unless somebody else is named. */
  readonly page: (browser: Browser, options?: BrowserContextOptions, as?: string) => Promise<Page>;
  readonly stop: () => Promise<void>;
};

/** `live`: one cluster whose time goes on. */
export function useGallery(program: "console" | "live" = "console"): () => Gallery {
  let gallery: Gallery | null = null;
  test.beforeAll(async ({ browser }) => {
    gallery = await openGallery(browser, program);
  });
  test.afterAll(async () => {
    await gallery?.stop();
    gallery = null;
  });
  return () => {
    if (gallery === null) throw new Error("the gallery is open while a test runs");
    return gallery;
  };
}

type Opened = z.infer<typeof ready> & { readonly stop: () => Promise<void> };

/** Its console alone. The link logs one in, once. */
export async function startGallery(program: string): Promise<Opened> {
  const args = ["--disable-warning=ExperimentalWarning", `e2e/gallery/${program}.ts`];
  const child = spawn(join(ROOT, "node_modules/.bin/node"), args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const lines: AsyncIterable<string> = createInterface(child.stdout);
  let told: z.infer<typeof ready> | null = null;
  for await (const line of lines) {
    if (!line.startsWith("{")) continue;
    told = ready.parse(JSON.parse(line));
    break;
  }
  if (told === null) throw new Error("the gallery's console ended before it was ready");
  return {
    ...told,
    async stop() {
      child.kill("SIGTERM");
      await gone;
    },
  };
}

async function openGallery(browser: Browser, program: string): Promise<Gallery> {
  const { url, link, atMs, runs, stop } = await startGallery(program);
  const logins = new Map<string, Promise<StorageState>>();
  logins.set(
    OPERATOR,
    loggedIn(browser, OPERATOR, (door) => byLink(door, link)),
  );
  await logins.get(OPERATOR);
  const loginOf = (name: string): Promise<StorageState> => {
    const login = logins.get(name) ?? loggedIn(browser, name, (door) => byPassword(door, url, name));
    logins.set(name, login);
    return login;
  };
  return {
    url,
    atMs,
    run: (id) => `/runs/${encodeURIComponent(runs[id] ?? "")}`,
    async page(browser, options = {}, as = OPERATOR) {
      const storageState = await loginOf(as);
      const own = await browser.newContext({ storageState, reducedMotion: "reduce", baseURL: url, ...options });
      // A program whose time goes on has the browser's.
      if (program === "console") await own.clock.setFixedTime(atMs);
      return own.newPage();
    },
    stop,
  };
}

type StorageState = Awaited<ReturnType<BrowserContext["storageState"]>>;

async function loggedIn(browser: Browser, name: string, enter: (door: Page) => Promise<void>): Promise<StorageState> {
  const context = await browser.newContext();
  const door = await context.newPage();
  await enter(door);
  await expect(door.getByRole("banner").getByText(name)).toBeVisible();
  const state = await context.storageState();
  await context.close();
  return state;
}

async function byLink(door: Page, link: string): Promise<void> {
  await door.goto(link);
  await door.getByRole("button", { name: "Log in" }).click();
}

export async function byPassword(door: Page, url: string, name: string): Promise<void> {
  await door.goto(url);
  await door.getByRole("textbox", { name: "Name" }).fill(name);
  await door.getByLabel("Password").fill(PASSWORD);
  await door.getByRole("button", { name: "Log in" }).click();
}
