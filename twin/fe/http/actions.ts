import { betweenFrontends } from "./between-frontends.ts";
import { bootstrapAction, healthAction } from "./health.ts";
import { streamLoadAction, transactionAction } from "./loads.ts";
import { metricsAction } from "./metrics.ts";
import type { Action } from "./server.ts";
import { showProcAction } from "./show-proc.ts";
import { v2Action } from "./v2.ts";

/** Asked in this order; the first that knows the path answers. */
export const httpActions: readonly Action[] = [
  healthAction,
  bootstrapAction,
  metricsAction,
  betweenFrontends,
  transactionAction,
  streamLoadAction,
  showProcAction,
  v2Action,
];
