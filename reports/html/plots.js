// What round trips measured, over message size: both axes logarithmic, targets overlaid. Figures, not verdicts.

const markers = [
  (x, y) => `M${x - 3.5},${y}a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0`,
  (x, y) => `M${x - 3.2},${y - 3.2}h6.4v6.4h-6.4z`,
  (x, y) => `M${x},${y - 4.2}l4.2,7.6h-8.4z`,
  (x, y) => `M${x},${y - 4.6}l4.6,4.6l-4.6,4.6l-4.6,-4.6z`,
  (x, y) => `M${x},${y + 4.2}l4.2,-7.6h-8.4z`,
];
const hues = 8;
const seriesClass = (run) => `series s-${run.number % hues}${run.number >= hues ? ' dashed' : ''}`;
const markerOf = (run) => markers[run.number % markers.length];

const logRange = (values) => {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.ceil(Math.log10(Math.max(...values)) - 1e-9);
  return [low, Math.max(high, low + 1)];
};

function plot({ title, unit, series, tick }) {
  const width = 520;
  const height = 260;
  const box = { left: 66, right: 490, top: 12, bottom: 218 };
  const points = series.flatMap((one) => one.points);
  // Message sizes double or quadruple: their axis counts in powers of two.
  const sizes = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const x0 = Math.log2(Math.max(1, sizes[0]));
  const x1 = Math.max(Math.log2(Math.max(1, sizes.at(-1))), x0 + 1);
  const [y0, y1] = logRange(points.map((point) => point.y));
  const x = (value) => box.left + (Math.log2(Math.max(1, value)) - x0) / (x1 - x0) * (box.right - box.left);
  const y = (value) => box.bottom - (Math.log10(value) - y0) / (y1 - y0) * (box.bottom - box.top);
  const at = (value) => value.toFixed(1);
  const lines = [];
  for (let power = y0; power <= y1; power += 1) {
    const place = at(y(10 ** power));
    lines.push(svg('line', { class: 'grid-line', x1: box.left, x2: box.right, y1: place, y2: place }),
      svg('text', { class: 'tick', x: box.left - 8, y: Number(place) + 4, 'text-anchor': 'end' }, tick(10 ** power)));
  }
  const room = Math.max(1, Math.ceil(sizes.length / 7));
  sizes.forEach((size, index) => {
    if (index % room !== 0 && index !== sizes.length - 1) return;
    if (index === sizes.length - 1 && index % room !== 0 && x(size) - x(sizes[index - index % room]) < 60) return;
    lines.push(svg('line', { class: 'grid-line', x1: at(x(size)), x2: at(x(size)), y1: box.bottom, y2: box.bottom + 4 }),
      svg('text', { class: 'tick', x: at(x(size)), y: box.bottom + 18, 'text-anchor': 'middle' }, amount(size).replace(' octets', '')));
  });
  return h('figure', { class: 'plot' }, h('figcaption', {}, title),
    svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `${title}; the table below has the values` }, lines,
      svg('text', { class: 'tick', x: (box.left + box.right) / 2, y: height - 4, 'text-anchor': 'middle' }, `message size${sizes[0] < 1024 ? ', octets' : ''}`),
      svg('text', { class: 'tick', x: 12, y: (box.top + box.bottom) / 2, 'text-anchor': 'middle', transform: `rotate(-90 12 ${(box.top + box.bottom) / 2})` }, unit),
      series.map(({ run, points: list }) => svg('g', { class: seriesClass(run) }, svg('title', {}, run.name),
        svg('polyline', { points: list.map((point) => `${at(x(point.x))},${at(y(point.y))}`).join(' ') }),
        list.map((point) => svg('path', { d: markerOf(run)(Number(at(x(point.x))), Number(at(y(point.y)))) },
          svg('title', {}, `${run.name}, ${point.id}, ${amount(point.x)}: ${point.words}`)))))));
}

const familyOf = (id) => id.split('.').slice(0, 2).join('.');
const measured = cases.filter((one) => runs.some((run) => run.byCase[one.number]?.figures));

function familyBlock(family, list) {
  const seriesBy = (value, words) => runs.map((run) => ({ run, points: list.map((one) => {
    const figures = run.byCase[one.number]?.figures;
    const y = figures ? value(figures) : 0;
    return y > 0 && Number.isFinite(y) && figures.size > 0 && { id: one.id, x: figures.size, y, words: words(y) };
  }).filter(Boolean).sort((a, b) => a.x - b.x) })).filter((one) => one.points.length > 0);
  const throughput = seriesBy((figures) => (figures.seconds > 0 ? figures.octets / figures.seconds : 0), rate);
  const latency = seriesBy((figures) => figures.median, microseconds);
  if (throughput.length === 0 && latency.length === 0) return false;
  const group = groups.find((one) => one.number === list[0].group);
  return h('section', { class: 'family' }, h('h3', {}, `${family}  ${group ? group.title : ''}`),
    list[0].title && h('p', { class: 'quiet' }, list[0].title, list.length > 1 && ` \u2026 ${list.at(-1).title}`),
    h('div', { class: 'plots' },
      throughput.length > 0 && plot({ title: 'Throughput, payload one way', unit: 'per second', series: throughput, tick: (value) => rate(value).replace('/s', '') }),
      latency.length > 0 && plot({ title: 'Round trip of a message, median', unit: 'time', series: latency, tick: (value) => microseconds(value) })),
    h('details', {}, h('summary', {}, 'The values as a table'),
      h('div', { class: 'octet-scroller', tabindex: '0', role: 'region', 'aria-label': `Values of ${family}` }, h('table', { class: 'plain-table' },
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Case'), h('th', { scope: 'col' }, 'Message'), runs.map((run) => h('th', { scope: 'col' }, run.name)))),
        h('tbody', {}, list.map((one) => h('tr', {}, h('th', { scope: 'row' }, link({ case: one.id }, {}, one.id)),
          h('td', {}, amount(Math.max(...runs.map((run) => run.byCase[one.number]?.figures?.size || 0)))),
          runs.map((run) => {
            const figures = run.byCase[one.number]?.figures;
            return h('td', {}, figures && figures.seconds > 0 ? rate(figures.octets / figures.seconds) : '',
              figures && figures.median > 0 ? `, ${microseconds(figures.median)}` : '');
          }))))))));
}

function figuresPage(state) {
  const filter = filterOf(state);
  const families = new Map();
  for (const one of measured) {
    if (!filter.case(one)) continue;
    const family = familyOf(one.id);
    if (!families.has(family)) families.set(family, []);
    families.get(family).push(one);
  }
  const legend = h('ul', { class: 'legend', 'aria-label': 'Targets' }, runs.map((run) => h('li', {},
    svg('svg', { viewBox: '0 0 28 12', class: 'key', 'aria-hidden': 'true' }, svg('g', { class: seriesClass(run) },
      svg('polyline', { points: '1,6 27,6' }), svg('path', { d: markerOf(run)(14, 6) }))), run.name)));
  return h('div', { class: 'figures' },
    h('p', { class: 'quiet' }, 'Measured through the tester on the machine of the run: to compare targets of one run, not to quote.'), legend,
    families.size === 0 ? h('p', {}, 'No case with figures fits the filters.') : [...families].map(([family, list]) => familyBlock(family, list)));
}
