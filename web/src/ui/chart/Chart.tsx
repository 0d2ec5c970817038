/** Lines over time. What draws them is loaded when the first chart is opened; the label says in words what they show. */

import { lazy, Suspense } from "react";
import { Loading } from "../Loading";
import type { Series } from "./series";
import "./chart.css";

const Plot = lazy(() => import("./Plot"));

export function Chart({ label, series }: { label: string; series: Series }) {
  return (
    <figure className="chart" aria-label={label}>
      <Suspense fallback={<Loading lines={3} />}>
        <Plot {...series} />
      </Suspense>
    </figure>
  );
}
