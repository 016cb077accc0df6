import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { entrySchema, imageSchema, type Entry, type Image, type Store } from "./store.ts";

const entriesBetweenImages = 5000;

/** `meta/image.json` and the entries since it in `meta/journal.jsonl`. */
export class JournalFile {
  readonly #imagePath: string;
  readonly #journalPath: string;
  #sinceImage = 0;
  lastId = 0;
  lastTerm = 0;

  constructor(imagePath: string, journalPath: string) {
    this.#imagePath = imagePath;
    this.#journalPath = journalPath;
  }

  get isEmpty(): boolean {
    return !existsSync(this.#imagePath) && !existsSync(this.#journalPath);
  }

  /** Builds the state anew; a last line that was cut by a crash ends the journal. */
  load(store: Store): void {
    if (existsSync(this.#imagePath)) {
      const image = imageSchema.parse(JSON.parse(readFileSync(this.#imagePath, "utf8")));
      store.replaceAll(image.changes);
      this.lastId = image.id;
      this.lastTerm = image.term;
    }
    if (!existsSync(this.#journalPath)) return;
    for (const line of readFileSync(this.#journalPath, "utf8").split("\n")) {
      const entry = parsedEntry(line);
      if (entry === null) break;
      if (entry.id <= this.lastId) continue;
      store.apply(entry.changes);
      this.lastId = entry.id;
      this.lastTerm = entry.term;
      this.#sinceImage += 1;
    }
  }

  append(entry: Entry): void {
    appendFileSync(this.#journalPath, `${JSON.stringify(entry)}\n`);
    this.lastId = entry.id;
    this.lastTerm = entry.term;
    this.#sinceImage += 1;
  }

  get wantsImage(): boolean {
    return this.#sinceImage >= entriesBetweenImages;
  }

  writeImage(image: Image): void {
    writeFileSync(`${this.#imagePath}.tmp`, JSON.stringify(image));
    renameSync(`${this.#imagePath}.tmp`, this.#imagePath);
    writeFileSync(this.#journalPath, "");
    this.lastId = image.id;
    this.lastTerm = image.term;
    this.#sinceImage = 0;
  }
}

function parsedEntry(line: string): Entry | null {
  if (line === "") return null;
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
