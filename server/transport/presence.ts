/** Who looks at what now, told to everybody who looks at the same. */
import type { Looking } from "#lib/wire/messages.ts";
import type { Session } from "./session.ts";

/** One subscription that looks at a place. */
export type Look = {
  readonly place: string;
  readonly session: Session;
  readonly tell: (people: readonly Looking[]) => void;
};

export interface Presence {
  came(look: Look): void;
  left(look: Look): void;
  close(): void;
}

/** After a restart of the console everybody comes at once: they are told once. */
const SETTLE_MS = 150;

export function createPresence(settleMs = SETTLE_MS): Presence {
  const looks = new Map<string, Set<Look>>();
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();

  function changed(place: string): void {
    if (waiting.has(place)) return;
    const timer = setTimeout(() => {
      waiting.delete(place);
      const here = [...(looks.get(place) ?? [])];
      const people = peopleOf(here);
      for (const look of here) look.tell(people);
    }, settleMs);
    waiting.set(place, timer);
  }

  return {
    came(look) {
      const here = looks.get(look.place) ?? new Set();
      looks.set(look.place, here.add(look));
      changed(look.place);
    },
    left(look) {
      const here = looks.get(look.place);
      if (here?.delete(look) !== true) return;
      if (here.size === 0) looks.delete(look.place);
      else changed(look.place);
    },
    close() {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}

/** Each person once, in the order of the alphabet, with how many windows of theirs look. */
function peopleOf(looks: readonly Look[]): readonly Looking[] {
  const people = new Map<string, Looking>();
  for (const { session } of looks) {
    const { name, role } = session;
    people.set(name, { name, role, windows: (people.get(name)?.windows ?? 0) + 1 });
  }
  return [...people.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
