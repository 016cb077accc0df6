/** The count in the tab: before the title, and on the icon. */
const COUNT = /^\(\d+\) /;

export function titleWith(title: string, count: number): string {
  const bare = title.replace(COUNT, "");
  return count === 0 ? bare : `(${count}) ${bare}`;
}

/** The mark of app/icon.svg with a number on it, as an address. */
export function iconWith(count: number): string {
  const text = count > 9 ? "9+" : String(count);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18" fill="none"><rect width="18" height="18" rx="3" fill="#0D1114"/><rect x="4.5" y="9.5" width="9" height="5" fill="#63BFDD"/><path d="M4 3v12M14 3v12M4 6h10M4 9.5h10" stroke="#E9EDF0" stroke-width="1.6"/><circle cx="12" cy="6" r="6" fill="#E6B450"/><text x="12" y="9" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${text.length > 1 ? 7 : 9}" fill="#0D1114">${text}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Keeps the count before whatever title the page has, also after it went elsewhere; returns how to stop. */
export function showBadge(count: number): () => void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel~="icon"]');
  const plainIcon = icon?.getAttribute("href") ?? null;
  const apply = (): void => {
    const wanted = titleWith(document.title, count);
    if (document.title !== wanted) document.title = wanted;
  };
  apply();
  if (icon !== null && count > 0) icon.setAttribute("href", iconWith(count));
  const watch = new MutationObserver(apply);
  watch.observe(document.head, { childList: true, subtree: true, characterData: true });
  return () => {
    watch.disconnect();
    document.title = titleWith(document.title, 0);
    if (icon !== null && plainIcon !== null) icon.setAttribute("href", plainIcon);
  };
}
