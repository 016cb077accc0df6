import { betweenFrontends } from "./between-frontends.ts";
import { bootstrapAction, healthAction } from "./health.ts";
import type { Action } from "./server.ts";

/** Asked in this order; the first that knows the path answers. */
export const httpActions: readonly Action[] = [healthAction, bootstrapAction, betweenFrontends];
