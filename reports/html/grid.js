// The matrix: thousands of rows by dozens of targets. Only the rows in sight are elements; the table says how many
// there are and which these are, and arrow keys reach all of them (the grid pattern of WAI-ARIA).

const margin = 4;

const gridClass = runs.length === 1 ? 'wide' : runs.length <= 3 ? 'words' : runs.length <= 8 ? 'marks' : 'narrow';

class Grid {
  // rows: { kind, height, key, head: () => nodes, cell: (run) => { nodes, label }, open: (run or null), folded }
  constructor({ label, head, rows, columnClass }) {
    this.rows = rows;
    this.tops = [0];
    for (const row of rows) this.tops.push(this.tops.at(-1) + row.height);
    this.active = { row: rows.length > 1 && rows[0].kind === 'fold' ? 1 : 0, column: 0 };
    this.window = null;
    this.body = h('tbody');
    this.table = h('table', { role: 'grid', class: `grid ${columnClass}`, 'aria-label': label,
      'aria-rowcount': rows.length + 1, 'aria-colcount': runs.length + 1 },
      h('colgroup', {}, h('col', { class: 'first' }), runs.map(() => h('col', { class: 'target' }))),
      h('thead', {}, h('tr', { 'aria-rowindex': 1 }, h('th', { scope: 'col', class: 'corner' }, head),
        runs.map((run) => h('th', { scope: 'col', title: `${run.name}\n${run.url}` },
          h('span', { class: 'column-name' }, many && h('span', { class: 'column-number' }, `${run.number + 1}`), ' ',
            run.name))))),
      this.body);
    // A fixed layout needs the width of the whole.
    this.table.style.width = columnClass === 'wide' ? '' : `calc(var(--first) + ${runs.length} * var(--target))`;
    this.element = h('div', { class: 'scroller', tabindex: '-1' }, this.table);
    this.element.addEventListener('scroll', () => requestAnimationFrame(() => this.render()), { passive: true });
    this.body.addEventListener('click', (event) => this.click(event));
    this.body.addEventListener('keydown', (event) => this.key(event));
    this.body.addEventListener('focusin', (event) => this.focused(event));
    this.body.addEventListener('mouseover', (event) => {
      const cell = event.target.closest('td[aria-label]');
      if (cell && !cell.title) cell.title = cell.getAttribute('aria-label');
    });
  }

