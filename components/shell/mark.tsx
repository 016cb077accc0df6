/** Sluice's mark: a gate between two posts, water held behind it. */
export function Mark() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" fill="none" aria-hidden focusable="false">
      <rect x="4" y="10" width="10" height="5" fill="var(--water)" />
      <path d="M3 1.5v15M15 1.5v15M3 5.5h12M3 10h12" stroke="var(--text-1)" strokeWidth="2" />
    </svg>
  );
}
