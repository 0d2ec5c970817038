/** Few values beside each other, one for each day: small enough to be drawn by hand. */

import "./chart.css";

export type Bar = { key: string; value: number; text: string };

const WIDTH = 600;
const HEIGHT = 148;

export function Bars({ label, bars, ends }: { label: string; bars: Bar[]; ends: [string, string] }) {
  const most = Math.max(...bars.map((bar) => bar.value), 0);
  const step = WIDTH / bars.length;
  const height = (value: number) => (most > 0 && value > 0 ? Math.max(2, (value / most) * (HEIGHT - 8)) : 0);
  return (
    <figure>
      <svg className="bars" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {[0.25, 0.5, 0.75].map((share) => (
          <line key={share} x1={0} x2={WIDTH} y1={HEIGHT * share} y2={HEIGHT * share} />
        ))}
        {bars.map((bar, index) => (
          <g key={bar.key}>
            <title>{bar.text}</title>
            <rect x={index * step} y={0} width={step} height={HEIGHT} fillOpacity={0} />
            <rect
              data-none={bar.value <= 0}
              x={index * step + step * 0.15}
              width={step * 0.7}
              y={HEIGHT - Math.max(1, height(bar.value))}
              height={Math.max(1, height(bar.value))}
            />
          </g>
        ))}
      </svg>
      <figcaption className="bars-words">
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </figcaption>
    </figure>
  );
}