  rowAt(y) {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle + 1] <= y) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // Rebuilt only when the rows in sight are no longer all there.
  render({ force = false, all = false } = {}) {
    const top = this.element.scrollTop;
    const seen = { from: all ? 0 : this.rowAt(top), to: all ? this.rows.length : Math.min(this.rows.length, this.rowAt(top + this.room()) + 1) };
    if (!force && this.window && seen.from >= this.window.from && seen.to <= this.window.to) return;
    // A new matrix shows what is in sight; rows to spare come with the first scrolling.
    const spare = force ? 0 : margin;
    const from = Math.max(0, seen.from - spare);
    const to = Math.min(this.rows.length, seen.to + spare);
    this.window = { from: from === 0 ? -1 : from, to: to === this.rows.length ? Infinity : to };
    const hadFocus = this.body.contains(document.activeElement);
    const spacer = (height) => {
      const row = h('tr', { role: 'presentation', class: 'spacer' }, h('td', { colspan: runs.length + 1, role: 'presentation' }));
      row.style.height = `${height}px`;
      return row;
    };
    const shown = [];
    for (let index = from; index < to; index += 1) shown.push(this.rowElement(index));
    this.body.replaceChildren(spacer(this.tops[from]), ...shown, spacer(this.tops.at(-1) - this.tops[to]));
    if (hadFocus) this.focusActive();
  }

  height() { return this.element.clientHeight; }
  // As high as it may become: while it is empty it has no height of its own. The style sheet has the other side of this.
  room() { return Math.max(240, innerHeight - 112); }

  rowElement(index) {
    const row = this.rows[index];
    const tabindex = (column) => (this.active.row === index && this.active.column === column ? '0' : '-1');
    const element = h('tr', { class: `row-${row.kind}`, 'aria-rowindex': index + 2, 'data-row': index },
      h('th', { scope: 'row', tabindex: tabindex(0), 'data-column': 0, 'aria-expanded': row.fold ? String(!row.folded) : null,
        title: row.title }, row.head()),
      runs.map((run) => {
        const cell = row.cell(run);
        // By hand: there are a thousand of these in sight, and a filter has to feel immediate.
        const element = document.createElement('td');
        element.className = cell ? cell.class : 'absent';
        element.tabIndex = Number(tabindex(run.number + 1));
        element.setAttribute('data-column', run.number + 1);
        element.setAttribute('aria-label', cell ? cell.label : 'no result');
        if (cell && cell.nodes) element.append(...[cell.nodes].flat());
        return element;
      }));
    element.style.height = `${row.height}px`;
    return element;
  }

  place(event) {
    const cell = event.target.closest('[data-column]');
    const row = event.target.closest('[data-row]');
    return cell && row ? { row: Number(row.dataset.row), column: Number(cell.dataset.column) } : null;
  }

  activate(place) {
    const row = this.rows[place.row];
    this.onleave?.(this);
    if (row.fold) row.fold();
    else row.open(place.column === 0 ? null : runs[place.column - 1]);
  }

  click(event) {
    const place = this.place(event);
    if (!place || event.target.closest('a')) return;
    this.move(place, { focus: false });
    this.activate(place);
  }

  focused(event) {
    const place = this.place(event);
    if (place && (place.row !== this.active.row || place.column !== this.active.column)) this.move(place, { focus: false });
  }

  key(event) {
    if (event.altKey || event.metaKey) return;
    const place = { ...this.active };
    const page = Math.max(1, Math.floor(this.height() / 28) - 2);
    const steps = {
      ArrowUp: () => { place.row -= 1; }, ArrowDown: () => { place.row += 1; },
      ArrowLeft: () => { place.column -= 1; }, ArrowRight: () => { place.column += 1; },
      PageUp: () => { place.row -= page; }, PageDown: () => { place.row += page; },
      Home: () => { if (event.ctrlKey) place.row = 0; place.column = 0; },
      End: () => { if (event.ctrlKey) place.row = this.rows.length - 1; place.column = runs.length; },
    };
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.activate(this.active);
    } else if (event.key in steps) {
      event.preventDefault();
      steps[event.key]();
      this.move({ row: Math.min(Math.max(place.row, 0), this.rows.length - 1),
        column: Math.min(Math.max(place.column, 0), runs.length) }, { focus: true });
    }
  }

  cellElement(place) {
    return this.body.querySelector(`[data-row="${place.row}"] [data-column="${place.column}"]`);
  }

  move(place, { focus }) {
    this.cellElement(this.active)?.setAttribute('tabindex', '-1');
    this.active = place;
    if (focus) this.scrollTo(place);
    this.cellElement(place)?.setAttribute('tabindex', '0');
    if (focus) this.focusActive();
  }

  scrollTo({ row, column }) {
    const head = this.table.tHead.offsetHeight;
    const top = this.tops[row];
    const bottom = this.tops[row + 1] + head;
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (bottom > this.element.scrollTop + this.height()) this.element.scrollTop = bottom - this.height();
    this.render();
    const cell = this.cellElement({ row, column });
    if (!cell || column === 0) return;
    const first = this.table.tHead.rows[0].cells[0].offsetWidth;
    const left = cell.offsetLeft - first;
    if (left < this.element.scrollLeft) this.element.scrollLeft = left;
    const right = cell.offsetLeft + cell.offsetWidth;
    if (right > this.element.scrollLeft + this.element.clientWidth) this.element.scrollLeft = right - this.element.clientWidth;
  }

  focusActive() {
    const cell = this.cellElement(this.active);
    (cell || this.element).focus({ preventScroll: true });
  }

  // Where the reader was, to come back to.
  placeKept() {
    return { key: this.rows[this.active.row]?.key, column: this.active.column, top: this.element.scrollTop,
      left: this.element.scrollLeft };
  }
  restore(kept, { focus }) {
    const row = this.rows.findIndex((one) => one.key === kept.key);
    if (row >= 0) this.active = { row, column: kept.column };
    this.element.scrollTop = kept.top;
    this.element.scrollLeft = kept.left;
    this.render({ force: true });
    if (focus && row >= 0) this.focusActive();
  }
}

// ---- rows -----------------------------------------------------------------------------------------------------------

// The two marks, made once for each pair and copied. The cell's label has their words.
const madeMarks = new Map();
function twoMarks(verdict, closing) {
  const key = `${verdict} ${closing.odd} ${closing.short}`;
  if (!madeMarks.has(key)) {
    const made = document.createDocumentFragment();
    made.append(verdictMark(verdict, { words: runs.length <= 3, told: true }),
      h('span', { class: closing.odd ? 'closing odd' : 'closing', 'aria-hidden': 'true' }, closing.short));
    madeMarks.set(key, made);
  }
  return madeMarks.get(key).cloneNode(true);
}

function resultCell(run, one, result = run.byCase[one.number]) {
  if (!result) return null;
  const closing = closingMark(result);
  const { name } = verdicts[result.verdict];
  return {
    class: `cell c-${name}`,
    label: [name, closing.words, result.detail].filter(Boolean).join('. '),
    nodes: many || result.verdict === 0 ? twoMarks(result.verdict, closing)
      : [twoMarks(result.verdict, closing), h('span', { class: 'why' }, result.detail)],
  };
}

