// The page: what the run says on top, the filters, and one of the views.

// ---- theme ----------------------------------------------------------------------------------------------------------

const themes = ['auto', 'light', 'dark'];

// From file:// some browsers refuse storage: then the choice lasts as long as the page.
function stored(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(name);
    localStorage.setItem(name, value);
  } catch { /* The choice is not kept. */ }
  return null;
}

function setTheme(theme) {
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
}

function themeButton() {
  let theme = themes.includes(stored('wsspec-theme')) ? stored('wsspec-theme') : 'auto';
  setTheme(theme);
  const button = h('button', { type: 'button', class: 'theme', title: 'Colours: as the system says, light, dark' }, `Theme: ${theme}`);
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    setTheme(theme);
    stored('wsspec-theme', theme);
    button.textContent = `Theme: ${theme}`;
  });
  return button;
}

// ---- summary --------------------------------------------------------------------------------------------------------

const verdictNames = (list) => list.join(list.length > 2 ? ', ' : ' and ');
const total = (run) => run.results.length;
const countOf = (run, name) => run.counts[verdictNumber[name]];

function reasonsOf(run, name) {
  const reasons = new Map();
  for (const result of run.byCase)
    if (result && result.verdict === verdictNumber[name]) reasons.set(result.detail, (reasons.get(result.detail) || 0) + 1);
  return [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 3).filter(([reason]) => reason)
    .map(([reason, count]) => `${reason}${reasons.size > 1 ? ` (${count})` : ''}`).join('; ');
}

const filterLink = (name, words) => link({ view: 'cases', case: '', req: '', verdict: name, group: '', section: '', level: '', q: '' }, {}, words);

function proves(run) {
  const failed = countOf(run, 'fail');
  const lenient = countOf(run, 'non-strict');
  const executed = run.results.filter((row) => ran(row[1])).length;
  const list = [];
  if (executed === 0) return [h('li', {}, 'Nothing: no case ran.')];
  list.push(h('li', {}, h('strong', {}, failed === 0 ? `None of the ${counted(executed, 'case', 'cases')} that ran breaks a MUST.`
    : [filterLink('fail', counted(failed, 'case', 'cases')), ` of the ${number(executed)} that ran ${failed === 1 ? 'breaks' : 'break'} a MUST.`])));
  if (lenient > 0) list.push(h('li', {}, filterLink('non-strict', counted(lenient, 'case', 'cases')), ` ${lenient === 1 ? 'keeps' : 'keep'} every MUST, but not a SHOULD or the strict reading.`));
  const strict = countOf(run, 'pass');
  if (strict > 0) list.push(h('li', {}, 'In ', filterLink('pass', counted(strict, 'case', 'cases')), ` the octets were handled as the RFC requires and recommends, in this run and this order.`));
  return list;
}

// What no number of passes says.
function untested() {
  const bit = runs[0].role === 'client' ? 2 : 1;
  const count = requirements.filter((one) => one.cases.length === 0 && one.strays.size === 0 && (one.observable & bit)).length;
  return h('li', {}, `${counted(count, 'statement', 'statements')} of the RFCs that would show at a ${runs[0].role} ${count === 1 ? 'has' : 'have'} no case in this report (`,
    link({ view: 'rfc', case: '', req: '' }, {}, 'by section'), '); other inputs, loads and orders of events were not tried.');
}

function provesNot(run) {
  const list = [];
  if (!run.complete) list.push(h('li', {}, h('strong', {}, 'The run is incomplete'), `: what is missing was not tested. ${run.because.join(' ')}`));
  if (run.profile.failure) list.push(h('li', {}, `No run was possible: ${run.profile.failure}.`));
  if (run.profile.upgrades && !run.profile.echoes) list.push(h('li', {}, `The target does not echo${run.profile.echo_detail ? ` (${run.profile.echo_detail})` : ''}: cases that need it say nothing.`));
  for (const [name, words] of [['skipped', 'not run'], ['blocked', 'not run, as a case before failed'], ['unimplemented', 'about options that the target does not offer'],
    ['error', 'without a result: the tester or the connection failed'], ['flaky', 'with another verdict when repeated']]) {
    const count = countOf(run, name);
    const reasons = count > 0 && reasonsOf(run, name);
    if (count > 0) list.push(h('li', {}, filterLink(name, counted(count, 'case', 'cases')), ` ${words}${reasons ? `: ${reasons}` : ''}.`));
  }
  if (run.selected > total(run)) list.push(h('li', {}, `${counted(run.selected - total(run), 'selected case has', 'selected cases have')} no result here.`));
  list.push(untested());
  return list;
}

function fact(name, ...value) {
  return [h('dt', {}, name), h('dd', {}, value)];
}

