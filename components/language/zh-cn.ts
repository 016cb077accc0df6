/** Simplified Chinese, put together from a file for each folder: what the screens say, and what the core and the server do. */
import audit from "./zh-CN/audit.json";
import list from "./zh-CN/list.json";
import plan from "./zh-CN/plan.json";
import settings from "./zh-CN/settings.json";
import cluster from "./zh-CN/cluster.json";
import crowd from "./zh-CN/crowd.json";
import app from "./zh-CN/app.json";
import shell from "./zh-CN/shell.json";
import run from "./sayings-zh-CN/run.json";
import type { Sayings } from "./said.ts";
import type { Messages } from "./t.ts";

export const messages: Messages = { ...audit, ...list, ...plan, ...settings, ...cluster, ...crowd, ...app, ...shell };
export const sayings: Sayings = { ...run };
