/** Every screen in every state that it has, by name: where it stands, and what is opened on it. */
import { expect, type Page } from "@playwright/test";
import type { Gallery } from "./gallery.ts";
import { COLLEAGUE } from "./people.ts";

export type Screen = {
  readonly name: string;
  readonly path: (gallery: Gallery) => string;
  /** Before it is gone to. */
  readonly arrange?: (page: Page, gallery: Gallery) => Promise<void>;
  /** What a person does there to see this. Ends when it stands. */
  readonly open?: (page: Page) => Promise<void>;
  /** A phone neither plans nor forces: what cannot be opened there is not looked at there. */
  readonly deskOnly?: true;
  /** Whose page it is, where it is not that of whoever may do everything. */
  readonly as?: string;
  /** The file of its picture, where it stands for its screen. */
  readonly picture?: string;
};

const at = (path: string) => (): string => path;
const run =
  (id: string) =>
  (gallery: Gallery): string =>
    gallery.run(id);

/** Presses a button, and waits for the question. */
function question(button: string | RegExp) {
  return async (page: Page): Promise<void> => {
    const dialog = page.getByRole("dialog");
    await expect(async () => {
      if (!(await dialog.isVisible())) await page.getByRole("button", { name: button }).first().click();
      await expect(dialog).toBeVisible({ timeout: 1000 });
    }).toPass();
  };
}

function menu(button: string | RegExp) {
  return async (page: Page): Promise<void> => {
    const opened = page.getByRole("menu");
    await expect(async () => {
      if (!(await opened.isVisible())) await page.getByRole("button", { name: button }).first().click();
      await expect(opened).toBeVisible({ timeout: 1000 });
    }).toPass();
  };
}

function choice(name: string) {
  return async (page: Page): Promise<void> => {
    const radio = page.getByRole("radio", { name });
    // A page that has just come may not listen yet.
    await expect(async () => {
      await radio.click();
      await expect(radio).toBeChecked({ timeout: 1000 });
    }).toPass();
  };
}

