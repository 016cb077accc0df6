"use client";
import type { ReactNode } from "react";

export function Frame({ children }: { readonly operator: string; readonly children: ReactNode }) {
  return <main id="main">{children}</main>;
}
