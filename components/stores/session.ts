/** Whether the console still knows whose page this is: once it does not, only a new login helps. */
import { create } from "zustand";

export const useSessionStore = create<{ readonly ended: boolean }>(() => ({ ended: false }));

export function sessionEnded(): void {
  useSessionStore.setState({ ended: true });
}
