/** The mark: two towers and the lines between them. */

export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M4 3v14M16 3v14M4 7h12M4 13h12" />
    </svg>
  );
}
