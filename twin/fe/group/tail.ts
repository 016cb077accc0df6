import type { JournalFile } from "../store/journal-file.ts";
import type { Change, Entry, Image, Store } from "../store/store.ts";

const tailLength = 2000;

/** The journal as the group sees it: on disk, applied to the store, and its last entries in memory for those that follow. */
export class JournalTail {
  readonly #store: Store;
  readonly #journal: JournalFile;
  readonly #tail: Entry[] = [];

  constructor(store: Store, journal: JournalFile) {
    this.#store = store;
    this.#journal = journal;
  }

  get lastId(): number {
    return this.#journal.lastId;
  }

  get lastTerm(): number {
    return this.#journal.lastTerm;
  }

  next(term: number, changes: readonly Change[]): Entry {
    return { id: this.#journal.lastId + 1, term, changes: [...changes] };
  }

  take(entry: Entry): void {
    this.#store.apply(entry.changes);
    this.#journal.append(entry);
    this.#tail.push(entry);
    if (this.#tail.length > tailLength) this.#tail.shift();
    if (this.#journal.wantsImage) this.writeImage();
  }

  /** Everything anew, from a leader whose journal does not meet the own one. */
  replace(image: Image): void {
    this.#store.replaceAll(image.changes);
    this.#tail.length = 0;
    this.#journal.writeImage(image);
  }

  image(): Image {
    return { id: this.lastId, term: this.lastTerm, changes: [...this.#store.dump()] };
  }

  writeImage(): void {
    this.#journal.writeImage(this.image());
  }

  /** Null where the two journals do not meet in what is still in memory: then the whole state is sent. */
  entriesAfter(lastTerm: number, lastId: number): readonly Entry[] | null {
    if (lastId === this.lastId && lastTerm === this.lastTerm) return [];
    const at = this.#tail.findIndex((entry) => entry.id === lastId && entry.term === lastTerm);
    return at === -1 ? null : this.#tail.slice(at + 1);
  }

  /** Whether a journal that ends so is no older than this one. */
  isNotAheadOf(lastTerm: number, lastId: number): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastId >= this.lastId);
  }
}
