"use client";
export function ClustersScreen() {
  return <p>Clusters</p>;
}
