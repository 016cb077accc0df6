/**
 * What the run screen said, and when: every change of the phase or of the node's own words, with the browser's clock,
 * which is the twin's. Noted in the page itself, so that the test's own pace adds nothing.
 */
import type { Page } from "@playwright/test";

export type Said = {
  readonly atMs: number;
  readonly nodeId: string;
  /** "Exiting", as the stepper's current item reads. */
  readonly phase: string;
  /** The node's head: name, address, the system's own word. */
  readonly head: string;
  /** In flight, as the facts tell it; "" where they do not. */
  readonly inFlight: string;
  /** What its host says of its process: up, exiting, gone; "" where that is not told. */
  readonly process: string;
  /** What the node itself says, by its own port. */
  readonly node: string;
};

const MARK = "screen said ";

/** To be called before the page opens anything; the list grows while the page lives. */
export async function watchScreen(page: Page): Promise<readonly Said[]> {
  const said: Said[] = [];
  page.on("console", (message) => {
    const text = message.text();
    if (text.startsWith(MARK)) said.push(JSON.parse(text.slice(MARK.length)));
  });
  await page.addInitScript((mark) => {
    let before = "";
    const look = (): void => {
      const current = document.querySelector('[aria-current="step"]');
      const section = current?.closest("section") ?? null;
      if (current === null || section === null) return;
      const phase = (current.textContent ?? "").split(",")[0] ?? "";
      const nodeId = section.getAttribute("aria-label") ?? "";
      const head = section.querySelector("h2")?.parentElement?.textContent ?? "";
      const captions = [...section.querySelectorAll("dt")];
      const inFlight = captions.find(({ textContent }) => textContent === "In flight")?.nextElementSibling?.textContent;
      const testimonies = [...section.querySelectorAll('[aria-label="Who says what of its process"] li')];
      const saysOf = (witness: string): string =>
        testimonies.find(({ firstElementChild }) => firstElementChild?.textContent === witness)?.querySelector("strong")
          ?.textContent ?? "";
      const now = {
        nodeId,
        phase,
        head,
        inFlight: inFlight ?? "",
        process: saysOf("its process"),
        node: saysOf("the node"),
      };
      if (JSON.stringify(now) === before) return;
      before = JSON.stringify(now);
      console.debug(mark + JSON.stringify({ atMs: Date.now(), ...now }));
    };
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ["aria-current", "aria-label"],
    });
  }, MARK);
  return said;
}

/** When the screen first showed one of these phases for the node; null when it never did. */
export function firstPhase(said: readonly Said[], nodeId: string, phases: readonly string[]): number | null {
  return firstSaid(said, nodeId, ({ phase }) => phases.includes(phase));
}

export function firstSaid(said: readonly Said[], nodeId: string, shows: (said: Said) => boolean): number | null {
  return said.find((one) => one.nodeId === nodeId && shows(one))?.atMs ?? null;
}
