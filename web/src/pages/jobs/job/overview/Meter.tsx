/** A part of a whole, as a bar and in words. */

export function Meter({ label, value, of, text }: { label: string; value: number; of: number; text: string }) {
  const share = of > 0 ? Math.min(1, value / of) : 0;
  return (
    <div className="share">
      <div className="share-words">
        <span className="dim">{label}</span>
        <span>{text}</span>
      </div>
      <meter className="unseen" aria-label={label} min={0} max={1} value={share}>
        {text}
      </meter>
      <div className="share-bar" aria-hidden>
        <i style={{ width: `${share * 100}%` }} data-high={share > 0.9} />
      </div>
    </div>
  );
}
