/** How the socket stands. Written by the live provider alone. */
import { create } from "zustand";

export type ConnectionState = {
  readonly status: "connecting" | "open" | "waiting" | "closed";
  readonly sinceMs: number;
  readonly lostAtMs: number | null;
  readonly heardAtMs: number | null;
  readonly offsetMs: number | null;
  readonly consoleVersion: string | null;
  readonly buildId: string | null;
  readonly loggedOut: boolean;
};

export const useConnectionStore = create<ConnectionState>(() => ({
  status: "connecting",
  sinceMs: 0,
  lostAtMs: null,
  heardAtMs: null,
  offsetMs: null,
  consoleVersion: null,
  buildId: null,
  loggedOut: false,
}));

export function setConnection(state: ConnectionState): void {
  useConnectionStore.setState(state, true);
}
