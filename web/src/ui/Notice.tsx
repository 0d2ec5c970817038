/** The one way to say that something is not there, empty or done: what, why, and the next step. */

import type { ReactNode } from "react";
import "./notice.css";

type Notice = { icon?: ReactNode; title: ReactNode; children?: ReactNode; action?: ReactNode; small?: boolean };

export function Notice({ icon, title, children, action, small }: Notice) {
  // What stands alone on a page is its heading.
  const Heading = small ? "h2" : "h1";
  return (
    <div className="notice" data-small={small}>
      {icon && <div className="notice-icon">{icon}</div>}
      <Heading>{title}</Heading>
      {children && <div className="notice-text">{children}</div>}
      {action && <div className="notice-action">{action}</div>}
    </div>
  );
}
