import { showBackends, showComputeNodes } from "./show-backends.ts";
import { showFrontends } from "./show-frontends.ts";
import { selectConstants } from "./select-constants.ts";
import type { Statement } from "./statement.ts";
import { alterSystem } from "./alter-system.ts";
import { sessionStatements } from "./session-statements.ts";

/** Every statement the twin knows; the first whose pattern fits is it. */
export const statements: readonly Statement[] = [
  showFrontends,
  showBackends,
  showComputeNodes,
  ...alterSystem,
  ...sessionStatements,
  selectConstants,
];
