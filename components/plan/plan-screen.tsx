"use client";
export function PlanScreen({ clusterId }: { readonly clusterId: string; readonly wantedVersion: string | null }) {
  return <p>{clusterId}</p>;
}
