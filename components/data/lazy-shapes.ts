/**
 * A shape by the time it is needed: what reads outside data weighs more than a screen, and the first view brings none that
 * was not read on the server.
 */
import type * as Shapes from "./shapes.ts";

export type Lazy<T> = () => Promise<Shapes.Shape<T>>;

function shaped<T>(pick: (shapes: typeof Shapes) => Shapes.Shape<T>): Lazy<T> {
  return async () => pick(await import("./shapes.ts"));
}

export const nothing = shaped((all) => all.anything);
export const acceptedRequest = shaped((all) => all.acceptedRequest);
export const auditEntries = shaped((all) => all.auditEntries);
export const availableVersions = shaped((all) => all.availableVersions);
export const clusterSummaries = shaped((all) => all.clusterSummaries);
export const clusterView = shaped((all) => all.clusterView);
export const nodePastView = shaped((all) => all.nodePastView);
export const nodeSettingsView = shaped((all) => all.nodeSettingsView);
export const pacesView = shaped((all) => all.pacesView);
export const peopleAnswer = shaped((all) => all.peopleAnswer);
export const peopleView = shaped((all) => all.peopleView);
export const planDraft = shaped((all) => all.planDraft);
export const probeView = shaped((all) => all.probeView);
export const runCommands = shaped((all) => all.runCommands);
export const runSummaries = shaped((all) => all.runSummaries);
export const runView = shaped((all) => all.runView);
export const seriesPoints = shaped((all) => all.seriesPoints);
export const sessionView = shaped((all) => all.sessionView);
export const startedRun = shaped((all) => all.startedRun);
export const connectionReport = shaped((all) => all.connectionReport);
export const confirmedKey = shaped((all) => all.confirmedKey);
export const stagingView = shaped((all) => all.stagingView);
export const savedCluster = shaped((all) => all.savedCluster);
export const configurationView = shaped((all) => all.configurationView);
