/**
 * A checker for Stryker that lets a seeded sample of the mutants through: `SLUICE_SAMPLE=N SLUICE_SEED=S`. Every mutant
 * is as likely as any other. Those that are left out are reported as compile errors, which no score counts.
 */
import { createHash } from "node:crypto";
import { basename } from "node:path";

/** By what it is and not by its number: a change elsewhere in the code leaves the sample as it was. */
function keyOf({ fileName, mutatorName, replacement, location }, seed) {
  const what = [seed, basename(fileName), mutatorName, replacement, location.start.column, location.end.column];
  return createHash("sha256").update(what.join("/")).digest("hex");
}

class Sample {
  #chosen = new Set();

  async init() {}

  /** All at once, so that exactly as many are chosen as were asked for. */
  async group(mutants) {
    const { SLUICE_SAMPLE: many = "0", SLUICE_SEED: seed = "1" } = process.env;
    const byKey = mutants
      .map((one) => ({ id: one.id, key: keyOf(one, seed) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
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
