import { configTable, type ConfigEntry } from "./config-table.ts";
import type { FeConf } from "./fe-conf.ts";

/** What ADMIN SHOW and SET FRONTEND CONFIG see. Set values live in memory: a restart brings fe.conf's back. */
export class RuntimeConfig {
  readonly #table: readonly ConfigEntry[];
  readonly #values = new Map<string, string>();

  /** `knows` says which settings this version has. */
  constructor(conf: FeConf, knows: (key: string) => boolean = () => true) {
    this.#table = configTable.filter((entry) => knows(entry.key));
    for (const entry of configTable) {
      const written = [entry.key, ...entry.aliases].map((name) => conf.get(name)).find((value) => value !== undefined);
      this.#values.set(entry.key, written ?? entry.byDefault);
    }
  }

  text(key: string): string {
    const value = this.#values.get(key);
    if (value === undefined) throw new Error(`the config table has no ${key}`);
    return value;
  }

  number(key: string): number {
    return Number(this.text(key));
  }

  /** False where the key is unknown or cannot be set while the FE runs. */
  set(name: string, value: string): boolean {
    const entry = this.#entry(name);
    if (entry === null || !entry.mutable || !fits(entry.type, value)) return false;
    this.#values.set(entry.key, value);
    return true;
  }

  #entry(name: string): ConfigEntry | null {
    return this.#table.find((entry) => entry.key === name || entry.aliases.includes(name)) ?? null;
  }

  rows(matches: (key: string) => boolean): readonly (readonly string[])[] {
    return this.#table
      .filter((entry) => matches(entry.key) || entry.aliases.some(matches))
      .map((entry) => [
        entry.key,
        `[${entry.aliases.join(", ")}]`,
        this.text(entry.key),
        entry.type,
        String(entry.mutable),
        "",
      ]);
  }
}

function fits(type: ConfigEntry["type"], value: string): boolean {
  if (type === "boolean") return /^(true|false)$/i.test(value);
  if (type === "int" || type === "long") return /^-?\d+$/.test(value);
  return type === "double" ? !Number.isNaN(Number(value)) : true;
}
