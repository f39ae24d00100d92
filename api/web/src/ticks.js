/** The ticks of a scale of time as [moment, words]: years, months or days, as near as they lie. */
export function ticks(scale, count) {
  const found = scale.ticks(count);
  const apart = (found[1] - found[0]) / 86_400_000 || 1;
  const shown = apart > 300 ? { year: "numeric" } : apart > 27 ? { month: "short", year: "numeric" } : { day: "numeric", month: "short" };
  const words = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...shown });
  return found.map((tick) => [tick, words.format(tick)]);
}