function profileWords(run) {
  const { profile } = run;
  const words = [profile.echoes ? 'echoes' : 'does not echo'];
  if (profile.round_trip_ms > 0) words.push(`round trip ${profile.round_trip_ms.toFixed(2)} ms`);
  if (profile.limit > 0) words.push(`took a message of ${amount(profile.limit)}`);
  if (profile.refused !== null) words.push(`refuses ${amount(profile.refused)} with 1009`);
  if (profile.text_alone) words.push('takes text alone');
  if (profile.extensions.length > 0) words.push(profile.extensions.join(', '));
  return words.join('; ');
}

function runFacts(run) {
  return h('dl', { class: 'facts' },
    fact('Target', h('span', { class: 'code' }, run.url), run.agent && ` ${run.agent}`, ` (${run.role})`),
    run.profile.upgrades && fact('Probe', profileWords(run)),
    run.profile.foreign !== '' && fact('Foreign data', h('strong', { class: 'bad' }, `The target ${run.profile.foreign}`)),
    run.profile.defects.length > 0 && fact('Handshake', run.profile.defects.map(([what, requirement]) => `${what} (${requirement})`).join('; ')),
    fact('Run', `${run.started}, ${seconds(run.duration_ms)}, ${run.tool}, seed ${run.seed}${run.options.map(([name, value]) => `, ${name} ${value}`).join('')}`),
    fact('Complete', run.complete ? 'yes' : 'no', run.shard && `; shard ${run.shard[0]} of ${run.shard[1]}`));
}

function totalsBar(run) {
  const found = worstFirst.filter((verdict) => run.counts[verdict] > 0);
  return h('ul', { class: 'totals', 'aria-label': 'Totals' }, found.map((verdict) => h('li', {}, verdictMark(verdict), ' ', h('b', {}, number(run.counts[verdict])))),
    h('li', { class: 'all' }, 'in all ', h('b', {}, number(total(run)))));
}

function manyTable() {
  const found = verdicts.map((one, verdict) => verdict).filter((verdict) => runs.some((run) => run.counts[verdict] > 0));
  found.sort((a, b) => worstFirst.indexOf(a) - worstFirst.indexOf(b));
  return h('div', { class: 'octet-scroller', tabindex: '0', role: 'region', 'aria-label': 'Targets' }, h('table', { class: 'plain-table targets' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, ''), h('th', { scope: 'col' }, 'Target'), found.map((verdict) => h('th', { scope: 'col', class: 'numeric' }, verdictMark(verdict))),
      h('th', { scope: 'col', class: 'numeric' }, 'in all'), h('th', { scope: 'col' }, 'Complete'), h('th', { scope: 'col' }, 'Run'))),
    h('tbody', {}, runs.map((run) => h('tr', {}, h('td', { class: 'numeric quiet' }, String(run.number + 1)),
      h('th', { scope: 'row' }, run.name, h('span', { class: 'quiet code' }, run.name === run.host ? '' : ` ${run.url}`)),
      found.map((verdict) => h('td', { class: `numeric${run.counts[verdict] ? '' : ' zero'}` }, number(run.counts[verdict]))),
      h('td', { class: 'numeric' }, number(total(run))), h('td', {}, run.complete ? 'yes' : h('strong', { class: 'bad' }, 'no')),
      h('td', { class: 'quiet' }, `${run.started}, ${seconds(run.duration_ms)}, ${run.tool}`))))));
}

// Of several targets: sentences over all of them, with the names where they differ.
function manyProves() {
  const names = (list) => (list.length > 4 ? counted(list.length, 'target', 'targets') : verdictNames(list.map((run) => run.name)));
  const clean = runs.filter((run) => countOf(run, 'fail') === 0 && run.results.some((row) => ran(row[1])));
  const broken = runs.filter((run) => countOf(run, 'fail') > 0);
  const list = [];
  if (clean.length > 0) list.push(h('li', {}, `In no case that ran a MUST is broken by: ${names(clean)}.`));
  if (broken.length > 0) list.push(h('li', {}, h('strong', {}, `${names(broken)} ${broken.length === 1 ? 'breaks' : 'break'} a MUST`), ' in ',
    filterLink('fail', counted(cases.filter((one) => one.verdictBits & (1 << verdictNumber.fail)).length, 'case', 'cases')), '.'));
  return list;
}

function manyProvesNot() {
  const list = [];
  const sum = (name) => runs.reduce((count, run) => count + countOf(run, name), 0);
  for (const run of runs)
    if (!run.complete) list.push(h('li', {}, h('strong', {}, `The run against ${run.name} is incomplete`), `. ${run.because.join(' ')}`));
  const silent = runs.filter((run) => run.profile.upgrades && !run.profile.echoes);
  if (silent.length > 0) list.push(h('li', {}, `No echo, so much is not asked of: ${verdictNames(silent.map((run) => run.name))}.`));
  const left = ['skipped', 'blocked', 'unimplemented', 'error', 'flaky'].filter((name) => sum(name) > 0)
    .map((name) => [filterLink(name, `${number(sum(name))} ${name}`), ', ']).flat().slice(0, -1);
  if (left.length > 0) list.push(h('li', {}, 'Results that say nothing of the target\u2019s conformance, over all targets: ', left, '.'));
  list.push(untested());
  return list;
}

