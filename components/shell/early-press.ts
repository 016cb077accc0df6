/** A button that was pressed before its page listened is pressed when it does: on a slow line that may be seconds. */

type Press = {
  readonly button: { readonly textContent: string | null; readonly isConnected: boolean; click(): void };
  readonly said: string | null;
  readonly atMs: number;
};
/** As the page's first script left it. */
export type EarlyPress = { readonly press: Press | null; readonly end: () => void };

declare global {
  interface Window {
    sluiceEarly?: EarlyPress;
  }
}

/** Whoever pressed so long ago has looked elsewhere since. */
const MOST_AGE_MS = 10_000;

/** To be called once, as soon as the page listens. What says something else by now was not what they pressed. */
export function repeatEarlyPress(early: EarlyPress | undefined, nowMs: number): void {
  early?.end();
  const press = early?.press ?? null;
  if (press === null || nowMs - press.atMs > MOST_AGE_MS) return;
  const { button, said } = press;
  if (button.isConnected && button.textContent === said) button.click();
}
