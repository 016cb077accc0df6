/** A button that was pressed before its page listened is pressed when it does: on a slow line that may be seconds. */

export type Press = {
  readonly button: { readonly textContent: string | null; readonly isConnected: boolean; click(): void };
  readonly said: string | null;
  readonly event: { readonly timeStamp: number; readonly eventPhase: number };
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

/** As `Event.NONE`: it is over. */
const OVER = 0;

/** To be called once, in the very moment in which the page listens. A press that is still under way is heard by itself. */
export function takeEarlyPress(early: EarlyPress | undefined): Press | null {
  early?.end();
  return early?.press?.event.eventPhase === OVER ? early.press : null;
}

/** What says something else by now was not what they pressed. */
export function repeatPress(press: Press | null, nowMs: number): void {
  if (press === null || nowMs - press.event.timeStamp > MOST_AGE_MS) return;
  const { button, said } = press;
  if (button.isConnected && button.textContent === said) button.click();
}
