import type { Actor } from "#lib/run/actor.ts";

export type ServiceAct = "see" | "plan" | "start" | "ask" | "note" | "configure";

/** The place of roles: whoever has a session may do everything, until there are roles. */
export function may(_actor: Actor, _act: ServiceAct, _clusterId: string | null): boolean {
  return true;
}