function countsCell(list) {
  return (run) => {
    const counts = new Map();
    for (const one of list) {
      const result = run.byCase[one.number];
      if (result) counts.set(result.verdict, (counts.get(result.verdict) || 0) + 1);
    }
    if (counts.size === 0) return null;
    const bad = worst([...counts.keys()]);
    const words = worstFirst.filter((verdict) => counts.has(verdict))
      .map((verdict) => `${counts.get(verdict)} ${verdicts[verdict].name}`).join(', ');
    return { class: 'sum', label: words, nodes: many
      ? [verdictMark(bad, { words: false, told: true }), h('span', { class: 'closing', 'aria-hidden': 'true' }, `${counts.get(bad)}`)]
      : h('span', { class: 'counts' }, worstFirst.filter((verdict) => counts.has(verdict)).map((verdict) =>
        h('span', { class: `verdict v-${verdicts[verdict].name}`, title: verdicts[verdict].name },
          h('span', { class: 'glyph' }, verdicts[verdict].glyph), ` ${counts.get(verdict)}`))) };
  };
}

const caseRow = (one, key, statement) => ({
  kind: statement ? 'case inner' : 'case', height: 28, key, title: `${one.id} ${one.title}`,
  head: () => [h('span', { class: 'id' }, one.id), ' ', h('span', { class: 'title' }, one.title)],
  cell: (run) => (statement ? resultCell(run, one, resultFor(statement, one, run)) : resultCell(run, one)),
  open: (run, more = {}) => go({ case: one.id, target: many && run ? String(run.number + 1) : '', ...more }),
});

const foldRow = (key, title, count, cell, state) => {
  const folded = listOf(state.fold).includes(key);
  return {
    kind: 'fold', height: 34, key, title, folded, fold: () => go({ fold: toggled(state.fold, key) }), cell,
    head: () => [h('span', { class: 'caret', 'aria-hidden': 'true' }, folded ? '\u25b8' : '\u25be'), ' ',
      h('span', { class: 'title' }, title), ' ', h('span', { class: 'quiet' }, count)],
  };
};

function caseRows(state, filter) {
  const rows = [];
  let shown = 0;
  for (const group of groups) {
    const list = cases.filter((one) => one.group === group.number && filter.case(one));
    if (list.length === 0) continue;
    shown += list.length;
    const row = foldRow(group.number, `${group.number}  ${group.title}`, number(list.length), countsCell(list), state);
    rows.push(row);
    if (!row.folded) for (const one of list) rows.push(caseRow(one, one.id));
  }
  return { rows, shown };
}

function requirementRow(statement, list) {
  return {
    kind: 'requirement', height: 46, key: statement.id, title: statement.statement,
    head: () => h('span', { class: 'both' }, h('span', { class: 'level' }, statement.level), h('span', { class: 'statement' }, statement.statement)),
    cell: (run) => {
      const found = list.map((one) => resultFor(statement, one, run)).filter(Boolean).map((result) => result.verdict);
      if (found.length === 0)
        return { class: 'absent', label: statement.unobservable ? 'not observable on the wire' : 'no case of this run asks it',
          nodes: !many && h('span', { class: 'quiet' }, statement.unobservable ? 'not observable on the wire' : 'no case asks it') };
      const bad = worst(found);
      return { class: `cell c-${verdicts[bad].name}`, label: `${verdicts[bad].name}: the worst of ${counted(found.length, 'case', 'cases')}`,
        nodes: verdictMark(bad, { words: runs.length <= 3, told: true }) };
    },
    open: () => go({ req: statement.id }),
  };
}

function rfcRows(state, filter) {
  const bySection = new Map();
  let shown = 0;
  for (const statement of requirements) {
    if (!filter.requirement(statement)) continue;
    const list = [...statement.cases, ...statement.strays].filter((one) => filter.caseOfRequirement(one, statement));
    if (list.length === 0 && (filter.ofResults || !filter.requirementWords(statement))) continue;
    const key = sectionKey(statement);
    if (!bySection.has(key)) bySection.set(key, []);
    bySection.get(key).push({ statement, list });
    shown += 1;
  }
  const rows = [];
  for (const [key, entries] of bySection) {
    const all = [...new Set(entries.flatMap((entry) => entry.list))];
    const row = foldRow(key, cite(entries[0].statement), counted(entries.length, 'statement', 'statements'), countsCell(all), state);
    rows.push(row);
    if (row.folded) continue;
    for (const { statement, list } of entries) {
      rows.push(requirementRow(statement, list));
      for (const one of list) rows.push(caseRow(one, `${statement.id} ${one.id}`, statement));
    }
  }
  return { rows, shown };
}
