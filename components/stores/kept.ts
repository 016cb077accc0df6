/**
 * What somebody typed and could not send: it outlives a login and a reload of the page, in this window alone, and is
 * there for nobody but who typed it.
 */
import { INTERRUPTED_KEY } from "#lib/people/interrupted.ts";

export interface TextStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export function keptText(store: Pick<TextStore, "getItem">, who: string, key: string): string {
  return readItem(store, nameOf(who, key));
}

/** Nothing typed is nothing kept. */
export function keepText(store: TextStore, who: string, key: string, text: string): void {
  writeItem(store, nameOf(who, key), text);
}

/** Whether anything that this person typed waits somewhere. */
export function keepsAnything(store: Storage, who: string): boolean {
  try {
    return Object.keys(store).some((key) => key.startsWith(nameOf(who, "")));
  } catch {
    return false;
  }
}

/** Said before the page is loaded again because it must be: a login, a newer build. */
export function interrupt(store: TextStore): void {
  writeItem(store, INTERRUPTED_KEY, "yes");
}

/** Whether the page that stood here before was cut short; asked again, it says the same until the next load. */
export function createInterruption(store: () => TextStore): () => boolean {
  let was: boolean | null = null;
  return () => {
    was ??= readItem(store(), INTERRUPTED_KEY) !== "";
    writeItem(store(), INTERRUPTED_KEY, "");
    return was;
  };
}

export const wasInterrupted = createInterruption(() => sessionStorage);

function nameOf(who: string, key: string): string {
  return `sluice-kept ${who} ${key}`;
}

function readItem(store: Pick<TextStore, "getItem">, name: string): string {
  try {
    return store.getItem(name) ?? "";
  } catch {
    return "";
  }
}

function writeItem(store: TextStore, name: string, text: string): void {
  try {
    if (text === "") store.removeItem(name);
    else store.setItem(name, text);
  } catch {
    // A browser that stores nothing loses it with the page.
  }
}
