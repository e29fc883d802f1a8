/** The mark: a pace line through a beat. */
export function Logo() {
  return (
    <svg class="logo-mark" viewBox="0 0 36 24" fill="none" aria-hidden="true">
      <path class="logo-ticks" d="M4 20v3M11 20v3M18 20v3M25 20v3M32 20v3" />
      <path
        class="logo-line"
        d="M2 13h7l3.5-8 5 13 4.5-10 2.5 5H34"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
