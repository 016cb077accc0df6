/** Who looks at what, as the socket tells it; by topic. */
import { create } from "zustand";
import type { Looking } from "#lib/wire/messages.ts";

type State = { readonly byTopic: Readonly<Record<string, readonly Looking[]>> };
export const usePresenceStore = create<State>(() => ({ byTopic: {} }));

export function setPresence(topic: string, people: readonly Looking[]): void {
  usePresenceStore.setState(({ byTopic }) => ({ byTopic: { ...byTopic, [topic]: people } }));
}
