/**
 * What somebody typed and could not send: it outlives a login and a reload of the page, in this window alone, and is
 * there for nobody but who typed it.
 */
export interface TextStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const INTERRUPTED = "sluice-interrupted";

export function keptText(store: TextStore, who: string, key: string): string {
  try {
    return store.getItem(nameOf(who, key)) ?? "";
  } catch {
    return "";
  }
}

/** Nothing typed is nothing kept. */
export function keepText(store: TextStore, who: string, key: string, text: string): void {
  try {
    if (text === "") store.removeItem(nameOf(who, key));
    else store.setItem(nameOf(who, key), text);
  } catch {
    // A browser that stores nothing loses it with the page.
  }
}

/** Said before the page is loaded again because it must be: a login, a newer build. */
export function interrupt(store: TextStore): void {
  keepText(store, "", INTERRUPTED, "yes");
}

/** Whether the page that stood here before was cut short; asked again, it says the same until the next load. */
export function createInterruption(store: () => TextStore): () => boolean {
  let was: boolean | null = null;
  return () => {
    was ??= keptText(store(), "", INTERRUPTED) !== "";
    keepText(store(), "", INTERRUPTED, "");
    return was;
  };
}

export const wasInterrupted = createInterruption(() => sessionStorage);

function nameOf(who: string, key: string): string {
  return `sluice-kept ${who} ${key}`;
}
