/**
 * What opens over the page at a press, fetched right after the first paint and once for all of a page: the paint needs
 * the button alone, and a press before it came opens it when it has come.
 */
export type LatePart<Part> = {
  /** Null until it has come. */
  readonly loaded: () => Part | null;
  readonly onLoaded: (listener: () => void) => () => void;
  /** Without the console nothing can be fetched: the next press tries again. */
  readonly fetch: () => void;
};

export function latePart<Part>(load: () => Promise<Part>): LatePart<Part> {
  let part: Part | null = null;
  let fetching = false;
  const listeners = new Set<() => void>();
  return {
    loaded: () => part,
    onLoaded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fetch() {
      if (part !== null || fetching) return;
      fetching = true;
      load().then(
        (fetched) =>
          betweenPresses(() => {
            part = fetched;
            for (const listener of listeners) listener();
          }),
        () => {
          fetching = false;
        },
      );
    },
  };
}

/**
 * A button that is replaced while it is held down is never pressed, and a menu that opens then is closed by that very
 * press. So it waits until no pointer is down, and the press that was has been told.
 */
function betweenPresses(act: () => void): void {
  if (!isDown) {
    act();
    return;
  }
  window.addEventListener("pointerup", () => setTimeout(() => betweenPresses(act)), { once: true, capture: true });
}

let isDown = false;
if (typeof window !== "undefined") {
  const set = (down: boolean) => (): void => {
    isDown = down;
  };
  for (const type of ["pointerup", "pointercancel"]) window.addEventListener(type, set(false), { capture: true });
  window.addEventListener("pointerdown", set(true), { capture: true });
}
