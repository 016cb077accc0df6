import { alterSystem } from "./alter-system.ts";
import { blacklistStatements } from "./blacklist-statements.ts";
import { configStatements } from "./config-statements.ts";
import { globalVariableStatements } from "./global-variables.ts";
import { describeInformation, updateBeConfigs } from "./information-schema.ts";
import { killStatements } from "./kill.ts";
import { loadStatements } from "./load-statements.ts";
import { processlist } from "./processlist.ts";
import { resourceStatements } from "./resource-statements.ts";
import { selectStatement } from "./select.ts";
import { isVariable, sessionStatements } from "./session-statements.ts";
import { showBackends, showComputeNodes } from "./show-backends.ts";
import { showFrontends } from "./show-frontends.ts";
import { showLoadStatements } from "./show-load.ts";
import { showProc } from "./show-proc.ts";
import { tableHealthStatements } from "./table-health.ts";
import { tableStatements } from "./tables.ts";
import { userStatements } from "./users.ts";
import { warehouseStatements } from "./warehouse-statements.ts";
import type { Statement } from "./statement.ts";

/** Every statement the twin knows; the first whose pattern fits is it. */
export const statements: readonly Statement[] = [
  selectStatement,
  showFrontends,
  showBackends,
  showComputeNodes,
  showProc,
  processlist,
  ...killStatements,
  ...blacklistStatements,
  ...configStatements,
  ...resourceStatements,
  ...warehouseStatements,
  ...alterSystem,
  updateBeConfigs,
  describeInformation,
  ...tableHealthStatements,
  ...loadStatements,
  ...showLoadStatements,
  ...tableStatements,
  ...userStatements,
  ...globalVariableStatements(isVariable),
  ...sessionStatements,
];