function summary() {
  if (runs.length === 0) return h('section', { class: 'summary' }, h('p', {}, 'No run was given.'));
  const incomplete = runs.some((run) => !run.complete);
  return h('section', { class: 'summary', 'aria-label': 'Summary' },
    incomplete && h('p', { class: 'warning', role: 'note' }, h('strong', {}, 'Incomplete. '), 'What is missing was not tested; this is no pass.'),
    many ? h('details', { class: 'targets-fold', open: runs.length <= 8 }, h('summary', {}, `${runs.length} targets: totals, versions, dates`), manyTable()) : [totalsBar(runs[0]), runFacts(runs[0])],
    h('div', { class: 'claims' },
      h('section', {}, h('h2', {}, 'What this shows'), h('ul', {}, many ? manyProves() : proves(runs[0]))),
      h('section', {}, h('h2', {}, 'What it does not show'), h('ul', {}, many ? manyProvesNot() : provesNot(runs[0])))));
}

// ---- filters --------------------------------------------------------------------------------------------------------

function select(key, label, options) {
  const element = h('select', { id: `filter-${key}`, onchange: (event) => go({ [key]: event.target.value }) },
    h('option', { value: '' }, 'all'), options.map(([value, words]) => h('option', { value }, words)));
  return h('label', { class: 'filter' }, h('span', {}, label), element);
}

function toolbar() {
  const present = verdicts.map((one, verdict) => verdict).filter((verdict) => cases.some((one) => one.verdictBits & (1 << verdict)));
  present.sort((a, b) => worstFirst.indexOf(a) - worstFirst.indexOf(b));
  const covered = [...new Map(requirements.filter((one) => one.rfc).map((one) => [sectionKey(one), one])).values()];
  const levels = [...new Set(requirements.map((one) => one.level))].filter(Boolean);
  const search = h('input', { type: 'search', id: 'filter-q', placeholder: 'Words in title, requirement or detail', autocomplete: 'off', spellcheck: 'false',
    oninput: (event) => go({ q: event.target.value }, { replace: true }) });
  return h('form', { class: 'toolbar', role: 'search', 'aria-label': 'Filters', onsubmit: (event) => event.preventDefault() },
    h('label', { class: 'filter grows' }, h('span', {}, 'Search'), search),
    h('div', { class: 'chips', role: 'group', 'aria-label': 'Verdict' }, present.map((verdict) => {
      const { name } = verdicts[verdict];
      return h('button', { type: 'button', class: 'chip', 'data-verdict': name, 'aria-pressed': 'false', title: verdicts[verdict].means,
        onclick: () => go({ verdict: toggled(readState().verdict, name) }) }, verdictMark(verdict), ' ',
      h('span', { class: 'count' }, number(cases.filter((one) => one.verdictBits & (1 << verdict)).length)));
    })),
    select('group', 'Group', groups.map((one) => [one.number, `${one.number} ${one.title}`])),
    select('section', 'Section', covered.map((one) => [sectionKey(one), cite(one)])),
    select('level', 'Level', levels.map((level) => [level, level])));
}

function syncToolbar(element, state) {
  for (const key of ['group', 'section', 'level']) element.querySelector(`#filter-${key}`).value = state[key];
  const search = element.querySelector('#filter-q');
  if (search.value !== state.q) search.value = state.q;
  for (const chip of element.querySelectorAll('.chip'))
    chip.setAttribute('aria-pressed', String(listOf(state.verdict).includes(chip.dataset.verdict)));
}

// ---- the whole ------------------------------------------------------------------------------------------------------

