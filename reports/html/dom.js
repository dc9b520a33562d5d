// Elements from values. Text becomes text nodes and nothing else: there is no way from here to markup.

const svgNames = new Set(['svg', 'path', 'line', 'circle', 'text', 'g', 'title', 'polyline', 'rect']);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// h('p', { class: 'lead' }, 'words', h('b', {}, 'more'))
const h = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes = {}, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);

const link = (changes, attributes, ...children) => h('a', { href: hrefOf(changes), ...attributes }, ...children);

// The first mark of a cell, with its word for those who know the glyph not yet or do not see it.
// `told`: what stands around it says the word already.
function verdictMark(verdict, { words = true, told = false } = {}) {
  const { name, glyph } = verdicts[verdict];
  return h('span', { class: `verdict v-${name}` }, h('span', { class: 'glyph', 'aria-hidden': 'true' }, glyph),
    words ? h('span', { class: 'word' }, name) : !told && h('span', { class: 'unseen' }, name));
}

// Where the statement stands. A link to read on; nothing is loaded before it is followed.
function citation(statement) {
  const words = cite(statement);
  if (!/^\d+$/.test(statement.rfc) || !/^[\w.]+$/.test(statement.section)) return h('span', { class: 'cite' }, words);
  return h('a', { class: 'cite', rel: 'noreferrer', title: 'Opens the RFC on the web',
    href: `https://www.rfc-editor.org/rfc/rfc${statement.rfc}#section-${statement.section}` }, words);
}

function requirementBlock(statement) {
  return h('div', { class: 'requirement' },
    h('p', { class: 'requirement-head' }, citation(statement), ' ',
      statement.level && h('span', { class: 'level' }, statement.level), ' ',
      link({ view: 'rfc', req: statement.id, case: '', target: '' }, { class: 'code' }, statement.id),
      statement.bound && h('span', { class: 'quiet' }, ` binds ${statement.bound === 'both' ? 'both ends' : `the ${statement.bound}`}`)),
    h('p', {}, statement.statement || 'This version does not know the statement.'));
}
