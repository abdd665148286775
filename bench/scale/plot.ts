/** A small line plot as SVG: a figure's values along one axis. No library: a plot is a dozen lines and texts. */

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

const size = { width: 640, height: 360, left: 70, right: 170, top: 40, bottom: 50 } as const;
const colors = ["#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df"] as const;
const area = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const text = (x: number, y: number, content: string, more = "") =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(content)}</text>`;

/** 1, 2 or 5 times a power of ten: the steps of an axis with about five of them up to `most`. */
function stepOf(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 5));
  return power * ([1, 2, 5].find((factor) => power * factor * 5 >= most) ?? 10);
}

function ticks(most: number): number[] {
  const step = stepOf(most);
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => index * step);
}

const shown = (value: number) => (value >= 1000 ? `${+(value / 1000).toFixed(1)}k` : String(+value.toFixed(3)));

export function drawPlot({ title, x, y, series }: Plot): string {
  const all = series.flatMap(({ points }) => points);
  const mostX = Math.max(...all.map(([at]) => at), 1e-9);
  const mostY = Math.max(...all.map(([, value]) => value), 1e-9) * 1.05;
  const atX = (value: number) => size.left + (value / mostX) * area.width;
  const atY = (value: number) => size.top + area.height - (value / mostY) * area.height;
  const grid = [
    ...ticks(mostY).flatMap((value) => [
      `<line x1="${size.left}" x2="${size.left + area.width}" y1="${atY(value).toFixed(1)}" y2="${atY(value).toFixed(1)}" stroke="#d0d7de"/>`,
      text(size.left - 8, atY(value) + 4, shown(value), 'text-anchor="end"'),
    ]),
    ...ticks(mostX).map((value) => text(atX(value), size.top + area.height + 18, shown(value), 'text-anchor="middle"')),
  ];
  const lines = series.flatMap(({ name, points }, index) => {
    const color = colors[index % colors.length]!;
    const places = points.map(([px, py]) => [atX(px).toFixed(1), atY(py).toFixed(1)] as const);
    return [
      `<polyline fill="none" stroke="${color}" stroke-width="2" points="${places.map((place) => place.join(",")).join(" ")}"/>`,
      ...places.map(([px, py]) => `<circle cx="${px}" cy="${py}" r="3" fill="${color}"/>`),
      text(size.left + area.width + 12, size.top + 14 + index * 18, name, `fill="${color}"`),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12" fill="#1f2328">`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    text(size.left, 24, title, 'font-size="15" font-weight="bold"'),
    text(size.left + area.width / 2, size.height - 12, x, 'text-anchor="middle"'),
    text(
      16,
      size.top + area.height / 2,
      y,
      `text-anchor="middle" transform="rotate(-90 16 ${size.top + area.height / 2})"`,
    ),
    ...grid,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}
