/** Whether this browser is called when a run needs somebody, and how; and what calls now. */
import { create } from "zustand";
import type { Call } from "#lib/wire/call.ts";

const ON_KEY = "sluice-notify";
const SOUND_KEY = "sluice-notify-sound";

type State = { readonly on: boolean; readonly sound: boolean; readonly calls: readonly Call[] };
export const useNotifyStore = create<State>(() => ({ on: false, sound: false, calls: [] }));

export function readNotify(): void {
  try {
    const isOn = (key: string): boolean => localStorage.getItem(key) === "on";
    useNotifyStore.setState({ on: isOn(ON_KEY), sound: isOn(SOUND_KEY) });
  } catch {
    // A browser that stores nothing is not called.
  }
}

export function setNotify(on: boolean): void {
  useNotifyStore.setState({ on });
  keep(ON_KEY, on);
}

export function setNotifySound(sound: boolean): void {
  useNotifyStore.setState({ sound });
  keep(SOUND_KEY, sound);
}

export function setCalls(calls: readonly Call[]): void {
  useNotifyStore.setState({ calls });
}

function keep(key: string, on: boolean): void {
  try {
    localStorage.setItem(key, on ? "on" : "off");
  } catch {
    // Then it holds until the page is closed.
  }
}
