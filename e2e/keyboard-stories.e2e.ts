/**
 * The other stories by people who have no mouse: a node drained by hand, two at one gate, a second tab that takes over, a
 * lost connection, and a look back. What is pressed is come to by Tab, or has its key.
 */
import { expect, test, type Page, type WebSocketRoute } from "@playwright/test";
import { verdict } from "./console.ts";
import { useGallery } from "./gallery/gallery.ts";
import { COLLEAGUE, PASSWORD } from "./gallery/people.ts";
import { OPERATOR, planRequest } from "./gallery/stage.ts";
import { expectFocusSomewhere, expectSafeDefault, press, tabTo } from "./keyboard.ts";

const gallery = useGallery("live");
const DESK = { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" } as const;

test("Without a mouse a node is drained by hand from its own screen, and put back", async ({ browser }) => {
  const page = await gallery().page(browser, DESK);
  const dialog = page.getByRole("dialog");
  await page.goto("/clusters/lake/nodes/be-02");
  await isLive(page);
  await page.keyboard.press("d");
  await expectSafeDefault(page, "Drain be-02");
  await tabTo(page, dialog.getByRole("textbox", { name: /^Reason/ }));
  await page.keyboard.type("replace nvme1n1");
  const drain = dialog.getByRole("button", { name: "Drain be-02" });
  await expect(drain).toHaveAttribute("aria-disabled", "false");
  await press(page, drain);
  await expect(dialog).toBeHidden();
  const putBack = page.getByRole("button", { name: "Put back…" }).first();
  await expect(putBack).toHaveAttribute("aria-disabled", "false");
  await expectFocusSomewhere(page);
  await press(page, putBack);
  await expectSafeDefault(page, /^Put be-02 back/);
  await tabTo(page, dialog.getByRole("textbox"));
  await page.keyboard.type("the disk is new");
  await press(page, dialog.getByRole("button", { name: /^Put be-02 back/ }));
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: /^Drain be-02…/ })).toHaveAttribute("aria-disabled", "false");
  await page.context().close();
});

test("Without a mouse two people meet at one gate, a second tab takes over, a lost connection asks for nothing, and the run is looked back on", async ({
  browser,
}) => {
  const lee = await gallery().page(browser, { ...DESK, storageState: { cookies: [], origins: [] } });
  const dana = await gallery().page(browser, DESK);
  const line = await breakable(dana);
  const runId = await started(dana);
  const path = `/runs/${encodeURIComponent(runId)}`;

  await test.step("One of them logs in by keys, at the run's own address", async () => {
    await lee.goto(path);
    await expect(lee.getByRole("textbox", { name: "Name" })).toBeFocused();
    await lee.keyboard.type(COLLEAGUE);
    await tabTo(lee, lee.getByLabel("Password"));
    await lee.keyboard.type(PASSWORD);
    await lee.keyboard.press("Enter");
    await expect(verdict(lee)).toContainText("be-01 waits for approval.");
  });

  await test.step("Who may not open the gate is told who may, and Enter opens nothing", async () => {
    const approve = lee.getByRole("button", { name: "Approve be-01" });
    await tabTo(lee, approve);
    await expect(approve).toHaveAccessibleDescription(`Only an approver may approve; ${OPERATOR} is one.`);
    await lee.keyboard.press("Enter");
    await lee.keyboard.press("a");
    await expect(verdict(lee)).toContainText("be-01 waits for approval.");
  });

  const second = await dana.context().newPage();
  await test.step("Approved by its key in one tab, it is taken back in another, and the colleague sees both", async () => {
    for (const page of [dana, second]) {
      await page.goto(path);
      await isLive(page);
    }
    // Beside the gate's act, which can be taken back for five seconds: they are not for a way through the page.
    await tabTo(second, second.getByTestId("gate").getByRole("button", { name: "Details" }));
    const undo = second.getByRole("button", { name: "Undo" });
    await dana.keyboard.press("a");
    await expect(lee.getByTestId("gate")).toContainText(`be-01 approved by ${OPERATOR}`);
    await expect(undo).toBeVisible();
    await second.keyboard.press("Shift+Tab");
    await expect(undo).toBeFocused();
    await second.keyboard.press("Enter");
    for (const page of [dana, lee]) await expect(verdict(page)).toContainText("be-01 waits for approval.");
    await expectFocusSomewhere(second);
  });

  await test.step("Where the console is lost the key asks for nothing, and says why", async () => {
    line.cut();
    await expect(dana.getByTestId("live")).toContainText("lost");
    const approve = dana.getByRole("button", { name: "Approve be-01" });
    await expect(approve).toHaveAttribute("aria-disabled", "true");
    await dana.keyboard.press("a");
    await tabTo(dana, approve);
    await dana.keyboard.press("Enter");
    await expect(verdict(second)).toContainText("be-01 waits for approval.");
    line.mend();
    await isLive(dana);
    await expect(approve).toHaveAttribute("aria-disabled", "false");
    await expect(approve, "the focus stayed where it was").toBeFocused();
  });

  await test.step("Aborted by the colleague, who may", async () => {
    const dialog = lee.getByRole("dialog");
    await press(lee, lee.getByRole("button", { name: "Abort…" }));
    await expectSafeDefault(lee, /abort/i);
    await tabTo(lee, dialog.getByRole("textbox"));
    await lee.keyboard.type("not tonight");
    await press(lee, dialog.getByRole("button", { name: /abort/i }));
    for (const page of [lee, dana]) await expect(verdict(page)).toContainText("Aborted");
  });

  await test.step("Looked back on: event by event, and by the second", async () => {
    await dana.keyboard.press("[");
    await expect(dana.getByTestId("live")).toContainText("replaying");
    const moment = dana.getByRole("slider", { name: /^Moment of the replay/ });
    await tabTo(dana, moment);
    await dana.keyboard.press("Home");
    const first = await moment.inputValue();
    await dana.keyboard.press("ArrowRight");
    await expect.poll(() => moment.inputValue()).not.toBe(first);
    await dana.keyboard.press("]");
    const abort = dana.getByRole("button", { name: "Abort…" });
    await tabTo(dana, abort);
    await expect(abort).toHaveAccessibleDescription(/This is a replay of \d\d:\d\d:\d\d/);
  });
  await dana.context().close();
  await lee.context().close();
});

// ------------------------------------------------------------------------------------------------------------- verbs

async function isLive(page: Page): Promise<void> {
  await expect(page.getByTestId("live")).toContainText(/^live/);
}

/** The plan of the other keyboard story, asked for as its screen does. */
async function started(page: Page): Promise<string> {
  const request = { ...planRequest(), nodeIds: ["be-01"] };
  const answer = await page.request.post("/api/clusters/lake/runs", {
    headers: { origin: gallery().url },
    data: { request, confirm: "lake", overrides: [] },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  const { runId }: { readonly runId: string } = await answer.json();
  return runId;
}

/** The way between this page and the console, as a cable that can be pulled. */
async function breakable(page: Page): Promise<{ readonly cut: () => void; readonly mend: () => void }> {
  let isCut = false;
  const open = new Set<WebSocketRoute>();
  await page.routeWebSocket(/\/ws$/, (socket) => {
    if (isCut) return void socket.close({ code: 1006 }).catch(() => undefined);
    socket.connectToServer();
    open.add(socket);
    return undefined;
  });
  return {
    cut() {
      isCut = true;
      for (const socket of open) void socket.close({ code: 1006 }).catch(() => undefined);
      open.clear();
    },
    mend: () => (isCut = false),
  };
}
