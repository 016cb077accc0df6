/** Simplified Chinese, put together from a file for each folder: what the screens say, and what the core and the server do. */
import app from "./zh-CN/app.json";
import audit from "./zh-CN/audit.json";
import charts from "./zh-CN/charts.json";
import cluster from "./zh-CN/cluster.json";
import crowd from "./zh-CN/crowd.json";
import data from "./zh-CN/data.json";
import forecast from "./zh-CN/forecast.json";
import format from "./zh-CN/format.json";
import list from "./zh-CN/list.json";
import node from "./zh-CN/node.json";
import notify from "./zh-CN/notify.json";
import people from "./zh-CN/people.json";
import plan from "./zh-CN/plan.json";
import replay from "./zh-CN/replay.json";
import report from "./zh-CN/report.json";
import runScreen from "./zh-CN/run.json";
import settings from "./zh-CN/settings.json";
import shell from "./zh-CN/shell.json";
import stores from "./zh-CN/stores.json";
import ui from "./zh-CN/ui.json";
import audited from "./sayings-zh-CN/audit.json";
import ofConsole from "./sayings-zh-CN/console.json";
import drivers from "./sayings-zh-CN/drivers.json";
import more from "./sayings-zh-CN/more.json";
import run from "./sayings-zh-CN/run.json";
import systems from "./sayings-zh-CN/systems.json";
import words from "./sayings-zh-CN/words.json";
import type { Sayings } from "./said.ts";
import type { Messages } from "./t.ts";

export const messages: Messages = {
  ...app,
  ...audit,
  ...charts,
  ...cluster,
  ...crowd,
  ...data,
  ...forecast,
  ...format,
  ...list,
  ...node,
  ...notify,
  ...people,
  ...plan,
  ...replay,
  ...report,
  ...runScreen,
  ...settings,
  ...shell,
  ...stores,
  ...ui,
};
export const sayings: Sayings = { ...audited, ...ofConsole, ...drivers, ...more, ...run, ...systems, ...words };
