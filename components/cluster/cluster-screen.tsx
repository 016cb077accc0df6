"use client";
export function ClusterScreen({ clusterId }: { readonly clusterId: string }) {
  return <p>{clusterId}</p>;
}
