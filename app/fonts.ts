/**
 * Fetched ahead with the page, and until they are there a font of the system takes the very same room: nothing moves when
 * they come. Other scripts than Latin follow by their own files (globals.css).
 */
import localFont from "next/font/local";

export const interFont = localFont({
  src: "../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  weight: "100 900",
  variable: "--font-inter",
  display: "swap",
  adjustFontFallback: "Arial",
});

/** All fonts of fixed width are about as wide as this one, so it needs no fitting. */
export const monoFont = localFont({
  src: "../node_modules/@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2",
  weight: "100 800",
  variable: "--font-jetbrains-mono",
  display: "swap",
  adjustFontFallback: false,
});
