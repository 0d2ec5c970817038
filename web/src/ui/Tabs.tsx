/** The parts of one thing, each with an address: links, of which one is open. Their texts are the caller's. */

import type { ReactNode } from "react";
import "./tabs.css";

export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className="tabs" aria-label={label}>
      {children}
    </nav>
  );
}
