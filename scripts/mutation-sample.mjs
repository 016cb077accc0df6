/**
 * A checker for Stryker that lets a seeded sample of the mutants through: `SLUICE_SAMPLE=N SLUICE_SEED=S`. Every mutant
 * is as likely as any other. Those that are left out are reported as compile errors, which no score counts.
 */
import { createHash } from "node:crypto";

class Sample {
  #chosen = new Set();

  async init() {}

  /** All at once, so that exactly as many are chosen as were asked for. */
  async group(mutants) {
    const { SLUICE_SAMPLE: many = "0", SLUICE_SEED: seed = "1" } = process.env;
    const keyOf = (id) => createHash("sha256").update(`${seed}/${id}`).digest("hex");
    const byKey = mutants.map(({ id }) => ({ id, key: keyOf(id) })).sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#chosen = new Set(byKey.slice(0, Number(many)).map(({ id }) => id));
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants) {
    const verdict = (id) =>
      this.#chosen.has(id) ? { status: "passed" } : { status: "compileError", reason: "Not in the sample." };
    return Object.fromEntries(mutants.map(({ id }) => [id, verdict(id)]));
  }
}

export const strykerPlugins = [{ kind: "Checker", name: "sample", injectableClass: Sample }];
