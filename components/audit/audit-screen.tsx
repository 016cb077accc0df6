"use client";
export function AuditScreen({ clusterId }: { readonly clusterId: string }) {
  return <p>{clusterId}</p>;
}
