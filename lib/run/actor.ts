/** Who did it: a person, or the rule that allowed the run to do it by itself (rule 9). */
export type Actor =
  | { readonly kind: "person"; readonly id: string; readonly via: "browser" | "cli" | "api" }
  | { readonly kind: "rule"; readonly rule: string };

export function nameOf(actor: Actor): string {
  return actor.kind === "person" ? actor.id : "Sluice";
}