function start() {
  const views = [['cases', 'Cases'], ['rfc', 'RFC sections'], ...(measured.length > 0 ? [['figures', 'Figures']] : [])];
  const tabs = h('nav', { class: 'views', 'aria-label': 'Views' }, views.map(([view, words]) => h('a', { href: '#', 'data-view': view }, words)));
  const shown = h('output', { class: 'shown', 'aria-live': 'polite' });
  const clear = h('button', { type: 'button', class: 'clear', hidden: true,
    onclick: () => go(Object.fromEntries(filterKeys.map((key) => [key, '']))) }, 'Clear filters');
  const bar = toolbar();
  const content = h('div', { class: 'content' });
  const overview = h('div', { class: 'overview' }, summary(), h('div', { class: 'controls' }, h('div', { class: 'views-row' }, tabs, h('span', {}, clear, ' ', shown)), bar), content);
  const page = h('div', { class: 'detail', hidden: true });
  const title = runs.length === 1 ? runs[0].name : counted(runs.length, 'target', 'targets');
  document.title = `wsspec: ${title}`;
  const main = h('main', { id: 'main' }, overview, page);
  document.body.append(
    h('a', { class: 'skip-link', href: '#main', onclick: (event) => { event.preventDefault(); main.querySelector('a, button, input')?.focus(); } }, 'Skip to the content'),
    h('header', { class: 'top' }, h('h1', {}, 'WebSocket conformance ', h('span', { class: 'quiet' }, title)), themeButton()),
    main, h('footer', { class: 'quiet' }, 'Marks: ', verdicts.map((one, verdict) => h('span', { class: 'legend-item' }, verdictMark(verdict), ` ${one.means}`)),
      h('span', { class: 'legend-item' }, 'The second mark is the code of the target\u2019s Close frame, with ! if it reset TCP behind it and + if it left TCP open. Without a Close frame: FIN or RST if the target ended or reset TCP, open if nobody did, none if the tester had to.')));

  let grid = null;
  let drawn = '';       // What the overview shows.
  let kept = new Map();  // Where the reader was in each view.
  let pageScroll = 0;
  let wasPage = false;

  const gridKey = (state) => JSON.stringify([state.view, ...filterKeys.map((key) => state[key]), state.fold]);

  function drawOverview(state) {
    const key = gridKey(state);
    if (key === drawn) return;
    const previous = grid && drawn && JSON.parse(drawn)[0] === state.view ? grid.placeKept() : null;
    const focusInGrid = grid && grid.body.contains(document.activeElement);
    if (grid && drawn) kept.set(JSON.parse(drawn)[0], grid.placeKept());
    const foldsOnly = drawn && JSON.stringify(JSON.parse(drawn).slice(0, -1)) === JSON.stringify(JSON.parse(key).slice(0, -1));
    drawn = key;
    const filter = filterOf(state);
    syncToolbar(bar, state);
    clear.hidden = !filter.active;
    for (const tab of tabs.children) {
      tab.setAttribute('href', hrefOf({ view: tab.dataset.view, case: '', req: '', target: '' }));
      if (tab.dataset.view === state.view) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
    }
    if (state.view === 'figures' && measured.length > 0) {
      grid = null;
      content.replaceChildren(figuresPage(state));
      shown.textContent = '';
      return;
    }
    const rfc = state.view === 'rfc';
    const { rows, shown: found } = rfc ? rfcRows(state, filter) : caseRows(state, filter);
    const all = rfc ? requirements.length : cases.length;
    const unit = rfc ? ['statement', 'statements'] : ['case', 'cases'];
    shown.textContent = filter.active ? `${number(found)} of ${counted(all, ...unit)}` : counted(all, ...unit);
    grid = new Grid({ label: rfc ? 'Requirements by RFC section, and targets' : 'Cases and targets', rows,
      head: rfc ? 'Statement, and the cases that ask it' : 'Case',
      columnClass: gridClass });
    content.replaceChildren(rows.length > 0 ? grid.element : h('p', { class: 'empty' }, 'Nothing fits the filters.'));
    if (rows.length === 0) return;
    if (previous && foldsOnly) grid.restore(previous, { focus: focusInGrid });
    else if (!previous && kept.has(state.view)) grid.restore(kept.get(state.view), { focus: false });
    else grid.render({ force: true });
  }

  function draw() {
    const state = readState();
    const isPage = state.case !== '' || state.req !== '';
    if (isPage) {
      if (!wasPage) pageScroll = scrollY;
      const built = state.case ? casePage(state) : requirementPage(state);
      page.replaceChildren(built);
      if (grid && !wasPage) kept.set(JSON.parse(drawn)[0], grid.placeKept());
      overview.hidden = true;
      page.hidden = false;
      built.grid?.render({ force: true });
      scrollTo(0, 0);
      built.querySelector('h2').focus({ preventScroll: true });
    } else {
      overview.hidden = false;
      page.hidden = true;
      page.replaceChildren();
      drawOverview(state);
      if (wasPage) {
        scrollTo(0, pageScroll);
        if (grid && kept.has(state.view)) grid.restore(kept.get(state.view), { focus: true });
      }
    }
    wasPage = isPage;
  }

  addEventListener('hashchange', draw);
  addEventListener('resize', () => grid?.render({ force: true }));
  addEventListener('beforeprint', () => grid?.render({ force: true, all: true }));
  addEventListener('afterprint', () => grid?.render({ force: true }));
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && wasPage) go({ case: '', req: '', target: '' });
    if (event.key === '/' && !wasPage && !/INPUT|SELECT|TEXTAREA/.test(document.activeElement?.tagName || '')) {
      event.preventDefault();
      bar.querySelector('#filter-q').focus();
    }
  });
  draw();
}

start();
