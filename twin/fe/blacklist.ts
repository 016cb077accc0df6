/** One FE's list of nodes that get no new fragments (SimpleScheduler.java). In memory alone: a restart empties it. */
export type BlacklistEntry = {
  readonly id: number;
  readonly kind: "AUTO" | "MANUAL";
  readonly sinceMs: number;
  readonly failuresMs: readonly number[];
};

const historyMs = 120_000;

export class Blacklist {
  readonly #entries = new Map<number, BlacklistEntry>();
  readonly #changed: (id: number, act: "add" | "delete", kind: "MANUAL" | "AUTO") => void;

  constructor(changed: (id: number, act: "add" | "delete", kind: "MANUAL" | "AUTO") => void) {
    this.#changed = changed;
  }

  has(id: number): boolean {
    return this.#entries.has(id);
  }

  /** A person's entry; one that was AUTO becomes MANUAL and keeps its count (seen live). */
  addManual(id: number, nowMs: number): void {
    const failuresMs = this.#entries.get(id)?.failuresMs ?? [];
    this.#entries.set(id, { id, kind: "MANUAL", sinceMs: nowMs, failuresMs });
    this.#changed(id, "add", "MANUAL");
  }

  /** The FE could not connect, or was refused because the node is on its way out. A MANUAL entry stays one. */
  addAuto(id: number, nowMs: number): void {
    const known = this.#entries.get(id);
    const failuresMs = [...(known?.failuresMs ?? []), nowMs];
    this.#entries.set(id, { id, kind: known?.kind ?? "AUTO", sinceMs: nowMs, failuresMs });
    if (known === undefined) this.#changed(id, "add", "AUTO");
  }

  /** Removes the entry whole, whoever made it; asking for one that is not there is fine. */
  delete(id: number): void {
    const known = this.#entries.get(id);
    if (known === undefined) return;
    this.#entries.delete(id);
    this.#changed(id, "delete", known.kind);
  }

  /** AUTO entries may go when the node's ports answer, unless it failed too often of late. */
  candidates(nowMs: number, most: number): readonly number[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.kind === "AUTO" && recent(entry, nowMs) < most)
      .map((entry) => entry.id);
  }

  entries(nowMs: number): readonly (BlacklistEntry & { readonly failures: number })[] {
    return [...this.#entries.values()]
      .sort((a, b) => a.id - b.id)
      .map((entry) => ({ ...entry, failures: recent(entry, nowMs) }));
  }
}

function recent(entry: BlacklistEntry, nowMs: number): number {
  return entry.failuresMs.filter((at) => nowMs - at < historyMs).length;
}
