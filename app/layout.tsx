import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import type { SessionView } from "#lib/wire/views.ts";
import { sessionView } from "#components/data/shapes.ts";
import { currentLanguage } from "#components/language/current.ts";
import { Translations } from "#components/language/translations.tsx";
import { Frame } from "#components/shell/frame.tsx";
import { earlyPressScript } from "./early-press-script.ts";
import { interFont, monoFont } from "./fonts.ts";
import { Providers } from "./providers.tsx";
import { themeScript } from "./theme-script.ts";
import "./globals.css";

export const metadata: Metadata = { title: { default: "Sluice", template: "%s · Sluice" }, robots: { index: false } };
export const viewport: Viewport = { width: "device-width", initialScale: 1, colorScheme: "dark light" };
// Every page is about now, and about this visitor.
export const dynamic = "force-dynamic";

/** Set by the console for whom it lets through; see server/transport/http-server.ts. */
function sessionOf(header: string | null): SessionView | null {
  const told: unknown = header === null ? null : JSON.parse(decodeURIComponent(header));
  const parsed = sessionView.safeParse(told);
  return parsed.success ? parsed.data : null;
}

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const sent = await headers();
  const person = sessionOf(sent.get("x-sluice-session"));
  const language = currentLanguage();
  return (
    <html
      lang={language}
      data-theme="dark"
      className={`${interFont.variable} ${monoFont.variable}`}
      suppressHydrationWarning
    >
      <head>
        <script
          nonce={sent.get("x-nonce") ?? undefined}
          suppressHydrationWarning
          dangerouslySetInnerHTML={{ __html: `${themeScript}\n${earlyPressScript}` }}
        />
      </head>
      <body>
        <Translations language={language}>
          <Providers renderedAtMs={Date.now()} person={person}>
            <Frame>{children}</Frame>
          </Providers>
        </Translations>
      </body>
    </html>
  );
}