function entry(button: string | RegExp, item: string | RegExp) {
  return async (page: Page): Promise<void> => {
    await menu(button)(page);
    await page.getByRole("menuitem", { name: item }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
  };
}

function key(keys: string) {
  return async (page: Page): Promise<void> => {
    const dialog = page.getByRole("dialog");
    // A page that has just come may not listen yet.
    await expect(async () => {
      if (!(await dialog.isVisible())) await page.keyboard.press(keys);
      await expect(dialog).toBeVisible({ timeout: 1000 });
    }).toPass();
  };
}

/** The socket never opens, and time has gone on: all that is known came with the page. */
function since(ms: number) {
  return async (page: Page, gallery: Gallery): Promise<void> => {
    await page.routeWebSocket(/\/ws$/, (socket) => void socket.close({ code: 1006 }).catch(() => undefined));
    await page.clock.setFixedTime(gallery.atMs + ms);
  };
}

export const SCREENS: readonly Screen[] = [
  { name: "clusters", picture: "clusters", path: at("/") },
  { name: "cluster", picture: "cluster", path: at("/clusters/quiet") },
  { name: "cluster while a node drains", picture: "cluster-drain", path: at("/clusters/drain") },
  { name: "cluster with a node down", path: at("/clusters/down") },
  { name: "cluster that is read-only", path: at("/clusters/readonly") },
  { name: "cluster that nobody answers for", path: at("/clusters/silent") },
  { name: "cluster with late data", path: at("/clusters/quiet"), arrange: since(6000) },
  { name: "cluster with a lost console", path: at("/clusters/quiet"), arrange: since(14_000) },
  { name: "clusters, none to set up", path: at("/clusters"), as: COLLEAGUE },
  { name: "cluster to add", path: at("/add-cluster") },
  { name: "cluster to add, of another system", path: at("/add-cluster"), open: choice("Another system") },
  { name: "cluster's settings", picture: "settings", path: at("/clusters/quiet/settings") },
  { name: "cluster's settings, as YAML", path: at("/clusters/drain/settings") },
  { name: "cluster's settings, locked", path: at("/clusters/quiet/settings"), as: COLLEAGUE },
  { name: "cluster to remove", path: at("/clusters/quiet/settings"), open: question(/^Remove quiet…/) },
  { name: "cluster switcher", path: at("/clusters/quiet"), open: menu(/^Cluster quiet/), deskOnly: true },
  { name: "person's menu", path: at("/clusters/quiet"), open: menu(/^dana\.kim.*menu$/) },
  { name: "command palette", path: at("/clusters/quiet"), open: key("Control+k") },
  { name: "keyboard help", path: at("/clusters/quiet"), open: key("?") },
  { name: "crowd", picture: "crowd", path: at("/clusters/crowd") },
  { name: "crowd, all nodes", path: at("/clusters/crowd?view=all") },
  { name: "node", path: at("/clusters/quiet/nodes/be-01") },
  { name: "node while it drains", picture: "node-drain", path: at("/clusters/drain/nodes/be-01") },
  { name: "node that is down", path: at("/clusters/down/nodes/be-04") },
  { name: "node with a past", picture: "node-past", path: at("/clusters/finished/nodes/be-01") },
  { name: "node that is not listed", path: at("/clusters/quiet/nodes/be-99") },
  {
    name: "drain by hand",
    path: at("/clusters/quiet/nodes/be-02"),
    open: question(/^Drain be-02…/),
    deskOnly: true,
  },
  { name: "plan", picture: "plan", path: at("/clusters/quiet/plan"), open: checked },
  { name: "plan whose checks fail", path: at("/clusters/down/plan"), open: checked },
  { name: "plan as a file", path: at("/clusters/quiet/plan"), open: menu("Plan as a file"), deskOnly: true },
  {
    name: "plan from a file",
    path: at("/clusters/quiet/plan"),
    open: entry("Plan as a file", "Import a YAML file…"),
    deskOnly: true,
  },
  {
    name: "plans compared",
    path: at("/clusters/finished/plan"),
    open: entry("Plan as a file", "Compare with a run…"),
    deskOnly: true,
  },
  {
    name: "start",
    path: at("/clusters/quiet/plan"),
    deskOnly: true,
    async open(page) {
      await checked(page);
      await question(/^Start…/)(page);
    },
  },
  { name: "run at its gate", picture: "run-gate", path: run("gate") },
  { name: "run that drains", picture: "run-drain", path: run("drain") },
  { name: "put back", path: run("drain"), open: question(/^Put back…/), deskOnly: true },
  { name: "exit now", path: run("drain"), open: question(/^Exit be-01 now/), deskOnly: true },
  { name: "policy", path: run("drain"), open: question("Policy…"), deskOnly: true },
  { name: "note", path: run("hold"), open: question("Add a note…") },
  { name: "abort", path: run("drain"), open: question(/^Abort…/) },
  { name: "run that holds", picture: "run-hold", path: run("hold") },
  { name: "run that exits", path: run("exit") },
  { name: "force", path: run("exit"), open: question(/^Force now…/), deskOnly: true },
  { name: "run that restarts", path: run("restart") },
  { name: "run that verifies", path: run("verify") },
  { name: "run that is paused", path: run("paused") },
  { name: "run with a lost console", path: run("drain"), arrange: since(14_000) },
  { name: "report", picture: "report", path: run("finished") },
  { name: "report of an abort", path: run("aborted") },
  { name: "export", path: run("finished"), open: menu("Export the report"), deskOnly: true },
  { name: "replay", picture: "replay", path: (gallery) => `${gallery.run("finished")}?at=2026-03-12T02:28:40Z` },
  { name: "runs", picture: "runs", path: at("/clusters/finished/runs") },
  { name: "runs, none yet", path: at("/clusters/quiet/runs") },
  { name: "audit", picture: "audit", path: at("/clusters/finished/audit") },
  { name: "audit, empty", path: at("/clusters/quiet/audit") },
  { name: "audit of the console", path: at("/audit") },
  { name: "accounts", picture: "accounts", path: at("/accounts") },
  { name: "accounts, none to manage", path: at("/accounts"), as: COLLEAGUE },
  { name: "account's menu", path: at("/accounts"), open: menu("Change lee.park") },
  { name: "account to add", path: at("/accounts"), open: question("Add an account…") },
  { name: "account's role", path: at("/accounts"), open: entry("Change lee.park", "Role…") },
  { name: "account to lock, the last", path: at("/accounts"), open: entry("Change dana.kim", "Lock…") },
  { name: "own password", path: at("/accounts"), open: question("Change my password…") },
  { name: "no such page", path: at("/clusters/nowhere") },
];

/** Its checks were asked and answered. */
async function checked(page: Page): Promise<void> {
  await expect(page.getByTestId("verdict")).not.toContainText(/Asking|Reading/);
}

/** As it stands once its data is there and nothing moves any more. */
export async function goTo(page: Page, screen: Screen, gallery: Gallery): Promise<void> {
  await screen.arrange?.(page, gallery);
  await page.goto(screen.path(gallery));
  await expect(page.getByTestId("verdict").or(page.getByRole("form")).first()).toBeVisible();
  if (screen.arrange === undefined)
    await expect(page.getByTestId("live")).toContainText(/live|replaying|no data|实时|回放|无数据/);
  await screen.open?.(page);
}
