/** What a person may ask for. Answers are values: a refusal is shown where it was asked, never thrown. */
import type { StartRequestBody, PlanRequestBody } from "#lib/wire/api.ts";
import type { PeopleAnswer, PeopleRequest } from "#lib/wire/accounts.ts";
import type { RunRequest } from "#lib/run/request.ts";
import type {
  AddCluster,
  ChangeCluster,
  ConfirmHostKey,
  ConnectionReport,
  RemoveCluster,
  TestConnection,
} from "#lib/wire/configuration.ts";
import type { PlanDraft, StagingView } from "#lib/wire/views.ts";
import { browserApi, type Answer } from "./client.ts";
import {
  acceptedRequest,
  confirmedKey,
  connectionReport,
  nothing,
  peopleAnswer,
  planDraft,
  savedCluster,
  stagingView,
  startedRun,
} from "./lazy-shapes.ts";

export function requestOfRun(runId: string, request: RunRequest): Promise<Answer<{ readonly seq: number }>> {
  return browserApi.post(`/api/runs/${encodeURIComponent(runId)}/requests`, request, acceptedRequest);
}

export function draftPlan(clusterId: string, request: PlanRequestBody): Promise<Answer<PlanDraft>> {
  return browserApi.post(`/api/clusters/${encodeURIComponent(clusterId)}/drafts`, request, planDraft);
}

export function startRun(clusterId: string, start: StartRequestBody): Promise<Answer<{ readonly runId: string }>> {
  return browserApi.post(`/api/clusters/${encodeURIComponent(clusterId)}/runs`, start, startedRun);
}

export function stageRelease(clusterId: string, version: string): Promise<Answer<StagingView | null>> {
  return browserApi.post(`/api/clusters/${encodeURIComponent(clusterId)}/staging`, { version }, stagingView);
}

export function testConnection(wish: TestConnection, signal: AbortSignal): Promise<Answer<ConnectionReport>> {
  return browserApi.post("/api/configuration/tests", wish, connectionReport, signal);
}

export function confirmHostKey(
  wish: ConfirmHostKey,
): Promise<Answer<{ readonly host: string; readonly shown: string }>> {
  return browserApi.post("/api/configuration/host-keys", wish, confirmedKey);
}

export function addCluster(wish: AddCluster): Promise<Answer<{ readonly id: string }>> {
  return browserApi.post("/api/clusters", wish, savedCluster);
}

export function changeCluster(clusterId: string, wish: ChangeCluster): Promise<Answer<{ readonly id: string }>> {
  return browserApi.post(`/api/clusters/${encodeURIComponent(clusterId)}/settings`, wish, savedCluster);
}

export function removeCluster(clusterId: string, wish: RemoveCluster): Promise<Answer<{ readonly id: string }>> {
  return browserApi.post(`/api/clusters/${encodeURIComponent(clusterId)}/removal`, wish, savedCluster);
}

export function changePeople(request: PeopleRequest): Promise<Answer<PeopleAnswer>> {
  return browserApi.post("/api/accounts", request, peopleAnswer);
}

export function logOut(): Promise<Answer<unknown>> {
  return browserApi.post("/api/session/logout", {}, nothing);
}
