import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Frame } from "#components/shell/frame.tsx";
import { Providers } from "./providers.tsx";
import { themeScript } from "./theme-script.ts";
import "./globals.css";

export const metadata: Metadata = { title: { default: "Sluice", template: "%s · Sluice" }, robots: { index: false } };
export const viewport: Viewport = { width: "device-width", initialScale: 1, colorScheme: "dark light" };
// Every page is about now, and about this visitor.
export const dynamic = "force-dynamic";

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const sent = await headers();
  const operator = decodeURIComponent(sent.get("x-sluice-operator") ?? "");
  return (
    <html lang="en" data-theme="dark" suppressHydrationWarning>
      <head>
        <script
          nonce={sent.get("x-nonce") ?? undefined}
          suppressHydrationWarning
          dangerouslySetInnerHTML={{ __html: themeScript }}
        />
      </head>
      <body>
        <Providers renderedAtMs={Date.now()}>
          <Frame operator={operator}>{children}</Frame>
        </Providers>
      </body>
    </html>
  );
}
