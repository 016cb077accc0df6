"use client";
export function RunsScreen({ clusterId }: { readonly clusterId: string }) {
  return <p>{clusterId}</p>;
}
